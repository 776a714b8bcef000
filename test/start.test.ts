import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import packageFile from '../package.json' with { type: 'json' };
import { startSlack } from '../src/sandbox/slack/slack.ts';
import { least, openFolder } from './settings/loading.ts';
import { compiled } from './support/compiled.ts';

type Env = Readonly<Record<string, string>>;

const main = resolve('src/main.ts');
const guard = resolve('src/check-node.cjs');

/** Root can run as another user, where that one gets at this folder: a clone can lie in a private one. */
const canActAsAnother =
  process.getuid?.() === 0 && spawnSync(process.execPath, ['--check', main], { uid: 65_534 }).status === 0;

/** Runs the program until it ends by itself, in a folder where it finds its `.env`. */
function runToEnd(env: Env, cwd = openFolder(), program = main) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program], { env, cwd, encoding: 'utf8' });
  return { status, stdout, stderr };
}

/** Settings of a service for a local Slack, with a folder of its own and ports that nobody else has. */
async function openSettings(changed: Env = {}): Promise<Env> {
  const slack = await startSlack();
  onTestFinished(() => slack.close());
  return {
    SLACK_SIGNING_SECRET: slack.app.signingSecret,
    SLACK_BOT_TOKEN: slack.botToken(),
    SLACK_API_URL: slack.apiUrl,
    HOST: '127.0.0.1',
    PORT: '0',
    METRICS_PORT: '0',
    DATA_DIR: openFolder(),
    ...compiled,
    ...changed,
  };
}

/** Runs the program and gives what it has said when it ended, or when it had started and was ended. */
async function runUntilStarted(env: Env, whileItRuns: (line: string) => Promise<void> = async () => {}) {
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const said = { out: '', err: '' };
  const ended = once(child, 'close');
  child.stderr.on('data', (chunk) => {
    said.err += chunk;
  });
  const started = new Promise<void>((found) => {
    child.stdout.on('data', (chunk) => {
      said.out += chunk;
      if (said.out.includes('"msg":"started"')) {
        found();
      }
    });
  });
  await Promise.race([started, ended]);
  await whileItRuns(said.out);
  child.kill('SIGTERM');
  await ended;
  return { ...said, code: child.exitCode };
}

function connects(host: string, port: number): Promise<boolean> {
  return new Promise((found) => {
    const socket = connect(port, host);
    socket.once('connect', () => found(true)).once('error', () => found(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** Complete settings, with a Slack that nobody answers for. */
const offline = { ...least, ...compiled, SLACK_API_URL: 'http://127.0.0.1:1/api/' };

describe('a program that is started', () => {
  it('does not start with an empty secret, and says which', () => {
    const file = join(openFolder(), 'secret');
    writeFileSync(file, '');
    const { SLACK_BOT_TOKEN } = least;
    for (const program of [main, resolve('src/admin/forget.ts'), resolve('src/admin/rotate-keys.ts')]) {
      const { status, stdout, stderr } = runToEnd(
        { ...compiled, SLACK_BOT_TOKEN, SLACK_SIGNING_SECRET_FILE: file },
        openFolder(),
        program,
      );
      expect(status).toBeGreaterThan(0);
      if (!program.endsWith('forget.ts')) {
        expect(`${stdout}${stderr}`).toContain('SLACK_SIGNING_SECRET_FILE names a file that is empty');
      }
    }
  });

  it.each([main, resolve('src/admin/doctor.ts'), resolve('src/admin/rotate-keys.ts')])(
    'names an .env that it cannot read: %s',
    (program) => {
      const folder = openFolder();
      mkdirSync(join(folder, '.env'));
      const { status, stdout, stderr } = runToEnd(offline, folder, program);
      expect(status).toBe(1);
      expect(`${stdout}${stderr}`).toContain('.env is a folder');
    },
  );

  it.runIf(canActAsAnother)('names files that its user may not read', () => {
    const folder = openFolder();
    chmodSync(folder, 0o755);
    const [envFile, secret] = [join(folder, '.env'), join(folder, 'secret')];
    for (const file of [envFile, secret]) {
      writeFileSync(file, 'planted', { mode: 0o600 });
    }
    const { SLACK_BOT_TOKEN: _, ...rest } = offline;
    const env = { ...rest, SLACK_BOT_TOKEN_FILE: secret };
    const { status, stderr } = spawnSync(process.execPath, [main], { env, cwd: folder, uid: 65_534, encoding: 'utf8' });
    expect(stderr).toContain('  .env may not be read by this user\n');
    expect(stderr).toContain(
      '  SLACK_BOT_TOKEN_FILE names a file that cannot be used: it may not be read by this user\n',
    );
    expect(status).toBe(1);
  });

  it('reads an .env that begins with a mark', () => {
    const folder = openFolder();
    writeFileSync(join(folder, '.env'), `\u{FEFF}PORT=none\nLOG_LEVEL="info"\n`);
    expect(runToEnd(offline, folder).stderr).toBe(
      'b24task cannot start:\n  PORT must be a whole number from 0 to 65535\n\ndocs/settings.md explains the settings. To try it without any: npm run sandbox\n',
    );
  });

  it('names the setting of a port that is taken, and of an address that is not here', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void taken.close());
    await once(taken, 'listening');
    const address = taken.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const metrics = await runUntilStarted(await openSettings({ METRICS_PORT: String(port) }));
    expect(metrics).toMatchObject({
      code: 1,
      err: `b24task cannot start: METRICS_PORT: port ${port} of 127.0.0.1 is taken by another program\n`,
    });
    const host = await runUntilStarted(await openSettings({ METRICS_HOST: '192.0.2.1' }));
    expect(host).toMatchObject({
      code: 1,
      err: 'b24task cannot start: METRICS_HOST: 192.0.2.1 is no address of this machine\n',
    });
  });

  it('serves metrics to this machine alone, also where its other port is open to all', async () => {
    const open = await openSettings({ HOST: '0.0.0.0', SLACK_APP_ID: 'A0B24TASK0' });
    const { out, code } = await runUntilStarted(open, async (line) => {
      const { port, metricsPort } = JSON.parse(/\{.*"msg":"started"\}/.exec(line)?.[0] ?? '{}');
      // The whole of 127.0.0.0/8 is this machine; a server on 127.0.0.1 answers on no other address of it.
      expect(await connects('127.0.0.2', port)).toBe(true);
      expect(await connects('127.0.0.1', metricsPort)).toBe(true);
      expect(await connects('127.0.0.2', metricsPort)).toBe(false);
    });
    expect(code).toBe(0);
    expect(out).toContain('"setting":"SLACK_APP_ID","msg":"SLACK_APP_ID is no setting of b24task"');
  });

  it.runIf(canActAsAnother)('does not use a folder that is open to everybody and belongs to another', async () => {
    const dataDir = openFolder();
    chmodSync(dataDir, 0o777);
    const open = await openSettings({ DATA_DIR: dataDir });
    const child = spawnSync(process.execPath, [main], { env: open, cwd: '/', uid: 65_534, encoding: 'utf8' });
    expect(child.stderr).toContain('can be written to by everybody, and this user may not change that');
    expect(child.status).toBe(1);
    expect(readdirSync(dataDir)).toEqual([]);
  });
});

describe('compiled code', () => {
  /** Starts the program with settings that are wrong, which is enough to load all of it. */
  const load = (dataDir: string, env: Env = {}) => runToEnd({ ...least, DATA_DIR: dataDir, PORT: 'none', ...env });

  it('is kept in a folder of the service alone, and not where every user can put some', () => {
    const [dataDir, TMPDIR] = [openFolder(), openFolder()];
    load(dataDir, { TMPDIR });
    const folder = join(dataDir, 'compile-cache');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(readdirSync(folder)).toHaveLength(1);
    expect(readdirSync(TMPDIR)).toEqual([]);
  });

  it('is kept nowhere when others have access to the folder, or could exchange it', () => {
    const [open, linked, exchangeable, elsewhere] = [openFolder(), openFolder(), openFolder(), openFolder()];
    mkdirSync(join(open, 'compile-cache'));
    chmodSync(join(open, 'compile-cache'), 0o755);
    symlinkSync(elsewhere, join(linked, 'compile-cache'));
    chmodSync(exchangeable, 0o777);
    for (const dataDir of [open, linked, exchangeable]) {
      load(dataDir);
    }
    const kept = [join(open, 'compile-cache'), elsewhere, exchangeable].map((folder) => readdirSync(folder));
    expect(kept).toEqual([[], [], []]);
  });

  it('is kept nowhere while there is no folder of data, and where the administrator says', () => {
    const folder = openFolder();
    load(join(folder, 'data'), { TMPDIR: folder });
    expect(readdirSync(folder)).toEqual([]);
    const dataDir = openFolder();
    load(dataDir, { NODE_COMPILE_CACHE: folder });
    expect(readdirSync(folder)).toHaveLength(1);
    expect(readdirSync(join(dataDir, 'compile-cache'))).toEqual([]);
  });

  it.skipIf(process.getuid?.() !== 0)('of another user is not taken', () => {
    const dataDir = openFolder();
    mkdirSync(join(dataDir, 'compile-cache'), { mode: 0o700 });
    spawnSync('chown', ['65534', join(dataDir, 'compile-cache')]);
    load(dataDir);
    expect(readdirSync(join(dataDir, 'compile-cache'))).toEqual([]);
  });
});

describe('an old Node', () => {
  const complaint = /^b24task needs Node 24 or newer; this is v20\.[\d.]+ \(.+\)\. Install it .+ brings it\.\n$/;

  it('is told by every command, before anything else is loaded', () => {
    const commands = Object.entries(packageFile.scripts).filter(([, script]) => /^(?:exec )?node /.test(script));
    expect(commands.map(([name]) => name)).toEqual(
      expect.arrayContaining(['start', 'doctor', 'rotate-keys', 'forget', 'sandbox']),
    );
    for (const [, script] of commands) {
      expect(script).toMatch(/^(?:exec )?node --require=\.\/src\/check-node\.cjs /);
    }
  });

  it('is told in one line', () => {
    const pretend = join(openFolder(), 'pretend.cjs');
    writeFileSync(
      pretend,
      `Object.defineProperty(process, 'version', { value: 'v20.1.2' });
      Object.defineProperty(process, 'versions', { value: { node: '20.1.2' } });`,
    );
    const words = ['--require', pretend, '--require', guard, main];
    const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
    expect({ status, stdout, stderr }).toEqual({ status: 1, stdout: '', stderr: expect.stringMatching(complaint) });
  });

  const old = oldNode();

  it.skipIf(old === undefined)('is told in one line by the Node 20 of this machine', () => {
    const { status, stderr } = spawnSync(old ?? '', ['--require', guard, main], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringMatching(complaint) });
  });
});

/** A Node 20 among the programs of this machine, where there is one. */
function oldNode(): string | undefined {
  const places = (process.env['PATH'] ?? '').split(':').map((folder) => join(folder, 'node'));
  return places.find((place) => spawnSync(place, ['--version'], { encoding: 'utf8' }).stdout?.startsWith('v20.'));
}
