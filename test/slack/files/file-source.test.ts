import { createHash } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { FileReadError, type FileSource, type OpenFile } from '../../../src/delivery/files.ts';
import { Secret } from '../../../src/domain/secret.ts';
import { systemClock } from '../../../src/domain/system-clock.ts';
import { type SandboxSlack, startSlack } from '../../../src/sandbox/slack/slack.ts';
import { fingerprintOf } from '../../../src/sandbox/slack/state/file-content.ts';
import type { NewFile, SlackFile } from '../../../src/sandbox/slack/state/files.ts';
import { readFileAddress } from '../../../src/slack/files/file-address.ts';
import { createFileSource } from '../../../src/slack/files/file-source.ts';
import { createObservedFiles } from '../../../src/slack/files/observed-files.ts';
import { createBoltLogger } from '../../../src/slack/web-api/bolt-logger.ts';
import { createClients } from '../../../src/slack/web-api/clients.ts';
import { manualClock } from '../../support/manual-clock.ts';

const token = 'xoxb-planted-canary';
let slack: SandboxSlack;
let source: FileSource;
const logged: unknown[] = [];
const note = (fields: unknown, message: string) => void logged.push([fields, message]);
const log = { debug: note, info: note, warn: note, error: note };

beforeAll(async () => {
  slack = await startSlack();
  slack.addToken(token, [...slack.app.scopes]);
  source = sourceWith(token);
});

afterAll(() => slack.close());

function sourceWith(botToken: string): FileSource {
  const access = { kind: 'one-workspace', botToken: new Secret(botToken) } as const;
  const clients = createClients(
    { access, slackApiUrl: slack.apiUrl },
    { logger: createBoltLogger(log), clock: systemClock },
  );
  return createFileSource({ clients, slackApiUrl: slack.apiUrl, log });
}

async function share(
  change: Partial<SlackFile> = {},
  file: NewFile = { name: 'plan.png', size: 300_000 },
  to = 'general',
) {
  const anna = slack.as('anna', { channel: to });
  const uploaded = Object.assign(anna.upload(file), change);
  await anna.post('look', { files: [uploaded] });
  return uploaded;
}

const refer = ({ id, teamId, name }: SlackFile) => ({ id, team: teamId, name });

async function problemWith(file: SlackFile, from = source) {
  const opened = await from.open(refer(file));
  if (opened.kind === 'open') {
    opened.file.close();
  }
  return opened.kind === 'problem' ? opened.problem : opened.kind;
}

async function open(file: SlackFile): Promise<OpenFile> {
  const opened = await source.open(refer(file));
  if (opened.kind !== 'open') {
    throw new Error(opened.problem.kind);
  }
  return opened.file;
}

async function read({ content }: OpenFile) {
  const hash = createHash('sha256');
  for await (const piece of content) {
    hash.update(piece);
  }
  return hash.digest('hex');
}

const broken = (kind: string) => ({ name: 'FileReadError', problem: { kind } });

describe('a file', () => {
  it('is read as it is, with its name and size', async () => {
    const file = await share();
    const opened = await open(file);
    expect(opened).toMatchObject({ name: 'plan.png', size: 300_000 });
    expect(await read(opened)).toBe(fingerprintOf(file.content));
  });

  it.each([
    ['deleted', { deleted: true }, { kind: 'deleted' }],
    ['a tombstone', { mode: 'tombstone' }, { kind: 'deleted' }],
    ['hidden by the plan', { mode: 'hidden_by_limit' }, { kind: 'hidden' }],
    ['kept elsewhere', { mode: 'external' }, { kind: 'external' }],
    ['not visible', { refusal: 'not_visible' }, { kind: 'not-visible' }],
    ['not to be read', { refusal: 'access_denied' }, { kind: 'not-visible' }],
    ['there, while Slack is in trouble', { refusal: 'internal_error' }, { kind: 'unavailable' }],
    ['told with another size than it has', { claimedSize: 299_999 }, { kind: 'broken' }],
    ['one byte too large', { claimedSize: 104_857_600 }, { kind: 'too-large', most: 104_857_599 }],
    ['told as empty', { claimedSize: 0 }, { kind: 'empty' }],
    ['behind a login page', { trouble: { kind: 'login' } }, { kind: 'not-visible' }],
    ['gone when it is fetched', { trouble: { kind: 'status', status: 404 } }, { kind: 'deleted' }],
    ['forbidden when it is fetched', { trouble: { kind: 'status', status: 403 } }, { kind: 'not-visible' }],
    ['on a server in trouble', { trouble: { kind: 'status', status: 503 } }, { kind: 'unavailable' }],
    ['asked for too often', { trouble: { kind: 'limited', seconds: 7 } }, { kind: 'unavailable', afterMs: 7_000 }],
  ] as const)('that is %s is not opened', async (_, change, problem) => {
    expect(await problemWith(await share(change))).toEqual(problem);
  });

  it('that the app does not see is not opened: in a private channel, in a public one that it is not in', async () => {
    expect(await problemWith(await share({}, undefined, 'secret'))).toEqual({ kind: 'not-visible' });
    expect(await problemWith(await share({}, undefined, 'random'))).toEqual({ kind: 'not-visible' });
  });

  it('is not opened without files:read', async () => {
    slack.addToken('xoxb-no-files', ['chat:write']);
    expect(await problemWith(await share(), sourceWith('xoxb-no-files'))).toEqual({ kind: 'missing-scope' });
  });

  it('is not opened while Slack says how long to wait, nor where it cannot be reached', async () => {
    const file = await share();
    const limited = slack.fault('files.info', { rateLimitedSeconds: 3 }, 1);
    expect(await problemWith(file, sourceWith(token))).toEqual({ kind: 'unavailable', afterMs: 3_000 });
    limited();
    const fresh = sourceWith(token);
    const lost = slack.fault('files.info', { reset: true });
    expect(await problemWith(file, fresh)).toEqual({ kind: 'unavailable' });
    lost();
    expect(await problemWith(file, fresh)).toBe('open');
  });
});

describe('a page', () => {
  it('is a file like any other, and a login page in its place is no such file', async () => {
    const page = { name: 'a.html', bytes: '<html>report</html>' };
    expect(await problemWith(await share({}, page))).toBe('open');
    const login = await open(await share({ trouble: { kind: 'login' } }, page));
    await expect(read(login)).rejects.toMatchObject(broken('broken'));
  });
});

describe('the bytes', () => {
  it.each([
    ['the connection breaks', { kind: 'cut', afterBytes: 100_000 }, 'unavailable'],
    ['they end too early', { kind: 'short', afterBytes: 100_000 }, 'broken'],
  ] as const)('fail where %s', async (_, trouble, kind) => {
    await expect(read(await open(await share({ trouble })))).rejects.toMatchObject(broken(kind));
    expect(new FileReadError({ kind: 'broken' }).message).not.toContain('planted');
  });

  it('are not read on once the file is closed', async () => {
    const opened = await open(await share({}, { name: 'big.bin', size: 50_000_000 }));
    opened.close();
    await expect(read(opened)).rejects.toMatchObject(broken('unavailable'));
  });
});

describe('a file that is watched', () => {
  it.each<[string, Partial<SlackFile>, (file: OpenFile) => Promise<unknown>, unknown]>([
    ['read', {}, read, 300_000],
    ['unavailable', { trouble: { kind: 'cut', afterBytes: 100_000 } }, read, expect.any(Number)],
    ['broken', { trouble: { kind: 'short', afterBytes: 100_000 } }, read, 100_000],
    ['left', {}, async () => {}, 0],
    ['deleted', { deleted: true }, read, 0],
  ])('is told of once: %s', async (outcome, change, use, bytes) => {
    const told: [string, number, number][] = [];
    const clock = manualClock();
    const watched = createObservedFiles(source, clock, (...each) => void told.push(each));
    const opened = await watched.open(refer(await share(change)));
    clock.advance(1_500);
    if (opened.kind === 'open') {
      await use(opened.file).catch(() => {});
      opened.file.close();
      opened.file.close();
    }
    expect(told).toEqual([[outcome, bytes, opened.kind === 'open' ? 1_500 : 0]]);
  });
});

describe('the bot token for files', () => {
  /** A host that is not Slack's, and what it was asked with. */
  async function startForeign(answer: { status: number; location?: string; body?: string }) {
    const asked: IncomingHttpHeaders[] = [];
    const server = createServer(({ headers }, response) => {
      asked.push(headers);
      const { status, location, body = '' } = answer;
      response.writeHead(status, { 'content-type': 'image/png', ...(location ? { location } : {}) }).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const address = server.address();
    return { asked, url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/x` };
  }

  it('is not sent to another host after a redirect, whose bytes are taken all the same', async () => {
    const body = 'x'.repeat(100);
    const foreign = await startForeign({ status: 200, body });
    const opened = await open(await share({ redirect: foreign.url }, { name: 'a.png', size: 100 }));
    expect(await read(opened)).toBe(createHash('sha256').update(body).digest('hex'));
    expect(foreign.asked).toHaveLength(1);
    expect(foreign.asked[0]?.authorization).toBeUndefined();
  });

  it('is sent again after a redirect on the same host', async () => {
    const target = await share({}, { name: 'b.png', size: 100 });
    const path = `/files-pri/${target.teamId}-${target.id}/download/b.png`;
    const opened = await open(await share({ redirect: path }, { name: 'b.png', size: 100 }));
    expect(await read(opened)).toBe(fingerprintOf(target.content));
    expect(slack.downloads.at(-1)).toMatchObject({ file: target.id, authorization: `Bearer ${token}` });
  });

  it('is not sent along endless redirects', async () => {
    const file = await share();
    file.redirect = `/files-pri/${file.teamId}-${file.id}/again`;
    expect(await problemWith(file)).toEqual({ kind: 'unavailable' });
  });

  it.each([
    ['https://files.slack.com/files-pri/T1-F1/download/a.png', true],
    ['https://files.slack-gov.com/files-pri/T1-F1/download/a.png', true],
    ['https://slack.example/api/x', true],
    ['https://files.slack.com:8443/a', false],
    ['https://files.slack.com.example.com/a', false],
    ['https://notfiles.slack.com/a', false],
    ['https://cdn.example/a', false],
    ['https://slack.example:8443/a', false],
    ['http://files.slack.com/a', undefined],
    ['http://slack.example/a', undefined],
    ['https://me:pass@files.slack.com/a', undefined],
    ['file:///etc/passwd', undefined],
    ['nothing', undefined],
  ])('may be sent to %s: %s', (address, isTrusted) => {
    expect(readFileAddress(address, 'https://slack.example/api/')?.isTrusted).toBe(isTrusted);
  });

  it('is in no log line, and neither is an address of a file', () => {
    expect(logged.length).toBeGreaterThan(10);
    const lines = inspect(logged, { depth: null });
    expect(lines).not.toContain('planted');
    expect(lines).not.toContain('files-pri');
  });
});
