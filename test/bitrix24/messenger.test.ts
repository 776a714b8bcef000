import { describe, expect, it } from 'vitest';
import { createMessenger } from '../../src/bitrix24/messenger.ts';
import type { Attempt } from '../../src/delivery/ports.ts';
import type { Credential } from '../../src/domain/identity.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { Portal } from '../../src/sandbox/bitrix24/portal.ts';
import { manualClock } from '../support/manual-clock.ts';
import { type HarnessOptions, openHarness, originOf } from './harness.ts';
import { credentialOf, openPortal, webhookOf } from './portals.ts';
import { httpAnswer, startWire } from './wire.ts';

const oauth = { clientId: 'local.1', clientSecret: 'shh' };

function tokenOf(portal: Portal): Credential {
  const accessToken = new Secret(portal.oauth.grant(9).accessToken);
  return { kind: 'oauth', portal: originOf(portal.origin), accessToken };
}

function messengerFor(origin: string, options: HarnessOptions = {}) {
  const { rest } = openHarness({ portals: [originOf(origin)], ...options });
  return createMessenger({ rest, timeoutMs: 65_000 });
}

function attempt(credential: Credential, change: Partial<Attempt> = {}): Attempt {
  const request = JSON.stringify({ fields: { taskId: 51, text: 'hello "there"\n😀' } });
  return { credential, key: 'd1.1', request, leaveWithinMs: 5_000, ...change };
}

describe('a message', () => {
  it('reaches the task chat as the owner of the webhook, and the portal gives its key back', async () => {
    const portal = await openPortal();
    const result = await messengerFor(portal.origin).send(attempt(webhookOf(portal)));
    expect(result).toEqual({ kind: 'delivered', honoursKey: true });
    expect(portal.chat(51)).toMatchObject([{ author: { id: 7 }, text: 'hello "there"\n😀', key: 'd1.1' }]);
  });

  it('reaches the task chat as the owner of the token', async () => {
    const portal = await openPortal({ oauth });
    expect(await messengerFor(portal.origin).send(attempt(tokenOf(portal)))).toMatchObject({ kind: 'delivered' });
    expect(portal.chat(51)).toMatchObject([{ author: { id: 9 }, text: 'hello "there"\n😀' }]);
  });

  it('is posted once although it is sent twice with its key', async () => {
    const portal = await openPortal();
    const messenger = messengerFor(portal.origin);
    const same = attempt(webhookOf(portal));
    expect(await messenger.send(same)).toMatchObject({ kind: 'delivered' });
    expect(await messenger.send(same)).toEqual({ kind: 'delivered', honoursKey: true });
    expect(portal.chat(51)).toHaveLength(1);
  });

  it('is answered as used when its key belongs to another text, as after a refresh of the token', async () => {
    const portal = await openPortal({ oauth });
    const messenger = messengerFor(portal.origin);
    await messenger.send(attempt(tokenOf(portal)));
    expect(await messenger.send(attempt(tokenOf(portal)))).toEqual({ kind: 'key-reused' });
    expect(portal.chat(51)).toHaveLength(1);
  });

  it('tells that an older portal does not give the key back', async () => {
    const portal = await openPortal({ honoursKeys: false });
    const result = await messengerFor(portal.origin).send(attempt(webhookOf(portal)));
    expect(result).toEqual({ kind: 'delivered', honoursKey: false });
  });

  it('is not confirmed by a key that is not its own', async () => {
    const wire = await startWire(({ socket }) =>
      socket.end(httpAnswer(200, '{"result":{"result":true}}', { 'idempotency-key': 'other' })),
    );
    const credential = { kind: 'oauth', portal: originOf(wire.origin), accessToken: new Secret('t') } as const;
    const result = await messengerFor(wire.origin).send(attempt(credential));
    expect(result).toEqual({ kind: 'delivered', honoursKey: false });
  });

  it.each([
    ['{"fields":{"taskId":51,"text":"a}"}}', '{"fields":{"taskId":51,"text":"a}"},"auth":"to\\"ken"}'],
    ['{ "fields" : {} }\n', '{ "fields" : {} ,"auth":"to\\"ken"}\n'],
    ['{}', '{"auth":"to\\"ken"}'],
  ])('carries a token as the last key and is otherwise unchanged: %s', async (request, body) => {
    const wire = await startWire(({ socket }) => socket.end(httpAnswer(200, '{"result":{"result":true}}')));
    const credential = { kind: 'oauth', portal: originOf(wire.origin), accessToken: new Secret('to"ken') } as const;
    await messengerFor(wire.origin).send(attempt(credential, { request }));
    expect(wire.requests).toMatchObject([{ body }]);
    expect(wire.requests[0]?.head).toMatch(/^POST \/rest\/api\/tasks\.task\.chat\.message\.send HTTP\/1\.1\r\n/);
  });

  it('throws when a request with a token is no JSON object', async () => {
    const portal = await openPortal({ oauth });
    const sending = messengerFor(portal.origin).send(attempt(tokenOf(portal), { request: '[]' }));
    await expect(sending).rejects.toThrow('not a JSON object');
    expect(portal.requests).toHaveLength(0);
  });
});

describe('a message that a portal does not take', () => {
  it.each([
    ['an unknown task', { request: '{"fields":{"taskId":404,"text":"x"}}' }, { kind: 'no-access' }],
    ['a missing text', { request: '{"fields":{"taskId":51}}' }, { kind: 'invalid-request', field: 'text' }],
    ['an unknown field', { request: '{"fields":{"taskId":51,"text":"x","silent":1}}' }, { kind: 'invalid-request' }],
    ['a text that is no JSON', { request: '{"fields":' }, { kind: 'invalid-request' }],
  ])('for %s is refused', async (_, change, failure) => {
    const portal = await openPortal();
    const result = await messengerFor(portal.origin).send(attempt(webhookOf(portal), change));
    expect(result).toMatchObject({ kind: 'failed', failure, left: true });
    expect(portal.counts.messages).toBe(0);
  });

  it('because its webhook was revoked or lacks the scope asks for a new link', async () => {
    const portal = await openPortal();
    const messenger = messengerFor(portal.origin);
    const webhook = portal.createWebhook({ userId: 7, scopes: ['tasks'] });
    const credential = credentialOf(webhook);
    webhook.setScopes(['task']);
    expect(await messenger.send(attempt(credential))).toMatchObject({ failure: { kind: 'missing-scope' } });
    webhook.revoke();
    expect(await messenger.send(attempt(credential))).toMatchObject({ failure: { kind: 'credential-rejected' } });
  });

  it('because its token is over, or nobody may use the application, says so', async () => {
    const portal = await openPortal({ oauth });
    const messenger = messengerFor(portal.origin);
    const credential = tokenOf(portal);
    portal.oauth.setUserAllowed(9, false);
    expect(await messenger.send(attempt(credential))).toMatchObject({ failure: { kind: 'app-not-allowed' } });
    portal.oauth.expireTokens();
    expect(await messenger.send(attempt(credential))).toMatchObject({ failure: { kind: 'token-expired' } });
    portal.oauth.uninstallApp();
    expect(await messenger.send(attempt(credential))).toMatchObject({ failure: { kind: 'application-gone' } });
  });

  it('because the portal is off was not sent', async () => {
    const portal = await openPortal();
    const credential = webhookOf(portal);
    await portal.down();
    const result = await messengerFor(portal.origin).send(attempt(credential));
    expect(result).toEqual({ kind: 'failed', failure: { kind: 'unreachable' }, left: false, sinceLeftMs: 0 });
  });

  it.each([
    [{ kind: 'reset', moment: 'after' }, 'no-answer', 1],
    [{ kind: 'reset', moment: 'before' }, 'no-answer', 0],
    [{ kind: 'cut' }, 'no-answer', 1],
    [{ kind: 'html', status: 502, moment: 'after' }, 'no-answer', 1],
    [{ kind: 'garbage', moment: 'after' }, 'unreadable-answer', 1],
    [{ kind: 'oversized', bytes: 8 * 1024 * 1024, moment: 'after' }, 'no-answer', 1],
    [{ kind: 'throttle' }, 'throttled', 0],
    [{ kind: 'plan' }, 'plan', 0],
    [{ kind: 'overloaded' }, 'portal-blocked', 0],
    [{ kind: 'closed' }, 'portal-closed', 0],
    [{ kind: 'https' }, 'https-required', 0],
    [{ kind: 'too-old', shape: 'flat' }, 'portal-too-old', 0],
    [{ kind: 'too-old', shape: 'v3' }, 'portal-too-old', 0],
    [{ kind: 'time-limit', shape: 'flat' }, 'method-throttled', 0],
    [{ kind: 'time-limit', shape: 'v3' }, 'method-throttled', 0],
    [{ kind: 'moved', to: 'https://new.bitrix24.com' }, 'moved', 0],
  ] as const)('with the fault %j fails as %s', async (fault, kind, messages) => {
    const portal = await openPortal({ language: 'ru' });
    portal.faults.next(fault);
    const result = await messengerFor(portal.origin).send(attempt(webhookOf(portal)));
    expect(result).toMatchObject({ kind: 'failed', failure: { kind }, left: true });
    expect(portal.counts.messages).toBe(messages);
  });

  it('for lack of an answer says how long ago it left', async () => {
    const wire = await startWire();
    const clock = manualClock();
    const credential = { kind: 'oauth', portal: originOf(wire.origin), accessToken: new Secret('t') } as const;
    const sending = messengerFor(wire.origin, { clock }).send(attempt(credential));
    await wire.take();
    clock.advance(65_000);
    expect(await sending).toEqual({
      kind: 'failed',
      failure: { kind: 'no-answer' },
      left: true,
      sinceLeftMs: 65_000,
    });
  });

  it('keeps the news of an error that gives the key back', async () => {
    const error = '{"error":{"code":"BITRIX_REST_V3_EXCEPTION_ACCESSDENIEDEXCEPTION"}}';
    const wire = await startWire(({ socket }) => socket.end(httpAnswer(403, error, { 'idempotency-key': 'd1.1' })));
    const credential = { kind: 'oauth', portal: originOf(wire.origin), accessToken: new Secret('t') } as const;
    expect(await messengerFor(wire.origin).send(attempt(credential))).toMatchObject({ honoursKey: true });
  });
});

describe('an operating-time limit', () => {
  const limited = '{"error":"OPERATION_TIME_LIMIT","error_description":"Method is blocked"}';
  const success = (resetAt: number) =>
    JSON.stringify({ result: { result: true }, time: { operating_reset_at: resetAt } });

  /** Answers in turn; the clock says 1,800,000,000 s at the start. */
  async function afterAnswers(answers: readonly string[], owners: readonly string[]) {
    const left = [...answers];
    const wire = await startWire(({ socket }) => {
      const body = left.shift() ?? '';
      socket.end(httpAnswer(body === limited ? 429 : 200, body));
    });
    const messenger = messengerFor(wire.origin, { clock: manualClock() });
    const results = [];
    for (const webhookUserId of owners) {
      const portal = originOf(wire.origin);
      const credential = { kind: 'webhook', portal, webhookUserId, secret: new Secret('hush') } as const;
      results.push(await messenger.send(attempt(credential)));
    }
    return results.at(-1);
  }

  it('ends when the last success said', async () => {
    const result = await afterAnswers([success(1_800_000_120), success(1_800_000_240), limited], ['1', '1', '1']);
    expect(result).toMatchObject({ failure: { kind: 'method-throttled', resetAt: 1_800_000_240_000 } });
  });

  it.each([
    ['when that time is over', success(1_799_999_999), ['1', '1']],
    ['when that time is farther than the portal counts', success(1_800_000_601), ['1', '1']],
    ['when only another webhook was told', success(1_800_000_240), ['1', '2']],
    ['when nobody was told', '{"result":{"result":true},"time":{"start":1.5}}', ['1', '1']],
  ])('has no known end %s', async (_, before, owners) => {
    const result = await afterAnswers([before, limited], owners);
    expect(result).toMatchObject({ kind: 'failed', failure: { kind: 'method-throttled' } });
    expect(result).not.toHaveProperty('failure.resetAt');
  });
});
