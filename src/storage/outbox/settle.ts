import type { Outbox, PortalObservation, Settled } from '../../delivery/ports.ts';
import type { Claim, Transition } from '../../delivery/progress.ts';
import type { Person } from '../../domain/person.ts';
import { present } from '../../domain/present.ts';
import { createBatcher } from '../batcher.ts';
import type { Transaction } from '../database.ts';
import { tieMessages } from './chat-messages.ts';
import type { OutboxContext } from './context.ts';
import { type Delivered, type EndedRow, endDelivered, isPlainEnd } from './end-delivered.ts';
import type { Lease, Leases } from './leases.ts';
import { holdLanes, lockById, lockNames } from './locking.ts';
import { reportKindOf } from './payload.ts';
import { type ObservedPortal, storeObservations } from './portals.ts';
import { deliveryOf, laneOf } from './rows.ts';
import { applyChanges } from './transition.ts';

type Entry = {
  readonly claim: Claim;
  readonly lease: Lease;
  readonly transition: Transition;
  readonly observation: PortalObservation;
};

/** A row as it is after its transition. `tell`: its sender must be told now. */
type Changed = EndedRow & { readonly tell: boolean };

const maxPerCommit = 50;

/** `Outbox.settle`: what is settled while a commit runs shares the next one. */
export function createSettle(context: OutboxContext, leases: Leases): Outbox['settle'] {
  const store = createBatcher((entries: readonly Entry[]) => settleEntries(context, entries), maxPerCommit);

  return async (claim, transition, observation) => {
    const lease = leases.of(claim);
    if (lease === undefined) {
      throw new Error('This claim was not handed out by this outbox');
    }
    return store({ claim, lease, transition, observation });
  };
}

async function settleEntries(context: OutboxContext, entries: readonly Entry[]): Promise<readonly Settled[]> {
  return context.database.transaction(async (transaction) => {
    holdLanes(transaction, entries.map(laneHeld), lockNames(entries.filter(parks).map(personOf)));
    const changed = await changeRows(context, transaction, latestOf(entries), entries.map(observationOf));
    return entries.map((entry) => settledAs(entry, changed.get(entry.claim.delivery.id)));
  });
}

/** A delivery may have been leased again here: the earlier lease is lost then. */
function latestOf(entries: readonly Entry[]): readonly Entry[] {
  const inOrder = entries.toSorted((one, other) => one.lease.number - other.lease.number);
  return [...new Map(inOrder.map((entry) => [entry.claim.delivery.id, entry])).values()];
}

/** What became of the rows, by their ids; none of those whose lease was lost. */
async function changeRows(
  context: OutboxContext,
  transaction: Transaction,
  entries: readonly Entry[],
  observed: readonly ObservedPortal[],
): Promise<ReadonlyMap<string, Changed>> {
  const [plain, others] = parted(entries);
  const applied = others.length > 0 ? await applyOthers(context, transaction, others) : [];
  storeObservations(transaction, observed);
  const ending = endDelivered(context, transaction, plain);
  transaction.commit();
  return new Map<string, Changed>([
    ...[...(await ending)].map(([id, each]) => [id, { ...each, tell: true }] as const),
    ...applied.map((each) => [each.after.id, each] as const),
  ]);
}

function parted(entries: readonly Entry[]): readonly [readonly Delivered[], readonly Entry[]] {
  const plain: Delivered[] = [];
  const others: Entry[] = [];
  for (const entry of entries) {
    const { lease, transition } = entry;
    if (isPlainEnd(lease, transition)) {
      plain.push({ lease, end: transition });
    } else {
      others.push(entry);
    }
  }
  return [plain, others];
}

async function applyOthers(context: OutboxContext, transaction: Transaction, entries: readonly Entry[]) {
  const ids = entries.map(({ claim }) => claim.delivery.id);
  const rows = await lockById(context, transaction, ids);
  const held = entries.flatMap(({ claim, lease, transition }) => {
    const stored = rows.get(claim.delivery.id);
    const isHeld = stored?.lease_holder === context.holder && stored.lease_number === lease.number;
    return isHeld ? [{ stored, transition }] : [];
  });
  const changes = await tieMessages(transaction, held);
  const now = Math.max(0, ...held.map(({ stored }) => stored.now));
  return applyChanges(transaction, changes, now, context.timing);
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

function settledAs({ claim, lease, observation }: Entry, changed: Changed | undefined): Settled {
  if (changed?.before.lease_number !== lease.number) {
    return { kind: 'lost' };
  }
  const isMoreDue = changed.isMoreDue || observation.unused === true;
  if (!changed.tell) {
    return { kind: 'written', isMoreDue };
  }
  const { after } = changed;
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
