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
import { recordingLog } from '../bitrix24/stage.ts';
import { claimNext, message } from '../contract/outbox-world.ts';
import { anna, asked, connected, type LinkingStage, openLinkingStage } from '../linking/stage.ts';
import { manualClock } from '../support/manual-clock.ts';
import { silentEvents } from '../support/silent-events.ts';
import { standingPortals } from '../support/standing-portals.ts';

const rejected = { kind: 'credential-rejected' } as const;

/** What becomes of a claim, one after the other. */
const moments = ['sent', 'looked up', 'settled'] as const;

describe('a link that changes while somebody decides by it', () => {
  it.each(moments)('leaves nothing parked that is being %s just then', async (at) => {
    const stage = await openLinkingStage();
    const { claim } = await oneClaimed(stage);
    const { id } = await asked(stage);
    const gate = createGate();
    const carrying = attempt(stage, claim, at, gate);
    await gate.arrived;

    const linking = stage.connecting.confirm(anna, id, '4821');
    await muchIsWritten(stage);
    gate.release();
    await Promise.all([carrying, linking]);

    expect(await stage.storage.outbox.count()).toMatchObject({ parked: 0 });
    expect((await claimNext(stage.storage.outbox)).delivery.id).toBe(claim.delivery.id);
  });

  it('does not take back what is sent under a new link, where the parked check found none', async () => {
    const stage = await openLinkingStage();
    const { claim } = await oneClaimed(stage);
    const { outbox, identities, personLock: lock } = stage.storage;
    await outbox.settle(claim, { kind: 'park', failure: rejected }, {});
    await identities.remove(anna);
    const traveller = await asked(stage);
    const gate = createGate();
    const findIdentity = holdingAfter(stage, 1, gate);
    const checking = createParking({
      outbox,
      findIdentity,
      checkLink: async () => ({ account: failed(rejected), taskChat: failed(rejected) }),
      lock,
      clock: manualClock(),
      log: recordingLog([]),
    }).round();
    await gate.arrived;

    const sending = stage.connecting.confirm(anna, traveller.id, '4821').then(() => accept(stage));
    await muchIsWritten(stage);
    gate.release();
    await checking;

    const { id } = await sending;
    expect(await outbox.find(anna, id)).toMatchObject({ state: 'accepted' });
  });

  it('leaves no trace of where somebody wrote to who unlinks just then', async () => {
    const stage = await openLinkingStage();
    const { claim } = await oneClaimed(stage);
    const { outbox, records } = stage.storage;
    const settled = await outbox.settle(claim, { kind: 'end', outcome: { kind: 'delivered' } }, {});
    const memory = createTaskMemory(records);
    const gate = createGate();
    const reporter = createRememberingReporter({
      reporter: { report: async () => 'made', reportMany: async () => 'made' },
      memory,
      knownTitle: async () => undefined,
      titleOf: async () => 'Quarterly report',
      findIdentity: holdingAfter(stage, 1, gate),
      log: recordingLog([]),
    });
    const reporting = reporter.report(reportIn(settled));
    await gate.arrived;

    const unlinking = stage.linking.unlink(anna);
    await muchIsWritten(stage);
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
function holdingAfter({ linking }: LinkingStage, time: number, gate: Gate) {
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
async function muchIsWritten({ storage }: LinkingStage): Promise<void> {
  for (let writes = 0; writes < 30; writes += 1) {
    await storage.selfTest();
  }
}

/** Accepts a message under the link that is there. */
async function accept({ linking, storage }: LinkingStage) {
  const identity = await linking.find(anna);
  const sent = message({ person: anna, ...(identity ? { account: identity.account, identityId: identity.id } : {}) });
  await storage.outbox.accept(sent);
  return sent;
}

async function oneClaimed(stage: LinkingStage): Promise<{ readonly claim: Claim }> {
  await connected(stage);
  await accept(stage);
  return { claim: await claimNext(stage.storage.outbox) };
}

/** Carries a claim whose credential is refused; held at one of the moments. */
function attempt(stage: LinkingStage, claim: Claim, at: (typeof moments)[number], gate: Gate): Promise<void> {
  const { outbox, pacer, personLock: lock } = stage.storage;
  return createAttempt({
    parking: { noteParked() {}, noteSuccess() {} },
    outbox: {
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
    findIdentity: at === 'looked up' ? holdingAfter(stage, 2, gate) : stage.linking.find,
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
