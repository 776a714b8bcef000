import { describe, expect, it } from 'vitest';
import { createTaskReader } from '../../src/bitrix24/task-reader.ts';
import type { Credential } from '../../src/domain/identity.ts';
import { type TaskId, taskIdOf } from '../../src/domain/portal.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { PortalTask } from '../../src/sandbox/bitrix24/state.ts';
import { manualClock } from '../support/manual-clock.ts';
import { type HarnessOptions, openHarness, originOf } from './harness.ts';
import { openPortal, webhookOf } from './portals.ts';
import { httpAnswer, startWire } from './wire.ts';

const tasks: readonly PortalTask[] = [
  { id: 51, title: 'Quarterly report', status: 'in_progress', activityAt: 1_000_000 },
  { id: 52, title: 'Report on 100% uptime', group: { id: 3, name: 'Website' }, activityAt: 3_000_000 },
  { id: 53, title: 'Report on 100 days', status: 'completed', activityAt: 2_000_000 },
  { id: 54, title: 'snake_case and C:\\temp', status: 'deferred', activityAt: 500_000 },
  { id: 55, title: 'Отчёт за квартал', status: 'supposedly_completed', activityAt: 400_000 },
  { id: 60, title: 'Secret report', readers: [], responsibleId: 9, activityAt: 9_000_000 },
];

function finderFor(credential: Credential, options: HarnessOptions = {}) {
  const { reads } = openHarness({ portals: [credential.portal], ...options });
  return createTaskReader({ reads });
}

function numbered(id: number): TaskId {
  const task = taskIdOf(String(id));
  if (!task) {
    throw new Error('not a task number');
  }
  return task;
}

async function search(words: string, limit = 20) {
  const portal = await openPortal({ seed: { tasks } });
  const credential = webhookOf(portal);
  const found = await finderFor(credential).search({ credential, words, limit, withinMs: 2_000 });
  if (!found.ok) {
    throw new Error(found.failure.kind);
  }
  return found.value;
}

describe('searching', () => {
  it.each([
    ['report', [52, 53, 51]],
    ['REPORT', [52, 53, 51]],
    ['  report   on ', [52, 53]],
    ['rep 100', [52, 53]],
    ['100%', [52]],
    ['%', [52]],
    ['_', [54]],
    ['snake_case', [54]],
    ['snakeXcase', []],
    ['c:\\temp', [54]],
    ['квартал', [55]],
    ['nothing like this', []],
    ['', [52, 53, 51, 54, 55]],
  ])('for "%s" finds %j: what the person may read, newest activity first', async (words, ids) => {
    expect((await search(words)).map(({ task }) => task)).toEqual(ids);
  });

  it('tells title, status and group, and no more tasks than wanted', async () => {
    expect(await search('report', 2)).toEqual([
      { task: 52, title: 'Report on 100% uptime', status: 'pending', group: 'Website' },
      { task: 53, title: 'Report on 100 days', status: 'completed' },
    ]);
  });

  it('without the scope says which are needed', async () => {
    const portal = await openPortal();
    const credential = webhookOf(portal, ['tasks']);
    expect(await finderFor(credential).search({ credential, words: 'x', limit: 5, withinMs: 2_000 })).toEqual({
      ok: false,
      failure: { kind: 'missing-scope', scopes: ['task', 'tasks'] },
    });
  });

  it('asks for typed wildcards as any one character, in all words in a row', async () => {
    const wire = await startWire(({ socket }) => socket.end(httpAnswer(200, '{"result":{"tasks":[]}}')));
    const portal = originOf(wire.origin);
    const credential: Credential = { kind: 'webhook', portal, webhookUserId: '7', secret: new Secret('hush') };
    await finderFor(credential).search({ credential, words: '100% a_b  c:\\temp', limit: 5, withinMs: 2_000 });
    expect(JSON.parse(wire.requests[0]?.body ?? '')).toMatchObject({
      filter: { TITLE: '%100_%a_b%c:_temp%' },
      order: { ACTIVITY_DATE: 'desc' },
    });
  });

  it('ends when its time is up', async () => {
    const clock = manualClock();
    const wire = await startWire();
    const portal = originOf(wire.origin);
    const credential: Credential = { kind: 'webhook', portal, webhookUserId: '7', secret: new Secret('hush') };
    const searching = finderFor(credential, { clock }).search({ credential, words: 'x', limit: 5, withinMs: 1_500 });
    await wire.take();
    clock.advance(1_500);
    expect(await searching).toEqual({ ok: false, failure: { kind: 'no-answer' } });
  });

  it.each([
    ['no number', [{ id: 'x', title: 'a' }], []],
    ['an unknown status', [{ id: 8, title: 'b', status: '99' }], ['b']],
    ['no title', [{ id: 7, title: null }], ['']],
    ['nothing that is known', [null, 'x', 5, [], {}], []],
    ['gaps, which PHP writes as an object', { 1: { id: 7, title: 'a' }, 4: { id: 9, title: 'c' } }, ['a', 'c']],
    ['no tasks at all', [], []],
  ])('shows the others of a list with %s', async (_, odd, titles) => {
    const list = Array.isArray(odd) ? [...odd, { id: 8, title: 'good' }] : { ...odd, 9: { id: 8, title: 'good' } };
    const wire = await startWire(({ socket }) =>
      socket.end(httpAnswer(200, JSON.stringify({ result: { tasks: list } }))),
    );
    const portal = originOf(wire.origin);
    const credential: Credential = { kind: 'webhook', portal, webhookUserId: '7', secret: new Secret('hush') };
    const found = await finderFor(credential).search({ credential, words: '', limit: 5, withinMs: 2_000 });
    expect(found.ok && found.value.map(({ title }) => title)).toEqual([...titles, 'good']);
  });
});

describe('one task', () => {
  const get = async (id: number, scopes: readonly string[], tooOld: boolean) => {
    const portal = await openPortal({ seed: { tasks } });
    if (tooOld) {
      portal.faults.set({ kind: 'too-old', shape: 'flat' });
    }
    const credential = webhookOf(portal, scopes);
    const found = await finderFor(credential).get({ credential, task: numbered(id), withinMs: 2_000 });
    return { found, generations: portal.requests.map(({ generation }) => generation) };
  };
  const both = ['task', 'tasks'];

  it.each([
    ['REST 3.0', both, false, ['v3']],
    ['REST 2 where REST 3.0 is not there', both, true, ['v3', 'v2']],
    ['REST 2 where the webhook may not use REST 3.0', ['task'], false, ['v3', 'v2']],
  ] as const)('is found through %s', async (_, scopes, tooOld, generations) => {
    const answer = await get(52, scopes, tooOld);
    expect(answer.found).toEqual({
      ok: true,
      value: {
        task: 52,
        title: 'Report on 100% uptime',
        status: 'pending',
        group: 'Website',
      },
    });
    expect(answer.generations).toEqual(generations);
  });

  it.each([
    ['in-progress', 51],
    ['completed', 53],
    ['deferred', 54],
    ['awaiting-control', 55],
  ] as const)('is known as %s in both generations', async (status, id) => {
    expect((await get(id, both, false)).found).toMatchObject({ value: { status } });
    expect((await get(id, both, true)).found).toMatchObject({ value: { status } });
  });

  it.each([
    ['that does not exist', 404, false],
    ['that this person may not read', 60, false],
    ['that does not exist, in REST 2', 404, true],
    ['that this person may not read, in REST 2', 60, true],
  ])('%s cannot be had', async (_, id, tooOld) => {
    expect((await get(id, both, tooOld)).found).toEqual({ ok: false, failure: { kind: 'no-access' } });
  });
});
