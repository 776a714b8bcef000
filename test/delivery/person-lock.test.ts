import { describe, expect, it } from 'vitest';
import { createAttempt } from '../../src/delivery/attempt.ts';
import { createParking } from '../../src/delivery/parking.ts';
import type { Report } from '../../src/delivery/ports.ts';
import type { Claim } from '../../src/delivery/progress.ts';
import { defaultTiming } from '../../src/delivery/timing.ts';
import type { Identity } from '../../src/domain/identity.ts';
import { failed } from '../../src/domain/result.ts';
import { createTaskMemory } from '../../src/storage/records/task-memory.ts';
import { createRememberingReporter } from '../../src/tasks/remember-task.ts';
import { createTaskNotes } from '../../src/tasks/task-notes.ts';
import { recordingLog } from '../bitrix24/harness.ts';
import { claimNext, message } from '../contract/outbox-harness.ts';
import { anna, asked, connected, type LinkingHarness, openLinkingHarness } from '../linking/harness.ts';
import { closedChat, noFiles } from '../support/closed-chat.ts';
import { manualClock } from '../support/manual-clock.ts';
import { silentEvents } from '../support/silent-events.ts';
import { standingPortals } from '../support/standing-portals.ts';

const rejected = { kind: 'credential-rejected' } as const;

/** What becomes of a claim, one after the other. */
const moments = ['sent', 'looked up', 'settled'] as const;

describe('a link that changes while somebody decides by it', () => {
  it.each(moments)('leaves nothing parked that is being %s just then', async (at) => {
    const harness = await openLinkingHarness();
    const { claim } = await oneClaimed(harness);
    const { id } = await asked(harness);
    const gate = createGate();
    const carrying = attempt(harness, claim, at, gate);
    await gate.arrived;

    const linking = harness.connecting.confirm(anna, id, '4821');
    await muchIsWritten(harness);
    gate.release();
    await Promise.all([carrying, linking]);

    expect(await harness.storage.outbox.count()).toMatchObject({ parked: 0 });
    expect((await claimNext(harness.storage.outbox)).delivery.id).toBe(claim.delivery.id);
  });

  it('does not take back what is sent under a new link, where the parked check found none', async () => {
    const harness = await openLinkingHarness();
    const { claim } = await oneClaimed(harness);
    const { outbox, identities, personLock: lock } = harness.storage;
    await outbox.settle(claim, { kind: 'park', failure: rejected }, {});
    await identities.remove(anna);
    const traveller = await asked(harness);
    const gate = createGate();
    const findIdentity = holdingAfter(harness, 1, gate);
    const checking = createParking({
      outbox,
      findIdentity,
      checkLink: async () => ({ account: failed(rejected), taskChat: failed(rejected) }),
      lock,
      clock: manualClock(),
      log: recordingLog([]),
    }).round();
    await gate.arrived;

    const sending = harness.connecting.confirm(anna, traveller.id, '4821').then(() => accept(harness));
    await muchIsWritten(harness);
    gate.release();
    await checking;

    const { id } = await sending;
    expect(await outbox.find(anna, id)).toMatchObject({ state: 'accepted' });
  });

  it('leaves no trace of where somebody wrote to who unlinks just then', async () => {
    const harness = await openLinkingHarness();
    const { claim } = await oneClaimed(harness);
    const { outbox, records } = harness.storage;
    const settled = await outbox.settle(claim, { kind: 'end', outcome: { kind: 'delivered' } }, {});
    const memory = createTaskMemory(records);
    const gate = createGate();
    const findIdentity = holdingAfter(harness, 1, gate);
    const log = recordingLog([]);
    const reporter = createRememberingReporter({
      reporter: { report: async () => 'made', reportMany: async () => 'made' },
      notes: createTaskNotes({ memory, findIdentity, clock: manualClock(), log }),
      knownTitle: async () => undefined,
      titleOf: async () => 'Quarterly report',
      findIdentity,
      log,
    });
    const reporting = reporter.report(reportIn(settled));
    await gate.arrived;

    const unlinking = harness.linking.unlink(anna);
    await muchIsWritten(harness);
    gate.release();
    await Promise.all([reporting, unlinking]);

    expect(await memory.recent(anna)).toEqual([]);
  });
});

type Gate = { readonly arrived: Promise<void>; readonly release: () => void; pass(): Promise<void> };

function createGate(): Gate {
  const [arrived, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  return {
    arrived: arrived.promise,
    release: () => released.resolve(),
    pass() {
      arrived.resolve();
      return released.promise;
    },
  };
}

/** Looks somebody up; at the time of that number, the answer is held back. */
function holdingAfter({ linking }: LinkingHarness, time: number, gate: Gate) {
  let times = 0;
  return async (...asked: Parameters<typeof linking.find>): Promise<Identity | undefined> => {
    times += 1;
    const isHeld = times === time;
    const found = await linking.find(...asked);
    if (isHeld) {
      await gate.pass();
    }
    return found;
  };
}

/** The storage writes in the order of asking: by the end, everything is written that does not wait for a lock. */
async function muchIsWritten({ storage }: LinkingHarness): Promise<void> {
  for (let writes = 0; writes < 30; writes += 1) {
    await storage.selfTest();
  }
}

/** Accepts a message under the link that is there. */
async function accept({ linking, storage }: LinkingHarness) {
  const identity = await linking.find(anna);
  const sent = message({ person: anna, ...(identity ? { account: identity.account, identityId: identity.id } : {}) });
  await storage.outbox.accept(sent);
  return sent;
}

async function oneClaimed(harness: LinkingHarness): Promise<{ readonly claim: Claim }> {
  await connected(harness);
  await accept(harness);
  return { claim: await claimNext(harness.storage.outbox) };
}

/** Carries a claim whose credential is refused; held at one of the moments. */
function attempt(harness: LinkingHarness, claim: Claim, at: (typeof moments)[number], gate: Gate): Promise<boolean> {
  const { outbox, pacer, personLock: lock } = harness.storage;
  return createAttempt({
    parking: { noteParked() {}, noteSuccess() {} },
    chat: closedChat,
    learnScopes: async () => {},
    ...noFiles,
    outbox: {
      accountedFor: outbox.accountedFor,
      hasDelivered: outbox.hasDelivered,
      async settle(...given) {
        await (at === 'settled' ? gate.pass() : undefined);
        return outbox.settle(...given);
      },
    },
    messenger: {
      async send() {
        await (at === 'sent' ? gate.pass() : undefined);
        return { kind: 'failed', failure: rejected, left: true, sinceLeftMs: 10 };
      },
    },
    pacer,
    findIdentity: at === 'looked up' ? holdingAfter(harness, 2, gate) : harness.linking.find,
    refreshIdentity: async () => ({ ok: false, failure: rejected }),
    lock,
    moving: standingPortals,
    notify: () => {},
    clock: manualClock(),
    timing: defaultTiming,
    log: recordingLog([]),
    events: silentEvents,
    random: () => 0.5,
  })(claim, 0);
}

function reportIn(settled: { readonly report?: Report } | { readonly kind: 'lost' }): Report {
  if (!('report' in settled) || !settled.report) {
    throw new Error('There is nothing to tell');
  }
  return settled.report;
}
