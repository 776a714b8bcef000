import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { startSlack } from '../src/sandbox/slack/slack.ts';
import { compiled } from './support/compiled.ts';
import { seemsSigned } from './support/seems-signed.ts';

type Settings = Readonly<Record<string, string>>;

const patient = { timeout: 60_000, interval: 10 };

/** What is undone when all have ended: the tests wait for programs most of the time, and so run at once. */
const undos: (() => unknown)[] = [];

afterAll(async () => {
  for (const undo of undos.toReversed()) {
    await undo();
  }
});

/** The program as `npm start` runs it, and what it has written so far. It is killed in the end. */
function runMain(
  env: Settings,
  [program, ...words]: readonly [string, ...string[]] = [process.execPath, 'src/main.ts'],
) {
  const child: ChildProcess = spawn(program, words, {
    env: { ...compiled, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  child.stdout?.on('data', (chunk) => {
    said.out += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    said.err += chunk;
  });
  const ended = once(child, 'close').then(() => ({ code: child.exitCode, signal: child.signalCode }));
  undos.push(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return { said, ended, kill: (signal: NodeJS.Signals) => child.kill(signal) };
}

/** Settings of a service for a local Slack, with a folder of its own and a port that nobody else has. */
async function openSettings(changed: Settings = {}): Promise<Settings> {
  const slack = await startSlack();
  const dataDir = mkdtempSync(join(tmpdir(), 'b24task-main-'));
  undos.push(async () => {
    await slack.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return {
    SLACK_SIGNING_SECRET: slack.app.signingSecret,
    SLACK_BOT_TOKEN: slack.botToken(),
    SLACK_API_URL: slack.apiUrl,
    HOST: '127.0.0.1',
    PORT: '0',
    DATA_DIR: dataDir,
    LOG_LEVEL: 'info',
    ...changed,
  };
}

/** The program once it listens. */
async function startMain(changed?: Settings, command?: readonly [string, ...string[]]) {
  const main = runMain(await openSettings(changed), command);
  const started = /"port":(\d+).*"msg":"started"/;
  await vi.waitFor(() => expect(main.said.out).toMatch(started), patient);
  return { ...main, port: Number(started.exec(main.said.out)?.[1]) };
}

/** A request that the service has begun to read, and whose body is still to come. */
async function openRequest(port: number): Promise<{ readonly socket: Socket; answer(body: string): Promise<string> }> {
  const socket = connect(port, '127.0.0.1');
  undos.push(() => void socket.destroy());
  let received = '';
  socket.setEncoding('utf8').on('data', (chunk) => {
    received += chunk;
  });
  // A service that is gone resets the connection: the answer that is missing then says enough.
  socket.on('error', () => {});
  socket.write(`POST /slack/events HTTP/1.1\r\n${seemsSigned()}Content-Length: 2\r\nExpect: 100-continue\r\n\r\n`);
  await once(socket, 'data');
  return {
    socket,
    async answer(body) {
      socket.end(body);
      if (!socket.closed) {
        await once(socket, 'close');
      }
      return received;
    },
  };
}

describe.concurrent('the program', () => {
  it('ends with 1 when settings are missing or wrong, and names all of them but no value', async () => {
    const { said, ended } = runMain({ PORT: 'planted-port', SLACK_BOT_TOKEN: 'planted-token' });
    expect(await ended).toEqual({ code: 1, signal: null });
    expect(said.err).toMatch(/^b24task cannot start:\n/);
    for (const setting of ['SLACK_SIGNING_SECRET is missing', 'SLACK_BOT_TOKEN must be', 'PORT must be']) {
      expect(said.err).toContain(`\n  ${setting}`);
    }
    expect(`${said.err}${said.out}`).not.toContain('planted');
  });

  it('starts without a word of complaint, also of V8 about a flag that it does not know', async () => {
    const { said, kill, ended } = await startMain();
    kill('SIGTERM');
    await ended;
    expect(said.err).toBe('');
  });

  it('ends with 1 by itself when its port is taken, and closes what it had opened', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    undos.push(() => void taken.close());
    await once(taken, 'listening');
    const address = taken.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const { said, ended } = runMain(await openSettings({ PORT: String(port) }));
    expect(await ended).toEqual({ code: 1, signal: null });
    expect(said.err).toBe(`b24task cannot start: PORT: port ${port} of 127.0.0.1 is taken by another program\n`);
    expect(said.out).toContain('"msg":"stopped"');
  });

  it.each([
    [
      'Slack does not know its token',
      { SLACK_BOT_TOKEN: 'xoxb-1-planted-for-tests' },
      'Slack does not accept the bot token',
    ],
    ['its folder cannot be made', { DATA_DIR: '/dev/null/data' }, 'the folder of DATA_DIR, /dev/null/data,'],
  ])('ends with 1 by itself when %s, and says so without the secret', async (_, changed, problem) => {
    const { said, ended } = runMain(await openSettings(changed));
    expect(await ended).toEqual({ code: 1, signal: null });
    expect(said.err).toContain(`b24task cannot start: ${problem}`);
    expect(`${said.err}${said.out}`).not.toContain('planted');
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'lets a request in flight be answered after %s, and ends with 0',
    async (signal) => {
      const { said, ended, kill, port } = await startMain();
      const request = await openRequest(port);
      kill(signal);
      await refused(port);
      expect(await request.answer('{}')).toMatch(/^HTTP\/1\.1 100 .*HTTP\/1\.1 401 /s);
      expect(await ended).toEqual({ code: 0, signal: null });
      expect(said.out).toContain('"msg":"stopped"');
      expect(said.err).toBe('');
    },
  );

  it('ends in the same way when npm start is told to', async () => {
    const { said, ended, kill } = await startMain({ PATH: process.env['PATH'] ?? '' }, ['npm', 'start']);
    kill('SIGTERM');
    await ended;
    expect(said.out).toContain('"msg":"stopped"');
  });

  it.each([
    ['SIGTERM', 'SIGTERM'],
    ['SIGINT', 'SIGINT'],
    ['SIGTERM', 'SIGINT'],
    ['SIGINT', 'SIGTERM'],
  ] as const)('ends at once when %s is followed by %s', async (first, second) => {
    const { said, ended, kill, port } = await startMain();
    await openRequest(port);
    kill(first);
    await refused(port);
    kill(second);
    expect(await ended).toEqual({ code: null, signal: second });
    expect(said.out).not.toContain('"msg":"stopped"');
  });
});

/** Resolves when nobody takes connections at the port any more. */
async function refused(port: number): Promise<void> {
  const tryOnce = () =>
    new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
  await vi.waitFor(async () => expect(await tryOnce()).toBe(false), patient);
}
