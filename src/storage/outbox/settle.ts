import type { Outbox, PortalObservation, Settled } from '../../delivery/ports.ts';
import type { Claim, Transition } from '../../delivery/progress.ts';
import type { Person } from '../../domain/person.ts';
import { present } from '../../domain/present.ts';
import { createBatcher } from '../batcher.ts';
import { tieMessages } from './chat-messages.ts';
import type { OutboxContext } from './context.ts';
import type { Leases } from './leases.ts';
import { holdLanes, lockById, lockNames } from './locking.ts';
import { reportKindOf } from './payload.ts';
import { type ObservedPortal, storeObservations } from './portals.ts';
import { deliveryOf, laneOf, type StoredRow } from './rows.ts';
import { type AppliedChange, applyChanges } from './transition.ts';

type Entry = {
  readonly claim: Claim;
  readonly leaseNumber: number;
  readonly transition: Transition;
  readonly observation: PortalObservation;
};

const maxPerCommit = 50;

/** `Outbox.settle`: what is settled while a commit runs shares the next one. */
export function createSettle(context: OutboxContext, leases: Leases): Outbox['settle'] {
  const store = createBatcher((entries: readonly Entry[]) => settleEntries(context, entries), maxPerCommit);

  return async (claim, transition, observation) => {
    const leaseNumber = leases.of(claim);
    if (leaseNumber === undefined) {
      throw new Error('This claim was not handed out by this outbox');
    }
    return store({ claim, leaseNumber, transition, observation });
  };
}

async function settleEntries(context: OutboxContext, entries: readonly Entry[]): Promise<readonly Settled[]> {
  return context.database.transaction(async (transaction) => {
    await holdLanes(transaction, entries.map(laneHeld), lockNames(entries.filter(parks).map(personOf)));
    const ids = entries.map(({ claim }) => claim.delivery.id);
    const rows = await lockById(context, transaction, ids);
    const held = entries.flatMap(({ claim, leaseNumber, transition }) => {
      const stored = rows.get(claim.delivery.id);
      const isHeld = stored?.lease_holder === context.holder && stored.lease_number === leaseNumber;
      return isHeld ? [{ stored, transition }] : [];
    });
    const changes = await tieMessages(transaction, held);
    const now = Math.max(0, ...held.map(({ stored }) => stored.now));
    const applied = await applyChanges(transaction, changes, now, context.timing);
    await storeObservations(transaction, entries.map(observationOf));
    const byId = new Map(applied.map((each) => [each.after.id, each]));
    return entries.map((entry) => settledAs(entry, byId.get(entry.claim.delivery.id)));
  });
}

function laneHeld({ claim: { delivery } }: Entry) {
  return { lane: laneOf(delivery.person, delivery.portal, delivery.task), person: delivery.person };
}

/** It changes everything else of its person as well. */
function parks({ transition }: Entry): boolean {
  return transition.kind === 'park';
}

function personOf({ claim }: Entry): Person {
  return claim.delivery.person;
}

/** That the key is honoured is not news where the claim was told so. */
function observationOf({ claim, observation: { honoursKey, ...others } }: Entry): ObservedPortal {
  const isKnown = honoursKey === true && claim.progress.honoursKey;
  return { portal: claim.delivery.portal, observation: { ...others, ...(isKnown ? {} : present({ honoursKey })) } };
}

function settledAs({ claim, leaseNumber, observation }: Entry, applied: AppliedChange<StoredRow> | undefined): Settled {
  if (applied?.before.lease_number !== leaseNumber) {
    return { kind: 'lost' };
  }
  const isMoreDue = applied.isMoreDue || observation.unused === true;
  if (!applied.tell) {
    return { kind: 'written', isMoreDue };
  }
  const { after } = applied;
  const { files, losses, wording, route } = claim;
  return {
    kind: 'written',
    isMoreDue,
    report: {
      kind: reportKindOf(after),
      delivery: deliveryOf(after),
      losses,
      ...present({ files, wording }),
      route,
      attempts: 0,
    },
  };
}
