import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/delivery/ports.ts';
import type { Outcome } from '../../src/domain/delivery.ts';
import type { Identity } from '../../src/domain/identity.ts';
import type { Log } from '../../src/domain/log.ts';
import type { TaskNote } from '../../src/tasks/ports.ts';
import { createRememberingReporter } from '../../src/tasks/remember-task.ts';
import { createTaskNotes, type TaskNotesDeps } from '../../src/tasks/task-notes.ts';
import { manualClock } from '../support/manual-clock.ts';
import { acme, anna, identity, task } from './finding.ts';

function openReporter() {
  const events: string[] = [];
  const titles: (string | undefined)[] = [];
  const tellsAs: (Identity | undefined)[] = [];
  const remembered: TaskNote[] = [];
  const clock = manualClock();
  const state: { identity: Identity | undefined; broken: boolean; title: string | undefined } = {
    identity: identity('link', '7'),
    broken: false,
    title: 'Quarterly report',
  };
  const findIdentity = async () => state.identity;
  const log: Log = { debug() {}, info() {}, warn: (_, message) => events.push(message), error() {} };
  const memory: TaskNotesDeps['memory'] = {
    remember: async (_, notes) => {
      if (state.broken) {
        throw new Error('broken storage');
      }
      events.push('remembered');
      remembered.push(...notes);
    },
  };
  const notes = createTaskNotes({ memory, findIdentity, clock, log });
  const reporter = createRememberingReporter({
    reporter: {
      report: async (_, { title, identity: as } = {}) => {
        events.push('told');
        titles.push(title);
        tellsAs.push(as);
        return 'made';
      },
      reportMany: async () => 'made',
    },
    notes,
    knownTitle: async () => undefined,
    titleOf: async () => state.title,
    findIdentity,
    log,
  });
  /** Ends what waits for others of its person. */
  async function later(): Promise<void> {
    clock.advance(1_000);
    await notes.stop();
  }
  return { reporter, events, titles, tellsAs, remembered, state, later };
}

function reportOf(outcome: Outcome, place: Report['route']['place'] = { channel: 'C1', threadTs: '1.1' }): Report {
  return {
    kind: 'final',
    delivery: {
      id: 'delivery-1',
      person: anna,
      portal: acme,
      bitrixUserId: '7',
      task: task(51),
      parts: 1,
      partsDelivered: 1,
      state: outcome.kind,
      ambiguous: false,
      parked: false,
      outcome,
      acceptedAt: 0,
      deadlineAt: 1,
      hasText: true,
    },
    losses: [],
    route: { team: 'T1', user: anna.user, locale: 'en', place },
    attempts: 0,
  };
}

describe('what was delivered', () => {
  it('is remembered with its title and its thread before the sender is told', async () => {
    const { reporter, events, titles, tellsAs, remembered, state } = openReporter();
    expect(await reporter.report(reportOf({ kind: 'delivered' }))).toBe('made');
    expect(events).toEqual(['remembered', 'told']);
    expect(titles).toEqual(['Quarterly report']);
    expect(tellsAs).toEqual([state.identity]);
    expect(remembered).toEqual([
      {
        task: { portal: acme, task: 51, bitrixUserId: '7', title: 'Quarterly report' },
        place: { tenant: 'T1', channel: 'C1', thread: '1.1' },
      },
    ]);
  });

  it('is remembered for the thread that its message may get', async () => {
    const { reporter, remembered, later } = openReporter();
    await reporter.report(reportOf({ kind: 'delivered' }, { channel: 'C1', rootTs: '2.2' }));
    await later();
    await reporter.report(reportOf({ kind: 'delivered' }, { channel: 'C1' }));
    expect(remembered.map(({ place }) => place.thread)).toEqual(['2.2', undefined]);
  });

  it('costs no further writing while somebody goes on writing to the same task in the same place', async () => {
    const { reporter, remembered, state } = openReporter();
    for (let count = 0; count < 3; count += 1) {
      await reporter.report(reportOf({ kind: 'delivered' }));
    }
    expect(remembered).toHaveLength(1);
    state.identity = identity('linked anew', '7');
    await reporter.report(reportOf({ kind: 'delivered' }));
    expect(remembered).toHaveLength(2);
  });

  it('is written once more when its title becomes known', async () => {
    const { reporter, remembered, state } = openReporter();
    state.title = undefined;
    for (let count = 0; count < 3; count += 1) {
      await reporter.report(reportOf({ kind: 'delivered' }));
    }
    state.title = 'Quarterly report';
    for (let count = 0; count < 3; count += 1) {
      await reporter.report(reportOf({ kind: 'delivered' }));
    }
    expect(remembered.map(({ task: { title } }) => title)).toEqual([undefined, 'Quarterly report']);
  });

  it('is not remembered of somebody who has unlinked meanwhile', async () => {
    const { reporter, events, state } = openReporter();
    state.identity = undefined;
    await reporter.report(reportOf({ kind: 'delivered' }));
    expect(events).toEqual(['told']);
  });

  it('is told although it cannot be remembered', async () => {
    const { reporter, events, titles, state } = openReporter();
    state.broken = true;
    expect(await reporter.report(reportOf({ kind: 'delivered' }))).toBe('made');
    expect(events).toEqual(['the task of a delivery could not be remembered', 'told']);
    expect(titles).toEqual(['Quarterly report']);
  });

  it.each<Outcome>([{ kind: 'refused', failure: { kind: 'no-access' } }, { kind: 'unknown' }, { kind: 'expired' }])(
    'is all that is remembered, and not what was $kind',
    async (outcome) => {
      const { reporter, events } = openReporter();
      await reporter.report(reportOf(outcome));
      expect(events).toEqual(['told']);
    },
  );
});
