import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createChatReader } from '../../src/bitrix24/chat-reader.ts';
import { createTaskChats } from '../../src/bitrix24/task-chats.ts';
import type { Credential } from '../../src/domain/identity.ts';
import { type TaskId, taskIdOf } from '../../src/domain/portal.ts';
import type { Portal, PortalOptions } from '../../src/sandbox/bitrix24/portal.ts';
import { openHarness } from './harness.ts';
import { openPortal, webhookOf } from './portals.ts';

const second = 1_000;

/** A portal whose clock goes as the test says, and is hours ahead of ours; `read` asks for what user 7 has written. */
async function openChat(options: PortalOptions = {}, scopes: readonly string[] = ['task', 'tasks', 'im']) {
  let now = Date.UTC(2030, 0, 1);
  const portal = await openPortal({
    clock: { now: () => now },
    rate: { burst: 100_000, perSecond: 100_000 },
    ...options,
  });
  const credential = webhookOf(portal, scopes);
  const { reads } = openHarness({ portals: [credential.portal] });
  const reader = createChatReader({ reads, chats: createTaskChats({ reads }) });
  return {
    portal,
    credential,
    pass(ms: number) {
      now += ms;
    },
    read: (sinceMs = 60 * second) => reader.messagesOf(queryFor(credential, sinceMs)),
  };
}

function queryFor(credential: Credential, sinceMs: number) {
  return { credential, task: numbered(51), authorId: '7', sinceMs, withinMs: 5_000 };
}

function numbered(id: number): TaskId {
  const task = taskIdOf(String(id));
  if (!task) {
    throw new Error('not a task number');
  }
  return task;
}

const callsOf = (portal: Portal) => portal.requests.map(({ method, generation }) => `${generation} ${method}`);

describe('what somebody wrote in the chat of a task', () => {
  it('is read with its id and how long ago it was, whatever the time is here', async () => {
    const { portal, pass, read } = await openChat();
    portal.write(7, 51, 'long ago');
    pass(120 * second);
    portal.write(7, 51, 'mine');
    portal.write(9, 51, 'not mine');
    pass(3 * second);
    expect(await read()).toEqual({
      ok: true,
      value: { messages: [{ id: expect.any(String), text: 'mine', files: [], agoMs: 3 * second }], isComplete: true },
    });
  });

  it('is all of it, however much others have written since, read or not', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(7, 9), { maxLength: 130 }), async (authors) => {
        const { portal, pass, read } = await openChat();
        portal.write(7, 51, 'before');
        pass(120 * second);
        const mine = authors.flatMap((author, at) => (author === 7 ? [`message ${at}`] : []));
        for (const [at, author] of authors.entries()) {
          portal.write(author, 51, `message ${at}`);
        }
        const found = await read();
        expect(found).toMatchObject({ ok: true, value: { isComplete: true } });
        expect(found.ok && found.value.messages.map(({ text }) => text).toSorted()).toEqual(mine.toSorted());
      }),
      { numRuns: 12 },
    );
  });

  it('is asked for with the number of the chat, which is asked for once', async () => {
    const { portal, read } = await openChat();
    portal.write(7, 51, 'mine');
    await read();
    await read();
    expect(callsOf(portal).filter((call) => call.endsWith('tasks.task.get'))).toEqual(['v3 tasks.task.get']);
  });

  it('is found through REST 2 where REST 3.0 does not know the chat', async () => {
    const { portal, read } = await openChat({}, ['task', 'im']);
    portal.write(7, 51, 'mine');
    expect(await read()).toMatchObject({ ok: true, value: { messages: [{ text: 'mine' }] } });
  });

  it('may be more than is seen where the task has no chat yet', async () => {
    const { read } = await openChat({ seed: { tasks: [{ id: 51, title: 'Old', chat: 'refuses' }] } });
    expect(await read()).toEqual({ ok: true, value: { messages: [], isComplete: false } });
  });

  it('may be more than is seen where more was written than anybody reads', async () => {
    const { portal, read } = await openChat();
    for (let count = 0; count < 1_000; count += 1) {
      portal.write(9, 51, 'x');
    }
    expect(await read()).toMatchObject({ ok: true, value: { isComplete: false } });
  });

  it('is read in smaller pieces where messages are long', async () => {
    const { portal, read } = await openChat();
    for (let count = 0; count < 30; count += 1) {
      portal.write(7, 51, `${count} ${'\u044f'.repeat(19_000)}`);
    }
    const found = await read();
    expect(found).toMatchObject({ ok: true, value: { isComplete: true } });
    expect(found.ok && found.value.messages).toHaveLength(30);
  });

  it('with a file says what the file is called and how long it is', async () => {
    const { portal, credential, read } = await openChat();
    const content = Buffer.from('PDF').toString('base64');
    await upload(portal, credential, { dialogId: 'chat4451', fields: { name: 'report.pdf', content } });
    expect(await read()).toMatchObject({
      ok: true,
      value: { messages: [{ text: '', files: [{ name: 'report.pdf', size: 3 }] }] },
    });
  });

  it.each<[string, PortalOptions, readonly string[], object]>([
    ['without the permission', {}, ['task', 'tasks'], { kind: 'missing-scope', scopes: ['im'] }],
    [
      'without the permission, on a build that says 401',
      { scopeStatus: 401 },
      ['tasks'],
      { kind: 'missing-scope', scopes: ['im'] },
    ],
    [
      'on a build without the method',
      { lacks: ['im.dialog.messages.get'] },
      ['tasks', 'im'],
      { kind: 'portal-too-old' },
    ],
    [
      'without access to the task',
      { seed: { tasks: [{ id: 51, title: '', readers: [] }] } },
      ['tasks', 'im'],
      { kind: 'no-access' },
    ],
  ])('cannot be read %s', async (_, options, scopes, failure) => {
    const { read } = await openChat(options, scopes);
    expect(await read()).toEqual({ ok: false, failure });
  });

  it('cannot be read by who has no part in it, on a build that asks for that', async () => {
    const { portal, read } = await openChat();
    portal.chatBuild.readers = 'members';
    expect(await read()).toEqual({ ok: false, failure: { kind: 'no-access' } });
    portal.write(7, 51, 'mine');
    expect(await read()).toMatchObject({ ok: true, value: { messages: [{ text: 'mine' }] } });
  });
});

async function upload(portal: Portal, credential: Credential, body: object): Promise<void> {
  const secret = credential.kind === 'webhook' ? credential.secret.reveal() : '';
  await fetch(`${portal.origin}/rest/7/${secret}/im.v2.File.upload`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}
