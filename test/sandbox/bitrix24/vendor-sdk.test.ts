import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Portal } from '../../../src/sandbox/bitrix24/portal.ts';
import { openLinkedPortal, openPortal, sendMethod, texts, v3Prefix } from './portal-client.ts';

const script = join(import.meta.dirname, 'fixtures/sdk-calls.ts');

type Call = [generation: 'v2' | 'v3', method: string, params: Record<string, unknown>];

/**
 * Runs the calls one after another in Bitrix24's client, which trusts the portal's certificate; gives what it made of the
 * answers.
 */
async function callWithSdk(portal: Portal, webhookUrl: string, calls: readonly Call[]): Promise<unknown[]> {
  const folder = await mkdtemp(join(tmpdir(), 'b24task-sdk-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const certificate = join(folder, 'portal.pem');
  await writeFile(certificate, portal.ca ?? '');
  const plan = { webhookUrl, calls: calls.map(([generation, method, params]) => ({ generation, method, params })) };
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: certificate };
  const { stdout } = await promisify(execFile)(process.execPath, [script, JSON.stringify(plan)], { env });
  return stdout
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
}

describe("Bitrix24's own client", () => {
  it('sends a message and reads a task over REST 3', async () => {
    const { portal, webhook } = await openLinkedPortal({ tls: true });
    const answers = await callWithSdk(portal, webhook.apiUrl, [
      ['v3', sendMethod, { fields: { taskId: 51, text: 'Hello from the SDK' } }],
      ['v3', 'tasks.task.get', { id: 52, select: ['id', 'title', 'status', 'activity', 'group.name'] }],
      ['v3', 'tasks.task.chat.message.field.list', { select: ['name'] }],
    ]);
    expect(answers).toMatchObject([
      { result: { result: true }, operating: 0.01 },
      { result: { item: { id: 52, title: 'Move the website to the new server', group: { name: 'Website' } } } },
      { result: { items: [{ name: 'id' }, { name: 'taskId' }, { name: 'text' }] } },
    ]);
    expect(texts(portal)).toEqual(['Hello from the SDK']);
    expect(portal.chat(51)).toMatchObject([{ author: { name: 'Anna Petrova' } }]);
  });

  it('reads profile, scopes and the list of tasks over REST 2', async () => {
    const { portal, webhook } = await openLinkedPortal({ tls: true });
    const answers = await callWithSdk(portal, webhook.url, [
      ['v2', 'profile', {}],
      ['v2', 'scope', {}],
      ['v2', 'tasks.task.list', { filter: { TITLE: '%website%' }, select: ['ID', 'TITLE'] }],
      ['v2', 'tasks.task.get', { taskId: 52, select: ['ID', 'GROUP_ID'] }],
    ]);
    expect(answers).toMatchObject([
      { result: { ID: '7', NAME: 'Anna' } },
      { result: ['task', 'tasks', 'user_basic'] },
      { result: { tasks: [{ id: '52', title: 'Move the website to the new server' }] }, total: 1, more: false },
      { result: { task: { id: '52', group: { name: 'Website' } } } },
    ]);
  });

  it('reads the errors of both generations as what they are', async () => {
    const { portal, webhook } = await openLinkedPortal({ tls: true });
    const answers = await callWithSdk(portal, webhook.url, [
      ['v3', sendMethod, { fields: { text: 'x' } }],
      ['v3', sendMethod, { fields: { taskId: 404, text: 'x' } }],
      ['v3', sendMethod, { fields: { taskId: 51, text: 'x', silent: true } }],
      ['v3', 'tasks.task.get', { id: 404 }],
      ['v3', 'profile', {}],
      ['v2', sendMethod, {}],
      ['v2', 'tasks.task.list', { order: { COLOUR: 'asc' } }],
    ]);
    expect(answers).toEqual([
      { error: `${v3Prefix}VALIDATION_DTOVALIDATIONEXCEPTION`, status: 400, fields: ['taskId'] },
      { error: `${v3Prefix}ACCESSDENIEDEXCEPTION`, status: 403 },
      { error: `${v3Prefix}UNKNOWNDTOPROPERTYEXCEPTION`, status: 400 },
      { error: `${v3Prefix}ENTITYNOTFOUNDEXCEPTION`, status: 400 },
      { error: `${v3Prefix}METHODNOTFOUNDEXCEPTION`, status: 400 },
      { error: 'ERROR_METHOD_NOT_FOUND', status: 404 },
      { error: expect.any(String), status: 400 },
    ]);
  });

  it('reads what portals say about credentials, scopes and limits', async () => {
    const portal = await openPortal({ tls: true, language: 'ru' });
    const narrow = portal.createWebhook({ userId: 7, scopes: ['user_basic'] });
    portal.spendOperatingTime(narrow, 'profile', 480);
    expect(
      await callWithSdk(portal, narrow.url, [
        ['v3', sendMethod, { fields: { taskId: 51, text: 'x' } }],
        ['v2', 'tasks.task.list', {}],
        ['v2', 'profile', {}],
      ]),
    ).toEqual([
      { error: `${v3Prefix}INSUFFICIENTSCOPEEXCEPTION`, status: 403 },
      { error: 'insufficient_scope', status: 403 },
      { error: 'OPERATION_TIME_LIMIT', status: 429 },
    ]);
    portal.faults.next({ kind: 'throttle' });
    narrow.revoke();
    expect(
      await callWithSdk(portal, narrow.url, [
        ['v3', sendMethod, { fields: { taskId: 51, text: 'x' } }],
        ['v3', sendMethod, { fields: { taskId: 51, text: 'x' } }],
        ['v2', 'scope', {}],
      ]),
    ).toEqual([
      { error: 'QUERY_LIMIT_EXCEEDED', status: 503 },
      { error: `${v3Prefix}ACCESSDENIEDEXCEPTION`, status: 401 },
      { error: 'INVALID_CREDENTIALS', status: 401 },
    ]);
  });
});
