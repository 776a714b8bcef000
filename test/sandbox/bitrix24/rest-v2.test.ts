import { describe, expect, it } from 'vitest';
import { get, manualClock, openLinkedPortal, openPortal, post, sendText } from './portal-client.ts';

describe('webhooks over REST 2', () => {
  it('says who the owner is and what the webhook may do, with and without .json', async () => {
    const { webhook } = await openLinkedPortal();
    const profile = { ID: '7', ADMIN: false, NAME: 'Anna', LAST_NAME: 'Petrova' };
    expect(await get(`${webhook.url}profile`)).toMatchObject({ status: 200, json: { result: profile } });
    expect(await get(`${webhook.url}profile.json`)).toMatchObject({ status: 200, json: { result: profile } });
    expect(await get(`${webhook.url}scope`)).toMatchObject({ json: { result: ['task', 'tasks', 'user_basic'] } });
  });

  it('answers a wrong secret, a wrong person, a revoked and an expired webhook in the same way', async () => {
    const clock = manualClock();
    const portal = await openPortal({ clock });
    const revoked = portal.createWebhook({ userId: 7, scopes: [] });
    const expired = portal.createWebhook({ userId: 7, scopes: [], expiresAt: clock.now() + 1000 });
    expect((await get(`${expired.url}profile`)).status).toBe(200);
    revoked.revoke();
    clock.advance(1000);
    const stranger = expired.url.replace('/rest/7/', '/rest/9/');
    for (const url of [revoked.url, expired.url, stranger, `${portal.origin}/rest/7/wrong/`]) {
      expect(await get(`${url}profile`)).toMatchObject({ status: 401, json: { error: 'INVALID_CREDENTIALS' } });
    }
  });

  it('keeps the old address shut once the secret has changed, and moves it to the person who edited it', async () => {
    const { portal, webhook } = await openLinkedPortal();
    const before = webhook.url;
    webhook.changeSecret(9);
    expect((await get(`${before}profile`)).status).toBe(401);
    expect(await get(`${webhook.url}profile`)).toMatchObject({ json: { result: { NAME: 'Boris' } } });
    await sendText(webhook.apiUrl, 'x');
    expect(portal.chat(51)).toMatchObject([{ author: { id: 9 } }]);
  });

  it('refuses everything of a dismissed employee', async () => {
    const { portal, webhook } = await openLinkedPortal();
    portal.setUserActive(7, false);
    expect(await get(`${webhook.url}profile`)).toMatchObject({ status: 401, json: { error: 'authorization_error' } });
    expect((await sendText(webhook.apiUrl, 'x')).status).toBe(401);
    portal.setUserActive(7, true);
    expect((await get(`${webhook.url}profile`)).status).toBe(200);
  });

  it('refuses tasks without the scope task', async () => {
    const portal = await openPortal();
    const tasksOnly = portal.createWebhook({ userId: 7, scopes: ['tasks'] });
    expect(await get(`${tasksOnly.url}tasks.task.list`)).toMatchObject({
      status: 403,
      json: { error: 'insufficient_scope' },
    });
    tasksOnly.setScopes(['task']);
    expect(await get(`${tasksOnly.url}tasks.task.list`)).toMatchObject({ status: 200 });
  });
});

describe('tasks.task.list of REST 2', () => {
  it('finds titles by a pattern, in any case, among what the caller may read', async () => {
    const { webhook } = await openLinkedPortal();
    const find = async (TITLE: string) =>
      (await post(`${webhook.url}tasks.task.list`, { filter: { TITLE }, select: ['ID'], order: { ID: 'asc' } })).json;
    expect(await find('%WEBSITE%')).toMatchObject({ result: { tasks: [{ id: '52' }] }, total: 1 });
    expect(await find('%договор%')).toMatchObject({ result: { tasks: [{ id: '54' }] } });
    expect(await find('Salary%')).toMatchObject({ result: { tasks: [] }, total: 0 });
    expect(await find('website')).toMatchObject({ result: { tasks: [] } });
    expect(await find('%(new%')).toMatchObject({ result: { tasks: [] } });
  });

  it('gives ids as strings and names in camel case', async () => {
    const { webhook } = await openLinkedPortal();
    const reply = await post(`${webhook.url}tasks.task.list.json`, {
      filter: { TITLE: 'Move%' },
      select: ['TITLE', 'STATUS', 'GROUP_ID'],
    });
    const group = { id: '3', name: 'Website' };
    expect(reply.json).toMatchObject({
      result: { tasks: [{ id: '52', title: 'Move the website to the new server', status: '2', groupId: '3', group }] },
    });
    const single = await post(`${webhook.url}tasks.task.list`, {
      filter: { TITLE: 'Prepare%' },
      select: ['GROUP_ID', 'STATUS'],
    });
    expect(single.json).toMatchObject({ result: { tasks: [{ id: '51', groupId: '0', group: [], status: '3' }] } });
  });

  it('gives fifty at most, and says how many there are', async () => {
    const tasks = Array.from({ length: 120 }, (_, index) => ({ id: index + 1, title: `Task ${index + 1}` }));
    const { webhook } = await openLinkedPortal({ seed: { tasks } });
    const list = async (filter: Record<string, string>) =>
      (await post(`${webhook.url}tasks.task.list`, { filter, order: { ID: 'asc' }, select: ['ID'] })).json;
    const ids = tasks.slice(0, 50).map(({ id }) => ({ id: String(id) }));
    expect(await list({})).toMatchObject({ result: { tasks: ids }, next: 50, total: 120 });
    const few = await list({ TITLE: 'Task 1_' });
    expect(few).toMatchObject({ total: 10 });
    expect(few).not.toHaveProperty('next');
  });

  it('orders by activity, which a new message moves', async () => {
    const clock = manualClock();
    const { webhook } = await openLinkedPortal({ clock });
    clock.advance(1000);
    await sendText(webhook.apiUrl, 'x', { taskId: 53 });
    const reply = await post(`${webhook.url}tasks.task.list`, {
      order: { ACTIVITY_DATE: 'desc' },
      select: ['ID', 'ACTIVITY_DATE'],
    });
    expect(reply.json).toMatchObject({
      result: {
        tasks: [{ id: '53', activityDate: '2026-03-04T08:06:08+03:00' }, { id: '51' }, { id: '52' }, { id: '54' }],
      },
    });
  });

  it('answers an order that is not there with the code "0"', async () => {
    const { webhook } = await openLinkedPortal();
    expect(await post(`${webhook.url}tasks.task.list`, { order: { COLOUR: 'asc' } })).toMatchObject({
      status: 400,
      json: { error: '0' },
    });
  });
});

describe('one task over REST 2', () => {
  it('answers a missing task and a closed one with an empty list', async () => {
    const { webhook } = await openLinkedPortal();
    const ask = async (taskId: number) =>
      (await post(`${webhook.url}tasks.task.get`, { taskId, select: ['ID', 'TITLE'] })).json;
    expect(await ask(51)).toMatchObject({ result: { task: { id: '51', title: 'Prepare the quarterly report' } } });
    expect(await ask(404)).toMatchObject({ result: [] });
    expect(await ask(60)).toMatchObject({ result: [] });
    expect(await post(`${webhook.url}tasks.task.get`, {})).toMatchObject({ status: 400, json: { error: '100' } });
  });
});
