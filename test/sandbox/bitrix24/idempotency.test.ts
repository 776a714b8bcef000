import { describe, expect, it } from 'vitest';
import {
  manualClock,
  openLinkedPortal,
  openPortal,
  post,
  sendMethod,
  sendText,
  texts,
  v3Prefix,
} from './portal-client.ts';

const dayMs = 24 * 60 * 60 * 1000;

describe('the Idempotency-Key', () => {
  it('is echoed, and a repeat gets the stored answer without a second message', async () => {
    const { portal, webhook } = await openLinkedPortal();
    const first = await sendText(webhook.apiUrl, 'once', { key: 'k' });
    const repeat = await sendText(webhook.apiUrl, 'once', { key: 'k' });
    expect(texts(portal)).toEqual(['once']);
    expect(repeat).toMatchObject({ status: 200, text: first.text });
    expect([first.headers.get('idempotency-key'), repeat.headers.get('idempotency-key')]).toEqual(['k', 'k']);
    expect([first.headers.get('idempotent-replayed'), repeat.headers.get('idempotent-replayed')]).toEqual([
      null,
      'true',
    ]);
    expect(portal.requests.map(({ executed, replayed }) => ({ executed, replayed }))).toEqual([
      { executed: true, replayed: false },
      { executed: false, replayed: true },
    ]);
  });

  it('compares raw bytes: the same JSON with another space is another body', async () => {
    const { portal, webhook } = await openLinkedPortal();
    const body = JSON.stringify({ fields: { taskId: 51, text: 'x' } });
    await post(`${webhook.apiUrl}${sendMethod}`, body, { 'idempotency-key': 'k' });
    const other = await post(`${webhook.apiUrl}${sendMethod}`, `${body} `, { 'idempotency-key': 'k' });
    expect(other).toMatchObject({ status: 422, json: { error: { code: `${v3Prefix}IDEMPOTENCYKEYREUSEDEXCEPTION` } } });
    expect(texts(portal)).toEqual(['x']);
  });

  it('is forgotten after 24 hours', async () => {
    const clock = manualClock();
    const { portal, webhook } = await openLinkedPortal({ clock });
    await sendText(webhook.apiUrl, 'x', { key: 'k' });
    clock.advance(dayMs - 1);
    await sendText(webhook.apiUrl, 'x', { key: 'k' });
    expect(texts(portal)).toHaveLength(1);
    clock.advance(1);
    await sendText(webhook.apiUrl, 'x', { key: 'k' });
    expect(texts(portal)).toHaveLength(2);
  });

  it('belongs to a webhook: the same key of another one is another key', async () => {
    const { portal, webhook } = await openLinkedPortal();
    const second = portal.createWebhook({ userId: 7, scopes: ['tasks'] });
    await sendText(webhook.apiUrl, 'x', { key: 'k' });
    await sendText(second.apiUrl, 'x', { key: 'k' });
    expect(texts(portal)).toHaveLength(2);
  });

  it('is not kept for an error, so that the same key runs again', async () => {
    const { portal, webhook } = await openLinkedPortal();
    expect((await sendText(webhook.apiUrl, 'x', { key: 'k', taskId: 404 })).status).toBe(403);
    portal.tasks.set(404, { id: 404, title: 'New' });
    expect((await sendText(webhook.apiUrl, 'x', { key: 'k', taskId: 404 })).status).toBe(200);
    expect(texts(portal, 404)).toEqual(['x']);
  });

  it('is not kept when the method ran and the request failed afterwards with an error of the portal', async () => {
    const { portal, webhook } = await openLinkedPortal();
    portal.faults.next({ kind: 'error', code: 'INTERNAL_SERVER_ERROR', status: 500, shape: 'flat', moment: 'after' });
    expect((await sendText(webhook.apiUrl, 'x', { key: 'k' })).status).toBe(500);
    await sendText(webhook.apiUrl, 'x', { key: 'k' });
    expect(texts(portal)).toEqual(['x', 'x']);
  });

  it('is kept when the method succeeded and the answer was lost on its way', async () => {
    const { portal, webhook } = await openLinkedPortal();
    portal.faults.next({ kind: 'reset', moment: 'after' });
    await expect(sendText(webhook.apiUrl, 'x', { key: 'k' })).rejects.toThrow();
    portal.faults.next({ kind: 'html', status: 504, moment: 'after' });
    expect((await sendText(webhook.apiUrl, 'y', { key: 'l' })).status).toBe(504);
    expect((await sendText(webhook.apiUrl, 'x', { key: 'k' })).headers.get('idempotent-replayed')).toBe('true');
    expect((await sendText(webhook.apiUrl, 'y', { key: 'l' })).headers.get('idempotent-replayed')).toBe('true');
    expect(texts(portal)).toEqual(['x', 'y']);
  });

  it.each(['before', 'after'] as const)(
    'does not hold back a second request while the first one runs (held %s): both post',
    async (moment) => {
      const { portal, webhook } = await openLinkedPortal();
      const hold = portal.faults.hold(moment);
      const first = sendText(webhook.apiUrl, 'x', { key: 'k' });
      await hold.arrived;
      const second = await sendText(webhook.apiUrl, 'x', { key: 'k' });
      hold.release();
      expect([(await first).status, second.status]).toEqual([200, 200]);
      expect(second.headers.get('idempotent-replayed')).toBeNull();
      expect(texts(portal)).toEqual(['x', 'x']);
    },
  );

  it.each([
    ['a space', 'a b'],
    ['256 characters', 'k'.repeat(256)],
    ['a letter beyond ASCII', 'k\u00e9y'],
    ['nothing', ''],
  ])('must not be %s', async (_, key) => {
    const { portal, webhook } = await openLinkedPortal();
    const reply = await sendText(webhook.apiUrl, 'x', { key });
    expect(reply).toMatchObject({
      status: 400,
      json: { error: { code: `${v3Prefix}INVALIDIDEMPOTENCYKEYEXCEPTION` } },
    });
    expect(portal.counts.messages).toBe(0);
  });

  it('may have 255 characters', async () => {
    const { webhook } = await openLinkedPortal();
    expect((await sendText(webhook.apiUrl, 'x', { key: 'k'.repeat(255) })).status).toBe(200);
  });

  it('means nothing to a method that only reads', async () => {
    const { webhook } = await openLinkedPortal();
    const reply = await post(`${webhook.apiUrl}tasks.task.get`, { id: 51 }, { 'idempotency-key': 'a b' });
    expect(reply.status).toBe(200);
    expect(reply.headers.get('idempotency-key')).toBeNull();
  });

  it('means nothing to an older portal: no echo, no memory', async () => {
    const portal = await openPortal({ honoursKeys: false });
    const webhook = portal.createWebhook({ userId: 7, scopes: ['tasks'] });
    const replies = [
      await sendText(webhook.apiUrl, 'x', { key: 'k' }),
      await sendText(webhook.apiUrl, 'x', { key: 'k' }),
    ];
    expect(replies.map(({ headers }) => headers.get('idempotency-key'))).toEqual([null, null]);
    expect(portal.chat(51)).toMatchObject([
      { text: 'x', key: 'k' },
      { text: 'x', key: 'k' },
    ]);
    portal.setHonoursKeys(true);
    expect((await sendText(webhook.apiUrl, 'x', { key: 'k' })).headers.get('idempotency-key')).toBe('k');
  });
});
