import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createAccountProbe } from '../../src/bitrix24/account-probe.ts';
import { createMessenger } from '../../src/bitrix24/messenger.ts';
import { createTaskReader } from '../../src/bitrix24/task-reader.ts';
import type { Credential } from '../../src/domain/identity.ts';
import { Secret } from '../../src/domain/secret.ts';
import { openHarness, originOf } from './harness.ts';
import { httpAnswer, startWire, type WireRequest } from './wire.ts';

const planted = 'pl4ntedsecret0000';
const text = 'the text of the message';
const request = JSON.stringify({ fields: { taskId: 51, text } });

const credentials: readonly ((origin: string) => Credential)[] = [
  (origin) => ({ kind: 'webhook', portal: originOf(origin), webhookUserId: '7', secret: new Secret(planted) }),
  (origin) => ({ kind: 'oauth', portal: originOf(origin), accessToken: new Secret(planted) }),
];

/** Portals and proxies that repeat what they were called with: the path, or the token in the body. */
const echoes: readonly (readonly [string, (call: WireRequest) => void])[] = [
  ['a page', ({ head, body, socket }) => socket.end(httpAnswer(404, `<h1>${head}${body.slice(-60)}</h1>`))],
  ['the message of an error', (call) => say(call, 400, { error: 'NO_AUTH_FOUND', error_description: said(call) })],
  ['the code of an error', (call) => say(call, 403, { error: said(call) })],
  ['the code of a REST 3.0 error', (call) => say(call, 400, { error: { code: said(call), message: said(call) } })],
  [
    'the field of a validation error',
    (call) => {
      const code = 'BITRIX_REST_V3_EXCEPTION_VALIDATION_DTOVALIDATIONEXCEPTION';
      say(call, 400, { error: { code, message: '', validation: [{ field: said(call) }] } });
    },
  ],
  ['a server fault', (call) => say(call, 500, { error: said(call) })],
  ['half an answer', ({ head, socket }) => socket.end(httpAnswer(200, head, { 'content-length': '9999' }))],
  ['a redirect', ({ head, socket }) => socket.end(httpAnswer(302, '', { location: head.split(' ')[1] ?? '/' }))],
  ['no HTTP', ({ head, socket }) => socket.end(head)],
  ['a reset', ({ socket }) => socket.resetAndDestroy()],
];

function said({ head, body }: WireRequest): string {
  return head.includes(planted) ? (head.split(' ')[1] ?? '') : body.slice(-60);
}

function say({ socket }: WireRequest, status: number, body: unknown): void {
  socket.end(httpAnswer(status, JSON.stringify(body)));
}

describe.each([
  ['webhook', 0],
  ['token', 1],
] as const)('the secret of a %s', (_, kind) => {
  it.each(echoes)('is in no result and no log line when the portal repeats it in %s', async (_name, answer) => {
    const wire = await startWire(answer);
    const credential = credentials[kind]?.(wire.origin);
    if (!credential) {
      throw new Error('no credential');
    }
    const harness = openHarness({ portals: [credential.portal] });
    const messenger = createMessenger({ rest: harness.rest, timeoutMs: 2_000 });
    const reader = createTaskReader({ reads: harness.reads });
    const results = [
      await messenger.send({ credential, key: 'k.1', request, leaveWithinMs: 2_000 }),
      await createAccountProbe({ reads: harness.reads }).probe(credential),
      await reader.search({ credential, words: 'x', limit: 3, withinMs: 2_000 }),
    ];
    expect(wire.requests.length).toBeGreaterThanOrEqual(4);
    expect(harness.logged.length).toBeGreaterThanOrEqual(4);
    const everything = [results, harness, messenger, reader, credential];
    const shown = inspect(everything, { depth: 12, showHidden: true, maxArrayLength: null, maxStringLength: null });
    expect(shown + JSON.stringify(everything)).not.toContain(planted);
    expect(JSON.stringify(harness.logged)).not.toContain(text);
  });

  it('is in no error, while a request is under way or when it is a bug of ours', async () => {
    const wire = await startWire();
    const credential = credentials[kind]?.(wire.origin);
    if (!credential) {
      throw new Error('no credential');
    }
    const harness = openHarness({ portals: [credential.portal] });
    const messenger = createMessenger({ rest: harness.rest, timeoutMs: 2_000 });
    const attempt = { credential, key: 'k.1', request, leaveWithinMs: 2_000 };
    const sending = messenger.send(attempt);
    await wire.take();
    const bug = await messenger.send({ ...attempt, key: 'k\n1' }).catch((error: unknown) => error);
    expect(bug).toBeInstanceOf(Error);
    const shown = inspect([harness, messenger, attempt, bug], { depth: 20, showHidden: true });
    expect(shown).not.toContain(planted);
    await harness.caller.close();
    expect(inspect(await sending, { depth: 20, showHidden: true })).not.toContain(planted);
  });
});

it('what is logged of a call is enough to find the trouble', async () => {
  const wire = await startWire((call) => say(call, 403, { error: 'user_access_error', error_description: 'Нет' }));
  const harness = openHarness({ portals: [originOf(wire.origin)] });
  const [webhook] = credentials;
  if (!webhook) {
    throw new Error('no credential');
  }
  await createMessenger({ rest: harness.rest, timeoutMs: 2_000 }).send({
    credential: webhook(wire.origin),
    key: 'k.1',
    request,
    leaveWithinMs: 2_000,
  });
  expect(harness.logged).toEqual([
    {
      level: 'info',
      message: 'portal called',
      fields: {
        delivery: 'k',
        part: 1,
        portal: wire.origin,
        api: 'v3',
        method: 'tasks.task.chat.message.send',
        verdict: 'failed',
        status: 403,
        tookMs: expect.any(Number),
        failure: { kind: 'app-not-allowed' },
        code: 'user_access_error',
        said: 'Нет',
      },
    },
  ]);
});
