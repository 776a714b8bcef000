import { describe, expect, it } from 'vitest';
import {
  get,
  manualClock,
  openLinkedPortal,
  openPortal,
  post,
  sendMethod,
  sendText,
  texts,
  v3Prefix,
} from './portal-client.ts';

describe('tasks.task.chat.message.send', () => {
  it('puts the text into the chat of the task as the owner of the webhook', async () => {
    const clock = manualClock();
    const { portal, webhook } = await openLinkedPortal({ clock });
    const reply = await sendText(webhook.apiUrl, 'Hello', { key: 'k1' });
    expect(reply.status).toBe(200);
    expect(reply.json).toEqual({
      result: { result: true },
      time: {
        start: 1772600767,
        finish: 1772600767,
        duration: 0,
        processing: 0,
        date_start: '2026-03-04T08:06:07+03:00',
        date_finish: '2026-03-04T08:06:07+03:00',
        operating_reset_at: 1772601367,
        operating: 0.01,
      },
    });
    expect(portal.chat(51)).toEqual([
      { id: 38_001, author: { id: 7, name: 'Anna Petrova' }, text: 'Hello', at: clock.now(), key: 'k1' },
    ]);
    expect(portal.counts).toMatchObject({ received: 1, executed: 1, messages: 1 });
  });

  const request = { code: `${v3Prefix}VALIDATION_REQUESTVALIDATIONEXCEPTION`, status: 400 };
  const dto = { code: `${v3Prefix}VALIDATION_DTOVALIDATIONEXCEPTION`, status: 400 };
  it.each([
    ['no fields', {}, request, ['fields']],
    ['fields that are no object', { fields: 'x' }, request, ['fields']],
    ['nothing in fields', { fields: {} }, dto, ['taskId', 'text']],
    ['no task', { fields: { text: 'x' } }, dto, ['taskId']],
    ['no text', { fields: { taskId: 51 } }, dto, ['text']],
    ['a task number as a string', { fields: { taskId: '51', text: 'x' } }, request, ['taskId']],
    ['half a task', { fields: { taskId: 51.5, text: 'x' } }, request, ['taskId']],
    ['a number as text', { fields: { taskId: 51, text: 5 } }, request, ['text']],
    ['an empty text', { fields: { taskId: 51, text: '' } }, request, ['message.text']],
  ])('refuses %s and names the fields', async (_, body, { code, status }, fields) => {
    const { portal, webhook } = await openLinkedPortal();
    const reply = await post(`${webhook.apiUrl}${sendMethod}`, body);
    expect(reply.status).toBe(status);
    const validation = fields.map((field) => ({ field, message: expect.any(String) }));
    expect(reply.json).toEqual({ error: { code, message: expect.any(String), validation } });
    expect(portal.counts.messages).toBe(0);
  });

  it('refuses a field that it does not know', async () => {
    const { webhook } = await openLinkedPortal();
    const reply = await post(`${webhook.apiUrl}${sendMethod}`, { fields: { taskId: 51, text: 'x', silent: true } });
    expect(reply.status).toBe(400);
    expect(reply.json).toMatchObject({ error: { code: `${v3Prefix}UNKNOWNDTOPROPERTYEXCEPTION` } });
  });

  it('answers a missing task and a closed one in the same way', async () => {
    const { webhook } = await openLinkedPortal();
    const [missing, closed] = [
      await sendText(webhook.apiUrl, 'x', { taskId: 404 }),
      await sendText(webhook.apiUrl, 'x', { taskId: 60 }),
    ];
    expect(missing.status).toBe(403);
    expect(missing.json).toMatchObject({ error: { code: `${v3Prefix}ACCESSDENIEDEXCEPTION` } });
    expect([closed.status, closed.json]).toEqual([missing.status, missing.json]);
  });

  it('cuts a text over 20,000 characters without an error, counting characters and not code units', async () => {
    const { portal, webhook } = await openLinkedPortal();
    await sendText(webhook.apiUrl, '🙂'.repeat(20_000));
    await sendText(webhook.apiUrl, '🙂'.repeat(20_001));
    const [whole, cut] = texts(portal);
    expect(whole).toBe('🙂'.repeat(20_000));
    expect(cut).toBe(`${'🙂'.repeat(20_000)} (...)`);
  });

  it('can say true and show nothing, or refuse, where a task has no chat', async () => {
    const tasks = [
      { id: 1, title: 'Swallows', chat: 'swallows' as const },
      { id: 2, title: 'Refuses', chat: 'refuses' as const },
    ];
    const { portal, webhook } = await openLinkedPortal({ seed: { tasks } });
    expect(await sendText(webhook.apiUrl, 'x', { taskId: 1 })).toMatchObject({
      status: 200,
      json: { result: { result: true } },
    });
    expect(await sendText(webhook.apiUrl, 'x', { taskId: 2 })).toMatchObject({ status: 400 });
    expect(portal.counts.messages).toBe(0);
  });
});

describe('the order of checks of REST 3', () => {
  it('reads JSON before it looks for the method', async () => {
    const { webhook } = await openLinkedPortal();
    const invalid = { status: 400, json: { error: { code: `${v3Prefix}INVALIDJSONEXCEPTION` } } };
    expect(await post(`${webhook.apiUrl}no.such.method`, '{"fields":')).toMatchObject(invalid);
    expect(
      await post(`${webhook.apiUrl}${sendMethod}`, 'fields=1', { 'content-type': 'application/x-www-form-urlencoded' }),
    ).toMatchObject(invalid);
    expect(await post(`${webhook.apiUrl}${sendMethod}`, '[]')).toMatchObject(invalid);
    expect(
      await post(`${webhook.apiUrl}${sendMethod}`, '{"fields":{"taskId":51,"text":"half \\ud83d"}}'),
    ).toMatchObject(invalid);
    expect(
      await post(`${webhook.apiUrl}${sendMethod}`, Buffer.from('{"fields":{"taskId":51,"text":"\xff"}}', 'latin1')),
    ).toMatchObject(invalid);
  });

  it('says that a method is missing even with a wrong secret', async () => {
    const portal = await openPortal();
    const reply = await post(`${portal.origin}/rest/api/7/wrong/no.such.method`, {});
    expect(reply).toMatchObject({ status: 400, json: { error: { code: `${v3Prefix}METHODNOTFOUNDEXCEPTION` } } });
  });

  it('checks the credential before scope, and the scope before the fields', async () => {
    const portal = await openPortal();
    const webhook = portal.createWebhook({ userId: 7, scopes: ['task'] });
    const wrong = await post(`${portal.origin}/rest/api/7/wrong/${sendMethod}`, {});
    expect(wrong).toMatchObject({ status: 401, json: { error: { code: `${v3Prefix}ACCESSDENIEDEXCEPTION` } } });
    const narrow = await post(`${webhook.apiUrl}${sendMethod}`, {});
    expect(narrow).toMatchObject({ status: 403, json: { error: { code: `${v3Prefix}INSUFFICIENTSCOPEEXCEPTION` } } });
  });

  it('does not have the methods of REST 2, and REST 2 has none of its', async () => {
    const { webhook } = await openLinkedPortal();
    expect(await get(`${webhook.apiUrl}profile`)).toMatchObject({
      status: 400,
      json: { error: { code: `${v3Prefix}METHODNOTFOUNDEXCEPTION` } },
    });
    expect(await post(`${webhook.url}${sendMethod}`, {})).toMatchObject({
      status: 404,
      json: { error: 'ERROR_METHOD_NOT_FOUND' },
    });
  });

  it('does not read parameters from the query', async () => {
    const { webhook } = await openLinkedPortal();
    expect(await get(`${webhook.apiUrl}tasks.task.get?id=51`)).toMatchObject({ status: 400 });
  });

  it('speaks the language it is told, with the same codes', async () => {
    const { portal, webhook } = await openLinkedPortal();
    const english = await sendText(webhook.apiUrl, '');
    portal.setLanguage('ru');
    const russian = await sendText(webhook.apiUrl, '');
    expect(russian.text).toMatch(/[а-я]/);
    expect(english.text).not.toMatch(/[а-я]/);
    expect(russian.json).toMatchObject({ error: { code: `${v3Prefix}VALIDATION_REQUESTVALIDATIONEXCEPTION` } });
  });
});

describe('tasks.task.get', () => {
  it('gives numbers, and what was selected of the task and of related objects', async () => {
    const { webhook } = await openLinkedPortal();
    const select = ['id', 'title', 'status', 'group.name', 'nothing'];
    const reply = await post(`${webhook.apiUrl}tasks.task.get`, { id: 52, select });
    expect(reply.json).toMatchObject({
      result: {
        item: {
          id: 52,
          title: 'Move the website to the new server',
          status: 'pending',
          group: { name: 'Website' },
        },
      },
    });
    expect(reply.text).not.toContain('nothing');
  });

  it('refuses a missing task, a closed one, an unknown field of a related object and a string', async () => {
    const { webhook } = await openLinkedPortal();
    const ask = (body: unknown) => post(`${webhook.apiUrl}tasks.task.get`, body);
    expect(await ask({ id: 404 })).toMatchObject({
      status: 400,
      json: { error: { code: `${v3Prefix}ENTITYNOTFOUNDEXCEPTION` } },
    });
    expect(await ask({ id: 60 })).toMatchObject({
      status: 403,
      json: { error: { code: `${v3Prefix}ACCESSDENIEDEXCEPTION` } },
    });
    expect(await ask({ id: 51, select: ['group.shoes'] })).toMatchObject({
      status: 400,
      json: { error: { code: `${v3Prefix}UNKNOWNDTOPROPERTYEXCEPTION` } },
    });
    expect(await ask({ id: '51' })).toMatchObject({ status: 400, json: { error: { validation: [{ field: 'id' }] } } });
  });
});

describe('tasks.task.chat.message.field.list', () => {
  it('lists the three fields of a chat message', async () => {
    const { webhook } = await openLinkedPortal();
    const fields = await post(`${webhook.apiUrl}tasks.task.chat.message.field.list`, { select: ['name', 'type'] });
    const items = [
      { name: 'id', type: 'int' },
      { name: 'taskId', type: 'int' },
      { name: 'text', type: 'string' },
    ];
    expect(fields).toMatchObject({ status: 200, json: { result: { items } } });
  });
});
