import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { portalOriginOf, taskIdOf } from '../../src/domain/portal.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { Storage } from '../../src/storage/open.ts';
import { createDraftStore } from '../../src/storage/records/drafts.ts';
import { createTaskMemory } from '../../src/storage/records/task-memory.ts';
import type { Draft } from '../../src/tasks/ports.ts';
import { openTestStorage } from './open-test-storage.ts';
import { identityOf } from './rotation-harness.ts';

const anna = { tenant: 'T1', user: 'U-ANNA' };
const bob = { tenant: 'T1', user: 'U-BOB' };
const portal = found(portalOriginOf('https://acme.bitrix24.com'));
const hour = 3_600_000;
let ids = 0;

async function openHarness() {
  const dataDir = mkdtempSync(join(tmpdir(), 'b24task-memory-'));
  let now = 1_800_000_000_000;
  const storage: Storage = await openTestStorage({ dataDir }, { clock: () => now });
  onTestFinished(async () => {
    await storage.close();
    rmSync(dataDir, { recursive: true });
  });
  for (const person of [anna, bob]) {
    await storage.identities.save(person, identityOf(1));
  }
  return {
    identities: storage.identities,
    memory: createTaskMemory(storage.records),
    drafts: createDraftStore(storage.records, () => `draft-${++ids}`),
    advance: (ms: number) => {
      now += ms;
    },
    bytes: () =>
      readdirSync(dataDir)
        .map((file) => readFileSync(join(dataDir, file), 'latin1'))
        .join(''),
  };
}

const at = (thread?: string, channel = 'C1') => ({ tenant: 'T1', channel, ...(thread ? { thread } : {}) });
const written = (task: number, title?: string) => ({
  portal,
  task: numbered(task),
  bitrixUserId: '7',
  ...(title ? { title } : {}),
});

describe('the memory for tasks', () => {
  it('keeps the last five of a person, newest first, each once, with the title that was known last', async () => {
    const { memory } = await openHarness();
    for (const task of [1, 2, 3, 4, 5, 6]) {
      await memory.remember(anna, [{ task: written(task, `Title ${task}`), place: at() }]);
    }
    await memory.remember(anna, [{ task: written(4), place: at() }]);
    expect((await memory.recent(anna)).map(({ task, title }) => [task, title])).toEqual([
      [4, 'Title 4'],
      [6, 'Title 6'],
      [5, 'Title 5'],
      [3, 'Title 3'],
      [2, 'Title 2'],
    ]);
    expect(await memory.recent(bob)).toEqual([]);
  });

  it('notes nothing about somebody who is not linked any more', async () => {
    const { memory, identities } = await openHarness();
    await identities.remove(anna);
    await memory.remember(anna, [{ task: written(51), place: at('1.1') }]);
    expect(await memory.recent(anna)).toEqual([]);
    expect(await memory.threadTask(at('1.1'))).toBeUndefined();
  });

  it('keeps all that is remembered of a person at the same time', async () => {
    const { memory } = await openHarness();
    await Promise.all(
      [1, 2, 3, 4, 5].map((task) => memory.remember(anna, [{ task: written(task), place: at(`1.${task}`) }])),
    );
    expect((await memory.recent(anna)).map(({ task }) => task)).toEqual([5, 4, 3, 2, 1]);
  });

  it('knows for a thread the task that it went to last, and not its title', async () => {
    const { memory } = await openHarness();
    await memory.remember(anna, [{ task: written(51, 'Secret plan'), place: at('1.1') }]);
    await memory.remember(bob, [{ task: written(52, 'Secret plan'), place: at('1.1') }]);
    expect(await memory.threadTask(at('1.1'))).toEqual({ portal, task: 52 });
    expect(await memory.threadTask(at('1.2'))).toBeUndefined();
    expect(await memory.threadTask(at('1.1', 'C2'))).toBeUndefined();
    expect(await memory.threadTask({ ...at('1.1'), tenant: 'T2' })).toBeUndefined();
  });

  it('forgets a person: their tasks, their channels, and the threads that they sent last; defaults stay', async () => {
    const { memory } = await openHarness();
    await memory.setChannelDefault(at(), anna, { portal, task: numbered(50) });
    await memory.remember(anna, [{ task: written(51), place: at('1.1') }]);
    await memory.remember(anna, [{ task: written(51), place: at('1.2') }]);
    await memory.remember(bob, [{ task: written(52), place: at('1.2') }]);
    expect(await memory.channels(anna)).toEqual(['C1']);
    await memory.forget(anna);
    expect(await memory.recent(anna)).toEqual([]);
    expect(await memory.channels(anna)).toEqual([]);
    expect(await memory.threadTask(at('1.1'))).toBeUndefined();
    expect(await memory.threadTask(at('1.2'))).toEqual({ portal, task: 52 });
    expect(await memory.channelDefault(at())).toEqual({ portal, task: 50 });
  });

  it('forgets threads after 90 days, and defaults when they are taken away', async () => {
    const { memory, advance } = await openHarness();
    await memory.remember(anna, [{ task: written(51), place: at('1.1') }]);
    await memory.setChannelDefault(at(), anna, { portal, task: numbered(50) });
    advance(90 * 24 * hour);
    expect(await memory.threadTask(at('1.1'))).toBeUndefined();
    expect(await memory.channelDefault(at())).toEqual({ portal, task: 50 });
    await memory.setChannelDefault(at(), anna, undefined);
    expect(await memory.channelDefault(at())).toBeUndefined();
  });
});

describe('a draft', () => {
  const draft: Draft = {
    person: anna,
    content: {
      kind: 'message',
      message: { text: 'planted message', blocks: [{ type: 'unknown', deep: [1, null, { a: true }] }] },
      permalink: 'https://acme.slack.com/archives/C1/p1',
      channelName: 'general',
    },
    route: {
      team: 'T1',
      user: anna.user,
      locale: 'ru',
      place: { channel: 'C1', rootTs: '1.1' },
      responseUrl: new Secret('https://hooks.slack.com/planted-url'),
      responseUrlUntil: 5,
    },
    portal,
  };

  it('is kept whole for an hour, for its person only, and unreadable on the disk', async () => {
    const { drafts, advance, bytes } = await openHarness();
    const id = await drafts.save(draft);
    expect(await drafts.find(anna, id)).toEqual(draft);
    expect(await drafts.find(bob, id)).toBeUndefined();
    expect(bytes()).not.toMatch(/planted/);
    advance(hour - 1);
    expect(await drafts.find(anna, id)).toBeDefined();
    advance(1);
    expect(await drafts.find(anna, id)).toBeUndefined();
  });

  it('are the newest twenty of a person, however many they open', async () => {
    const { drafts } = await openHarness();
    const bobs = await drafts.save({ ...draft, person: bob });
    const saved = await Promise.all(Array.from({ length: 23 }, () => drafts.save(draft)));
    const found = await Promise.all(saved.map((id) => drafts.find(anna, id)));
    expect(found.map((each) => each !== undefined)).toEqual([...Array(3).fill(false), ...Array(20).fill(true)]);
    expect(await drafts.find(bob, bobs)).toBeDefined();
  });

  it('is noted for after linking, and taken up once', async () => {
    const { drafts } = await openHarness();
    await drafts.noteLinking(anna, 'draft-1');
    await drafts.noteLinking(anna, 'draft-2');
    expect(await drafts.takeLinking(bob)).toBeUndefined();
    expect(await drafts.takeLinking(anna)).toBe('draft-2');
    expect(await drafts.takeLinking(anna)).toBeUndefined();
  });

  it('may hold 40,000 characters', async () => {
    const { drafts } = await openHarness();
    const long = { ...draft, content: { kind: 'text', text: 'ж'.repeat(40_000) } } as const;
    const id = await drafts.save(long);
    expect(await drafts.find(anna, id)).toEqual(long);
  });
});

function numbered(value: number) {
  return found(taskIdOf(String(value)));
}

function found<Value>(value: Value | undefined): Value {
  if (value === undefined) {
    throw new Error('not there');
  }
  return value;
}
