import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { base64Length, base64Of } from '../../src/bitrix24/base64.ts';
import { createFileUploader } from '../../src/bitrix24/file-upload.ts';
import { createTaskChats, type TaskChats } from '../../src/bitrix24/task-chats.ts';
import { FileReadError, type OpenFile } from '../../src/delivery/files.ts';
import { maxFileBytes } from '../../src/domain/file-reference.ts';
import type { Credential } from '../../src/domain/identity.ts';
import { type TaskId, taskIdOf } from '../../src/domain/portal.ts';
import { failed, success } from '../../src/domain/result.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { Portal } from '../../src/sandbox/bitrix24/portal.ts';
import { manualClock } from '../support/manual-clock.ts';
import { openHarness, originOf } from './harness.ts';
import { openPortal, webhookOf } from './portals.ts';

const canary = 'pl4ntedsecret0000';
const task = taskOf('51');

function taskOf(number: string): TaskId {
  const found = taskIdOf(number);
  if (found === undefined) {
    throw new Error(`${number} is no task`);
  }
  return found;
}

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

/** A server in the place of a portal; `answered` takes the whole body and answers it. */
async function startServer(handle: Handle): Promise<string> {
  const server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
}

const answered =
  (status: number, body: unknown, seen: { path?: string; body?: string } = {}): Handle =>
  async (request, response) => {
    seen.path = request.url ?? '';
    seen.body = await text(request);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };

const sent = { result: { messageId: 77, chatId: 7, file: { id: 5, name: 'plan.png' } } };

function webhookAt(origin: string): Credential {
  return { kind: 'webhook', portal: originOf(origin), webhookUserId: '7', secret: new Secret(canary) };
}

function tokenAt(origin: string): Credential {
  return { kind: 'oauth', portal: originOf(origin), accessToken: new Secret(canary) };
}

type Chat = Awaited<ReturnType<TaskChats['find']>>;

function chatsThatSay(chat: Chat): TaskChats {
  return { find: async () => chat, forget() {} };
}

function uploaderTo(origin: string, chat: Chat | 'asked' = success(7)) {
  const clock = manualClock();
  const { rest, reads, logged } = openHarness({ portals: [originOf(origin)], clock });
  const chats = chat === 'asked' ? createTaskChats({ reads }) : chatsThatSay(chat);
  const uploader = createFileUploader({ rest, chats, clock, timeoutMs: 65_000 });
  return { ...uploader, clock, logged };
}

type Closable = OpenFile & { readonly isClosed: () => boolean };

function fileOf(content: Uint8Array | AsyncIterable<Uint8Array>, size?: number, name = 'plan.png'): Closable {
  let isClosed = false;
  return {
    name,
    size: size ?? ('byteLength' in content ? content.byteLength : 0),
    content: 'byteLength' in content ? inPieces(content) : content,
    close: () => {
      isClosed = true;
    },
    isClosed: () => isClosed,
  };
}

async function* inPieces(bytes: Uint8Array, length = 1_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += length) {
    yield bytes.subarray(at, at + length);
  }
}

function attempt(credential: Credential, file: OpenFile) {
  return { credential, task, key: 'd1.2', file, leaveWithinMs: 5_000 };
}

const bytes = Buffer.from(Array.from({ length: 10_001 }, (_, index) => index % 251));

describe('base64 of pieces', () => {
  it('is that of the whole, however it comes', () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 20 }));
    return fc.assert(
      fc.asyncProperty(pieces, async (given) => {
        async function* all() {
          yield* given;
        }
        const encoded: Uint8Array[] = [];
        for await (const piece of base64Of(all())) {
          encoded.push(piece);
        }
        const whole = Buffer.concat(given);
        expect(Buffer.concat(encoded).toString()).toBe(whole.toString('base64'));
        expect(base64Length(whole.byteLength)).toBe(whole.toString('base64').length);
      }),
    );
  });

  it('of the biggest file stays within what a portal compares it with', () => {
    const portalLimit = (100 * 1024 * 1024 * 4) / 3;
    expect(base64Length(maxFileBytes)).toBeLessThanOrEqual(portalLimit);
    expect(base64Length(maxFileBytes + 1)).toBeGreaterThan(portalLimit);
  });
});

describe('a file', () => {
  it.each([
    ['webhook', webhookAt],
    ['token', tokenAt],
  ] as const)('reaches the chat of its task under the name that it has, with a %s', async (kind, credentialAt) => {
    const seen: { path?: string; body?: string } = {};
    const origin = await startServer(answered(200, sent, seen));
    const file = fileOf(bytes, undefined, 'Отчёт "1".png');
    expect(await uploaderTo(origin).upload(attempt(credentialAt(origin), file))).toEqual({
      kind: 'delivered',
      messageId: '77',
    });
    const isWebhook = kind === 'webhook';
    expect(seen.path).toBe(isWebhook ? `/rest/7/${canary}/im.v2.File.upload` : '/rest/im.v2.File.upload');
    expect(JSON.parse(seen.body ?? '')).toEqual({
      dialogId: 'chat7',
      fields: { name: 'Отчёт "1".png', content: bytes.toString('base64') },
      ...(isWebhook ? {} : { auth: canary }),
    });
    expect(file.isClosed()).toBe(true);
  });

  it('is read no faster than the portal takes it', async () => {
    const size = 40 * 1024 * 1024;
    let given = 0;
    let ahead = 0;
    const origin = await startServer((request, response) => {
      let taken = 0;
      request.on('data', (chunk: Buffer) => {
        taken += chunk.byteLength;
        ahead = Math.max(ahead, given - (taken * 3) / 4);
        request.pause();
        setImmediate(() => request.resume());
      });
      request.on('end', () => response.end(JSON.stringify(sent)));
    });
    async function* content() {
      for (; given < size; given += 65_536) {
        yield Buffer.alloc(65_536);
      }
    }
    const result = await uploaderTo(origin).upload(attempt(webhookAt(origin), fileOf(content(), size)));
    expect(result).toMatchObject({ kind: 'delivered' });
    expect(given).toBe(size);
    expect(ahead).toBeLessThan(size / 3);
  });
});

describe('a refusal', () => {
  it.each([
    ['FILE_TOO_LARGE', 'portal-too-large'],
    ['FOLDER_ERROR', 'no-folder'],
    ['FILE_FOLDER_ERROR', 'no-folder'],
    ['UPLOAD_FAILED', 'not-kept'],
    ['FILE_UPLOAD_FAILED', 'not-kept'],
    ['SEND_FAILED', 'not-kept'],
    ['FILE_SEND_FAILED', 'not-kept'],
    ['FILE_EMPTY', 'not-kept'],
    ['FILE_INVALID_CONTENT', 'not-kept'],
    ['CHAT_NOT_FOUND', 'chat-closed'],
    ['ACCESS_DENIED', 'chat-closed'],
    ['ERROR_METHOD_NOT_FOUND', 'portal-too-old'],
    ['insufficient_scope', 'no-im'],
  ])('with %s is told as %s, whatever its status', async (error, problem) => {
    for (const status of [400, 401, 403, 500]) {
      const origin = await startServer(answered(status, { error, error_description: 'no' }));
      const result = await uploaderTo(origin).upload(attempt(webhookAt(origin), fileOf(bytes)));
      expect(result).toEqual({ kind: 'refused', problem: { kind: problem } });
    }
  });

  it('of a server in front of the portal that takes less is told before the end of the file', async () => {
    const origin = await startServer((_, response) => void response.writeHead(413).end('<h1>413</h1>'));
    async function* endless() {
      for (let index = 0; index < 2_000; index += 1) {
        yield Buffer.alloc(65_536);
      }
    }
    const result = await uploaderTo(origin).upload(attempt(webhookAt(origin), fileOf(endless(), 2_000 * 65_536)));
    expect(result).toEqual({ kind: 'refused', problem: { kind: 'portal-too-large' } });
  });

  it('of a task without a chat, or of the question for its chat, sends nothing', async () => {
    const origin = await startServer(() => expect.unreachable());
    const none = uploaderTo(origin, success(null));
    const file = fileOf(bytes);
    expect(await none.upload(attempt(webhookAt(origin), file))).toEqual({
      kind: 'refused',
      problem: { kind: 'chat-closed' },
    });
    expect(file.isClosed()).toBe(true);
    const asked = uploaderTo(origin, failed({ kind: 'throttled' }));
    expect(await asked.upload(attempt(webhookAt(origin), fileOf(bytes)))).toEqual({
      kind: 'failed',
      failure: { kind: 'throttled' },
      left: false,
      sinceLeftMs: 0,
    });
  });
});

describe('a failure', () => {
  it.each([
    ['an expired token', 401, { error: 'expired_token' }, 'token-expired'],
    ['a full bucket', 503, { error: 'QUERY_LIMIT_EXCEEDED' }, 'throttled'],
    ['a fault of the portal', 500, { error: 'INTERNAL_SERVER_ERROR' }, 'portal-fault'],
    ['a success without a message', 200, { result: true }, 'unreadable-answer'],
  ] as const)('%s is what it is for texts', async (_, status, body, failure) => {
    const origin = await startServer(answered(status, body));
    const result = await uploaderTo(origin).upload(attempt(tokenAt(origin), fileOf(bytes)));
    expect(result).toMatchObject({ kind: 'failed', failure: { kind: failure }, left: true });
  });

  it('after the whole file may have run; before its end it has not', async () => {
    const whole = await startServer(async (request) => {
      await text(request);
      request.socket.resetAndDestroy();
    });
    expect(await uploaderTo(whole).upload(attempt(webhookAt(whole), fileOf(bytes)))).toMatchObject({
      failure: { kind: 'no-answer' },
      left: true,
    });
    const half = await startServer((request) => void request.once('data', () => request.socket.resetAndDestroy()));
    const large = Buffer.alloc(30_000_000);
    const content = inPieces(large, 65_536);
    expect(await uploaderTo(half).upload(attempt(webhookAt(half), fileOf(content, large.byteLength)))).toMatchObject({
      failure: { kind: 'unreachable' },
      left: false,
    });
  });

  it('of reading is none of the portal, which never gets a whole request', async () => {
    let isWhole = false;
    const origin = await startServer((request) => {
      text(request).then(
        () => {
          isWhole = true;
        },
        () => {},
      );
    });
    async function* breaking() {
      yield bytes;
      throw new FileReadError({ kind: 'broken' });
    }
    const file = fileOf(breaking(), 2 * bytes.byteLength);
    expect(await uploaderTo(origin).upload(attempt(webhookAt(origin), file))).toEqual({
      kind: 'refused',
      problem: { kind: 'broken' },
    });
    expect([isWhole, file.isClosed()]).toEqual([false, true]);
  });

  it.each([
    [60_000, 'delivered'],
    [65_001, 'failed'],
  ])(
    'is an answer that does not come in time after the last piece, however long the file took: %d ms',
    async (lateMs, kind) => {
      const { promise: half, resolve: noteHalf } = Promise.withResolvers<void>();
      const { promise: go, resolve: letGo } = Promise.withResolvers<void>();
      const { promise: all, resolve: noteAll } = Promise.withResolvers<void>();
      const { promise: late, resolve: letAnswer } = Promise.withResolvers<void>();
      const origin = await startServer(async (request, response) => {
        await text(request);
        noteAll();
        await late;
        response.end(JSON.stringify(sent));
      });
      async function* slow() {
        yield bytes;
        noteHalf();
        await go;
        yield bytes;
      }
      const uploader = uploaderTo(origin);
      const upload = uploader.upload(attempt(webhookAt(origin), fileOf(slow(), 2 * bytes.byteLength)));
      await half;
      uploader.clock.advance(60_000);
      letGo();
      await all;
      uploader.clock.advance(lateMs);
      letAnswer();
      expect(await upload).toMatchObject({ kind });
    },
  );

  it('is a source that gives nothing for longer than a portal waits', async () => {
    const origin = await startServer((request) => void request.resume());
    const { promise: never } = Promise.withResolvers<void>();
    const { promise: half, resolve: noteHalf } = Promise.withResolvers<void>();
    async function* stuck() {
      yield bytes;
      noteHalf();
      await never;
    }
    const uploader = uploaderTo(origin);
    const upload = uploader.upload(attempt(webhookAt(origin), fileOf(stuck(), 2 * bytes.byteLength)));
    await half;
    uploader.clock.advance(65_001);
    expect(await upload).toMatchObject({ kind: 'failed', failure: { kind: 'unreachable' }, left: false });
  });
});

describe('against the portal', () => {
  const withChats = (portal: Portal) => webhookOf(portal, ['task', 'tasks', 'im']);

  it('a file is in the chat as the person whose connection it is, and answers with its message', async () => {
    const portal = await openPortal();
    const result = await uploaderTo(portal.origin, 'asked').upload(attempt(withChats(portal), fileOf(bytes)));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const [message] = portal.chat(51);
    expect(message).toMatchObject({ author: { id: 7 }, file: { name: 'plan.png', size: bytes.byteLength, sha256 } });
    expect(result).toEqual({ kind: 'delivered', messageId: String(message?.id) });
  });

  it.each<[string, string, (portal: Portal) => void, number]>([
    ['portal-too-large', 'takes less', ({ chatBuild }) => Object.assign(chatBuild, { maxFileBytes: 1_000 }), 51],
    ['portal-too-old', 'is older', ({ lacks }) => lacks.add('im.v2.File.upload'), 51],
    [
      'chat-closed',
      'opens chats to their members',
      ({ chatBuild }) => Object.assign(chatBuild, { readers: 'members' }),
      51,
    ],
  ])('is told as %s where it %s', async (problem, _, change, number) => {
    const portal = await openPortal();
    change(portal);
    const given = { ...attempt(withChats(portal), fileOf(bytes)), task: taskOf(String(number)) };
    const result = await uploaderTo(portal.origin, 'asked').upload(given);
    expect(result).toEqual({ kind: 'refused', problem: { kind: problem } });
    expect(portal.chat(number)).toEqual([]);
  });

  it.each([401, 403] as const)('is told as no-im where the connection lacks it, with %d', async (scopeStatus) => {
    const portal = await openPortal({ scopeStatus });
    const result = await uploaderTo(portal.origin, 'asked').upload(attempt(webhookOf(portal), fileOf(bytes)));
    expect(result).toEqual({ kind: 'refused', problem: { kind: 'no-im' } });
  });

  it.each(['documented', 'code'] as const)('is told as no-folder in the spelling that is %s', async (fileErrors) => {
    const tasks = [{ id: 51, title: 'Prepare', chat: 'swallows' as const }];
    const users = [{ id: 7, name: 'Anna', lastName: 'Petrova' }];
    const portal = await openPortal({ seed: { users, tasks } });
    Object.assign(portal.chatBuild, { fileErrors });
    const result = await uploaderTo(portal.origin, 'asked').upload(attempt(withChats(portal), fileOf(bytes)));
    expect(result).toEqual({ kind: 'refused', problem: { kind: 'no-folder' } });
  });
});

describe('what is planted in a file and in a secret', () => {
  it.each([
    [200, { result: { file: { urlDownload: canary } } }],
    [400, { error: 'UNKNOWN', error_description: `${canary} ${bytes.toString('base64').slice(0, 40)}` }],
    [500, { error: 'INTERNAL_SERVER_ERROR', error_description: bytes.toString('base64').slice(0, 40) }],
  ])('is in no result and no log line, although the portal repeats it with %s', async (status, body) => {
    const origin = await startServer(answered(status, body));
    const uploader = uploaderTo(origin);
    const result = await uploader.upload(attempt(webhookAt(origin), fileOf(bytes, undefined, 'planted-name.png')));
    const seen = inspect([result, uploader.logged], { depth: null });
    expect(uploader.logged).toMatchObject([{ fields: { delivery: 'd1', part: 2, method: 'im.v2.File.upload' } }]);
    for (const planted of [canary, bytes.toString('base64').slice(0, 20), 'planted-name']) {
      expect(seen).not.toContain(planted);
    }
  });
});

it('keeps the bytes as they are', async () => {
  const seen: { body?: string } = {};
  const origin = await startServer(answered(200, sent, seen));
  const random = createHash('sha512').update('seed').digest();
  const size = 3_000_001;
  const large = Buffer.alloc(size, random);
  await uploaderTo(origin).upload(attempt(webhookAt(origin), fileOf(inPieces(large, 65_536), size)));
  const content: string = JSON.parse(seen.body ?? '').fields.content;
  expect(Buffer.from(content, 'base64').equals(large)).toBe(true);
});
