import { describe, expect, it } from 'vitest';
import type { Identity } from '../../src/domain/identity.ts';
import type { Person } from '../../src/domain/person.ts';
import type { TaskNote } from '../../src/tasks/ports.ts';
import { createTaskNotes } from '../../src/tasks/task-notes.ts';
import { manualClock } from '../support/manual-clock.ts';
import { acme, anna, bob, identity, task } from './finding.ts';

const linked = identity('link', '7');

function openNotes() {
  const clock = manualClock();
  const writes: number[][] = [];
  const warnings: string[] = [];
  const state: { identity: Identity | undefined; broken: boolean } = { identity: linked, broken: false };
  const notes = createTaskNotes({
    memory: {
      remember: async (_, given) => {
        if (state.broken) {
          throw new Error('broken storage');
        }
        writes.push(given.map((one) => one.task.task));
      },
    },
    findIdentity: async () => state.identity,
    clock,
    log: { debug() {}, info() {}, warn: (_, message) => warnings.push(message), error() {} },
  });
  return {
    notes,
    writes,
    warnings,
    state,
    note: (number: number, thread?: string, person: Person = anna) =>
      notes.note(person, linked.id, noteOf(number, thread)),
    async pass(ms: number) {
      clock.advance(ms);
      await new Promise(setImmediate);
    },
    isIdle: () => clock.waiting().length === 0,
  };
}

function noteOf(number: number, thread?: string): TaskNote {
  return {
    task: { portal: acme, task: task(number), bitrixUserId: '7', title: `Task ${number}` },
    place: { tenant: 'T1', channel: 'C1', ...(thread ? { thread } : {}) },
  };
}

describe('notes of where messages went', () => {
  it('are stored at once of who writes now and then', async () => {
    const { note, writes, pass, isIdle } = openNotes();
    await note(51);
    await pass(1_000);
    await note(52);
    expect(writes).toEqual([[51], [52]]);
    await pass(1_000);
    expect(isIdle()).toBe(true);
  });

  it('are one write a second of who writes faster, in the order of writing', async () => {
    const { note, writes, pass } = openNotes();
    for (const number of [51, 52, 53]) {
      await note(number);
    }
    await pass(999);
    expect(writes).toEqual([[51]]);
    await pass(1);
    expect(writes).toEqual([[51], [52, 53]]);
    await note(54);
    expect(writes).toEqual([[51], [52, 53]]);
    await pass(1_000);
    expect(writes).toEqual([[51], [52, 53], [54]]);
  });

  it('of others do not wait for them', async () => {
    const { note, writes } = openNotes();
    await note(51);
    await note(52, undefined, bob);
    expect(writes).toEqual([[51], [52]]);
  });

  it('of a thread are stored at once, with what waits: its reader goes on there', async () => {
    const { note, writes, pass } = openNotes();
    await note(51);
    await note(52);
    await note(53, '1.1');
    expect(writes).toEqual([[51], [52, 53]]);
    await pass(1_000);
    expect(writes).toHaveLength(2);
  });

  it('are written again where something else was noted between', async () => {
    const { note, writes, pass } = openNotes();
    await note(51);
    await note(52);
    await note(51);
    await note(51);
    await pass(1_000);
    expect(writes).toEqual([[51], [52, 51, 51]]);
    await note(51);
    await pass(1_000);
    expect(writes).toHaveLength(2);
  });

  it('are stored before the end of the process', async () => {
    const { notes, note, writes, isIdle } = openNotes();
    await note(51);
    await note(52);
    await notes.stop();
    expect(writes).toEqual([[51], [52]]);
    expect(isIdle()).toBe(true);
  });

  it.each([
    ['unlinked', undefined],
    ['linked anew', identity('another link', '8')],
  ])('of before are not stored of who has %s meanwhile', async (_, now) => {
    const { note, writes, state, pass } = openNotes();
    await note(51);
    await note(52);
    state.identity = now;
    await pass(1_000);
    expect(writes).toEqual([[51]]);
  });

  it('are warned of where the storage fails, and tried again with the next message', async () => {
    const { note, writes, warnings, state, pass } = openNotes();
    await note(51);
    state.broken = true;
    await note(52);
    await pass(1_000);
    expect(warnings).toEqual(['the task of a delivery could not be remembered']);
    state.broken = false;
    await pass(1_000);
    await note(52);
    expect(writes).toEqual([[51], [52]]);
  });
});
