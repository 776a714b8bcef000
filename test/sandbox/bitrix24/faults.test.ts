import { describe, expect, it } from 'vitest';
import type { Fault } from '../../../src/sandbox/bitrix24/faults/faults.ts';
import { get, openLinkedPortal, openPortal, type Reply, sendText, texts, v3Prefix } from './portal-client.ts';

/** What one send under a fault looks like from outside, and whether the message was posted all the same. */
async function meet(fault: Fault): Promise<{ reply: Reply | undefined; posted: boolean }> {
  const { portal, webhook } = await openLinkedPortal();
  portal.faults.set(fault);
  const reply = await sendText(webhook.apiUrl, 'x').catch(() => undefined);
  return { reply, posted: texts(portal).length === 1 };
}

const systemErrors: [string, Fault, number, string][] = [
  ['throttle', { kind: 'throttle' }, 503, 'QUERY_LIMIT_EXCEEDED'],
  ['time limit', { kind: 'time-limit', shape: 'flat' }, 429, 'OPERATION_TIME_LIMIT'],
  ['closed', { kind: 'closed' }, 500, 'PORTAL_DELETED'],
  ['plan', { kind: 'plan' }, 403, 'ACCESS_DENIED'],
  ['overloaded', { kind: 'overloaded' }, 503, 'OVERLOAD_LIMIT'],
  ['https', { kind: 'https' }, 400, 'INVALID_REQUEST'],
  ['too old', { kind: 'too-old', shape: 'flat' }, 404, 'ERROR_METHOD_NOT_FOUND'],
  [
    'a chosen error',
    { kind: 'error', code: 'insufficient_scope', status: 403, shape: 'flat', moment: 'before' },
    403,
    'insufficient_scope',
  ],
];

const v3Errors: [string, Fault, number, string][] = [
  ['time limit', { kind: 'time-limit', shape: 'v3' }, 429, 'RATELIMITEXCEPTION'],
  ['too old', { kind: 'too-old', shape: 'v3' }, 400, 'METHODNOTFOUNDEXCEPTION'],
  ['old card', { kind: 'old-card' }, 403, 'ACCESSDENIEDEXCEPTION'],
  [
    'a chosen error',
    { kind: 'error', code: `${v3Prefix}INTERNAL_INTERNALEXCEPTION`, status: 500, shape: 'v3', moment: 'before' },
    500,
    'INTERNAL_INTERNALEXCEPTION',
  ],
];

describe('an error of the portal', () => {
  it.each(systemErrors)('%s is flat and nothing runs', async (_, fault, status, code) => {
    const { reply, posted } = await meet(fault);
    expect(reply).toMatchObject({ status, json: { error: code, error_description: expect.any(String) } });
    expect(posted).toBe(false);
  });

  it.each(v3Errors)('%s can have the shape of REST 3', async (_, fault, status, code) => {
    const { reply, posted } = await meet(fault);
    expect(reply).toMatchObject({
      status,
      json: { error: { code: `${v3Prefix}${code}`, message: expect.any(String) } },
    });
    expect(posted).toBe(false);
  });

  it('can come after the message has been posted', async () => {
    const { reply, posted } = await meet({
      kind: 'error',
      code: 'ERROR_UNEXPECTED_ANSWER',
      status: 500,
      shape: 'flat',
      moment: 'after',
    });
    expect(reply?.status).toBe(500);
    expect(posted).toBe(true);
  });

  it('leaves REST 2 working where only REST 3 is missing', async () => {
    const { portal, webhook } = await openLinkedPortal();
    for (const fault of [
      { kind: 'too-old', shape: 'flat' },
      { kind: 'too-old', shape: 'v3' },
      { kind: 'old-card' },
    ] as const) {
      portal.faults.set(fault);
      expect((await get(`${webhook.url}tasks.task.list`)).status).toBe(200);
    }
  });
});

describe("an answer that is not the portal's", () => {
  it.each(['before', 'after'] as const)('comes as a page, empty, or as something unreadable (%s)', async (moment) => {
    const posted = moment === 'after';
    const page = await meet({ kind: 'html', status: 502, moment });
    expect(page).toMatchObject({ reply: { status: 502, json: undefined }, posted });
    expect(page.reply?.headers.get('content-type')).toContain('text/html');
    expect(await meet({ kind: 'empty', status: 429, moment })).toMatchObject({
      reply: { status: 429, text: '' },
      posted,
    });
    const garbage = await meet({ kind: 'garbage', moment });
    expect(garbage).toMatchObject({ reply: { status: 200, json: undefined }, posted });
    expect(garbage.reply?.headers.get('content-type')).toContain('application/json');
  });

  it('stays valid JSON at any length', async () => {
    const { reply, posted } = await meet({ kind: 'oversized', bytes: 3_000_000, moment: 'after' });
    expect(reply?.text.length).toBeGreaterThan(3_000_000);
    expect(reply).toMatchObject({ status: 200, json: { result: { result: true } } });
    expect(posted).toBe(true);
  });

  it('sends the caller to another path, or to the same path of another origin', async () => {
    const { portal, webhook } = await openLinkedPortal();
    const path = new URL(webhook.apiUrl).pathname;
    portal.faults.set({ kind: 'redirect', status: 307, to: '/login/' });
    const inside = await sendText(webhook.apiUrl, 'x');
    expect([inside.status, inside.headers.get('location')]).toEqual([307, '/login/']);
    portal.faults.set({ kind: 'moved', to: 'https://new.example/' });
    const outside = await sendText(webhook.apiUrl, 'x');
    expect([outside.status, outside.headers.get('location')]).toEqual([
      302,
      `https://new.example${path}tasks.task.chat.message.send`,
    ]);
    expect(portal.counts.messages).toBe(0);
  });
});

describe('a connection that fails', () => {
  it.each([
    ['reset before', { kind: 'reset', moment: 'before' }, false],
    ['reset after', { kind: 'reset', moment: 'after' }, true],
    ['cut', { kind: 'cut' }, true],
  ] satisfies [string, Fault, boolean][])('%s gives no answer', async (_, fault, expected) => {
    const { reply, posted } = await meet(fault);
    expect(reply).toBeUndefined();
    expect(posted).toBe(expected);
  });

  it.each([
    ['before', 0],
    ['after', 1],
  ] as const)('can keep the caller waiting for ever (%s)', async (moment, posted) => {
    const { portal, webhook } = await openLinkedPortal();
    portal.faults.set({ kind: 'lost', moment });
    const waiting = sendText(webhook.apiUrl, 'x').catch(() => 'closed');
    await expect.poll(() => portal.counts.received).toBe(1);
    expect(portal.counts.messages).toBe(posted);
    expect(portal.requests[0]).toMatchObject({ fault: `lost ${moment}`, status: undefined });
    await portal.close();
    expect(await waiting).toBe('closed');
  });

  it('refuses connections while the machine is down, and comes back with everything it knew', async () => {
    const { portal, webhook } = await openLinkedPortal();
    await sendText(webhook.apiUrl, 'before');
    await portal.down();
    await expect(sendText(webhook.apiUrl, 'lost')).rejects.toThrow();
    await portal.up();
    await sendText(webhook.apiUrl, 'after');
    expect(texts(portal)).toEqual(['before', 'after']);
  });
});

describe('slowness', () => {
  it('before executing posts late, even when the caller has hung up', async () => {
    const { portal, webhook } = await openLinkedPortal();
    const hold = portal.faults.hold('before');
    const impatient = new AbortController();
    const request = fetch(`${webhook.apiUrl}tasks.task.chat.message.send`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ fields: { taskId: 51, text: 'late' } }),
      signal: impatient.signal,
    });
    await hold.arrived;
    impatient.abort();
    await expect(request).rejects.toThrow();
    expect(texts(portal)).toEqual([]);
    hold.release();
    await expect.poll(() => texts(portal)).toEqual(['late']);
  });

  it('after executing posts at once and answers late', async () => {
    const { portal, webhook } = await openLinkedPortal();
    const hold = portal.faults.hold('after');
    const request = sendText(webhook.apiUrl, 'early');
    await hold.arrived;
    expect(texts(portal)).toEqual(['early']);
    hold.release();
    expect((await request).status).toBe(200);
  });

  it('by a time delays the answer by that time', async () => {
    const { portal, webhook } = await openLinkedPortal();
    portal.faults.next({ kind: 'slow', ms: 60, moment: 'after' });
    const startedAt = performance.now();
    await sendText(webhook.apiUrl, 'x');
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(59);
  });

  it("beyond the portal's own limit ends as a page, and what had not begun never runs", async () => {
    const { portal, webhook } = await openLinkedPortal({ requestLimitMs: 20 });
    portal.faults.next({ kind: 'slow', ms: 10_000, moment: 'before' });
    expect((await sendText(webhook.apiUrl, 'never')).status).toBe(504);
    portal.faults.next({ kind: 'slow', ms: 10_000, moment: 'after' });
    expect((await sendText(webhook.apiUrl, 'done')).status).toBe(504);
    expect(texts(portal)).toEqual(['done']);
  });

  it('of many requests at once does not outlive the portal', async () => {
    const { portal, webhook } = await openLinkedPortal();
    portal.faults.set({ kind: 'slow', ms: 60_000, moment: 'before' });
    const requests = Array.from({ length: 20 }, () => sendText(webhook.apiUrl, 'never').catch(() => 'closed'));
    await expect.poll(() => portal.counts.faults).toBe(20);
    await portal.close();
    expect(new Set(await Promise.all(requests))).toEqual(new Set(['closed']));
    expect(portal.counts.messages).toBe(0);
  });
});

describe('faults that are switched on', () => {
  it('takes planned faults first, then the script, then what is set, and clears all of it', async () => {
    const { portal, webhook } = await openLinkedPortal();
    const seen: string[] = [];
    portal.faults.set({ kind: 'empty', status: 500, moment: 'before' });
    portal.faults.script((request) => {
      seen.push(`${request.seq} ${request.generation} ${request.method} ${request.key}`);
      return request.key === 'scripted' ? { kind: 'empty', status: 408, moment: 'before' } : undefined;
    });
    portal.faults.next({ kind: 'throttle' }, 2);
    const statuses = [];
    for (const key of ['planned', 'planned', 'scripted', 'set']) {
      statuses.push((await sendText(webhook.apiUrl, 'x', { key })).status);
    }
    expect(statuses).toEqual([503, 503, 408, 500]);
    expect(seen).toEqual(['3 v3 tasks.task.chat.message.send scripted', '4 v3 tasks.task.chat.message.send set']);
    portal.faults.clear();
    expect((await sendText(webhook.apiUrl, 'x')).status).toBe(200);
    expect(portal.requests.map(({ fault }) => fault)).toEqual([
      'throttle',
      'throttle',
      'empty 408 before',
      'empty 500 before',
      undefined,
    ]);
  });

  it('does not spend a planned fault on a request that the bucket rejects', async () => {
    const portal = await openPortal({ rate: { burst: 1, perSecond: 0 } });
    const webhook = portal.createWebhook({ userId: 7, scopes: ['tasks'] });
    await sendText(webhook.apiUrl, 'x');
    portal.faults.next({ kind: 'closed' });
    expect((await sendText(webhook.apiUrl, 'x')).status).toBe(503);
    expect(portal.counts).toMatchObject({ throttled: 1, faults: 0 });
  });
});

describe('the log of requests', () => {
  it('holds no secret: neither of a good webhook, nor of a wrong address', async () => {
    const { portal, webhook } = await openLinkedPortal();
    const secret = webhook.url.split('/').at(-2) ?? '';
    await sendText(webhook.apiUrl, 'my secret text', { key: 'k' });
    await get(`${portal.origin}/rest/7/${secret}`);
    await get(`${portal.origin}/rest/${secret}`);
    await get(`${webhook.url}profile?auth=${secret}`);
    expect(portal.requests).toHaveLength(4);
    const log = JSON.stringify(portal.requests);
    expect(log).not.toContain(secret);
    expect(log).not.toContain('my secret text');
    expect(portal.requests[0]).toMatchObject({
      method: 'tasks.task.chat.message.send',
      key: 'k',
      userId: 7,
      executed: true,
      status: 200,
    });
    expect(portal.requests[0]?.bodyHash).toMatch(/^[0-9a-f]{64}$/);
  });
});
