import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { get, manualClock, openLinkedPortal, post, sendMethod, sendText, texts, v3Prefix } from './portal-client.ts';

describe('the leaky bucket', () => {
  it('takes the burst at once, and then exactly one request per leak', async () => {
    const clock = manualClock();
    const { portal, webhook } = await openLinkedPortal({ clock, rate: { burst: 3, perSecond: 2 } });
    const attempt = async () => (await get(`${webhook.url}profile`)).status;
    expect([await attempt(), await attempt(), await attempt(), await attempt()]).toEqual([200, 200, 200, 503]);
    clock.advance(499);
    expect(await attempt()).toBe(503);
    clock.advance(1);
    expect([await attempt(), await attempt()]).toEqual([200, 503]);
    expect(portal.counts).toMatchObject({ received: 7, throttled: 3, executed: 4 });
    expect(portal.bucketLevel()).toBe(3);
    clock.advance(60_000);
    expect(portal.bucketLevel()).toBe(0);
  });

  it('never blocks a caller that keeps to the leak, however long', async () => {
    const clock = manualClock();
    const { portal, webhook } = await openLinkedPortal({ clock, rate: { burst: 1, perSecond: 3 } });
    for (let count = 0; count < 30; count += 1) {
      await get(`${webhook.url}profile`);
      clock.advance(334);
    }
    expect(portal.counts.throttled).toBe(0);
  });

  it('rejects in the flat shape on REST 3 too, before anything runs', async () => {
    const { portal, webhook } = await openLinkedPortal({ clock: manualClock(), rate: { burst: 1, perSecond: 2 } });
    await sendText(webhook.apiUrl, 'first', { key: 'a' });
    const reply = await sendText(webhook.apiUrl, 'second', { key: 'b' });
    expect(reply).toMatchObject({
      status: 503,
      json: { error: 'QUERY_LIMIT_EXCEEDED', error_description: expect.any(String) },
    });
    expect(texts(portal)).toEqual(['first']);
    expect(portal.requests[1]).toMatchObject({ code: 'QUERY_LIMIT_EXCEEDED', status: 503, executed: false });
  });

  it('is one per source address, over all webhooks behind it', async () => {
    const { portal, webhook } = await openLinkedPortal({ clock: manualClock(), rate: { burst: 1, perSecond: 2 } });
    const second = portal.createWebhook({ userId: 9, scopes: [] });
    expect((await get(`${webhook.url}profile`)).status).toBe(200);
    expect((await get(`${second.url}profile`)).status).toBe(503);
    expect(await statusFrom('127.0.0.2', `${second.url}profile`)).toBe(200);
  });
});

describe('operating time', () => {
  it('blocks one method of one webhook until the oldest minute drops, as the last success said', async () => {
    const clock = manualClock();
    const { portal, webhook } = await openLinkedPortal({ clock, operating: { limitSeconds: 10, costSeconds: 4 } });
    const other = portal.createWebhook({ userId: 7, scopes: ['tasks'] });
    const resetAt = Math.floor(clock.now() / 1000) + 600;
    expect((await sendText(webhook.apiUrl, '1')).json).toMatchObject({
      time: { operating: 4, operating_reset_at: resetAt },
    });
    clock.advance(90_000);
    expect((await sendText(webhook.apiUrl, '2')).json).toMatchObject({
      time: { operating: 8, operating_reset_at: resetAt },
    });
    expect((await sendText(webhook.apiUrl, '3')).json).toMatchObject({
      time: { operating: 12, operating_reset_at: resetAt },
    });

    expect(await sendText(webhook.apiUrl, '4')).toMatchObject({
      status: 429,
      json: { error: { code: `${v3Prefix}RATELIMITEXCEPTION` } },
    });
    expect((await post(`${webhook.apiUrl}tasks.task.get`, { id: 51 })).status).toBe(200);
    expect((await sendText(other.apiUrl, 'other')).status).toBe(200);

    clock.advance(600_000 - 90_000);
    expect((await sendText(webhook.apiUrl, '5')).json).toMatchObject({
      time: { operating: 12, operating_reset_at: resetAt + 90 },
    });
    expect(texts(portal)).toEqual(['1', '2', '3', 'other', '5']);
  });

  it('is refused by its own code on REST 2', async () => {
    const { portal, webhook } = await openLinkedPortal();
    portal.spendOperatingTime(webhook, 'profile', 480);
    expect(await get(`${webhook.url}profile`)).toMatchObject({ status: 429, json: { error: 'OPERATION_TIME_LIMIT' } });
    expect((await get(`${webhook.url}scope`)).status).toBe(200);
  });
});

describe('the size of a body', () => {
  it('is limited by the web server, with a page and not with JSON', async () => {
    const { portal, webhook } = await openLinkedPortal({ bodyLimitBytes: 1000 });
    const reply = await post(`${webhook.apiUrl}${sendMethod}`, { fields: { taskId: 51, text: 'x'.repeat(2_000_000) } });
    expect(reply.status).toBe(413);
    expect(reply.headers.get('content-type')).toContain('text/html');
    expect(portal.counts.messages).toBe(0);
  });
});

function statusFrom(localAddress: string, url: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(url, { localAddress }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .once('error', reject)
      .end();
  });
}
