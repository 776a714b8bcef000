import type { Acceptance, NewDelivery, Outbox } from '../../delivery/ports.ts';
import type { Delivery } from '../../domain/delivery.ts';
import { createBatcher } from '../batcher.ts';
import type { Transaction } from '../database.ts';
import {
  type BatchInsert,
  createBatchInsert,
  type Entry,
  type InsertContext,
  insertRows,
  maxWaiting,
  readInsertContexts,
} from './batch-insert.ts';
import {
  type ClaimedAtOnce,
  holdFreePortals,
  type LeaseLimit,
  leaseAtOnce,
  type OfferedSlots,
} from './claim-at-once.ts';
import type { OutboxContext } from './context.ts';
import type { Leases } from './leases.ts';
import { holdLanes } from './locking.ts';
import { decryptPayload, encryptPayload, fingerprintOf, isSameSaid } from './payload.ts';
import { addPortals } from './portals.ts';
import { columns, deliveryOf, fullColumns, fullRow, laneOf, row, unplacedRow } from './rows.ts';

const maxPerCommit = 50;

/** What accepting needs beside the context. */
type AtOnce = { readonly leases: Leases; readonly offered: OfferedSlots };

/** `wakes`: somebody has to claim it. */
type Stored = { readonly acceptance: Acceptance; readonly wakes: boolean };

/**
 * `Outbox.accept`: acceptances that come while a commit runs share the next one. What can leave at once is leased in the
 * commit that accepts it, and goes on from memory.
 */
export function createOutboxAccept(context: OutboxContext, atOnce: AtOnce): Outbox['accept'] {
  const store = createBatcher((entries: readonly Entry[]) => storeAndBegin(context, atOnce, entries), maxPerCommit);

  return async (delivery, unlessSaidWithinMs) => {
    const lane = laneOf(delivery.person, delivery.account.portal, delivery.task);
    const payload = encryptPayload(context.cipher, delivery);
    const said = fingerprintOf(context.cipher, lane, delivery);
    const { acceptance, wakes } = await store({ delivery, lane, payload, said, unlessSaidWithinMs });
    if (wakes) {
      context.wake();
    }
    return acceptance;
  };
}

async function storeAndBegin(
  context: OutboxContext,
  { leases, offered }: AtOnce,
  entries: readonly Entry[],
): Promise<readonly Stored[]> {
  const reserved = offered.reserve(entries.length);
  let begun: readonly ClaimedAtOnce[] = [];
  try {
    return await leases.take(async (lease) => {
      const stored = await storeEntries(context, entries, { lease, most: reserved.count });
      begun = stored.claimed;
      for (const { claim, row } of begun) {
        leases.note(claim, { number: lease, row });
      }
      const ids = new Set(begun.map(({ row }) => row.id));
      return stored.acceptances.map((acceptance, index) => ({
        acceptance,
        wakes: acceptance.kind === 'accepted' && !acceptance.parked && !ids.has(entries[index]?.delivery.id ?? ''),
      }));
    });
  } finally {
    reserved.begin(begun.map(({ claim }) => claim));
  }
}

async function storeEntries(
  context: OutboxContext,
  entries: readonly Entry[],
  limit: LeaseLimit,
): Promise<{ readonly acceptances: readonly Acceptance[]; readonly claimed: readonly ClaimedAtOnce[] }> {
  return context.database.transaction(async (transaction) => {
    holdLanes(
      transaction,
      entries.map(({ lane, delivery }) => ({ lane, person: delivery.person })),
      entries.map(({ delivery }) => `delivery ${delivery.id}`),
    );
    const origins = limit.most > 0 ? entries.map(({ delivery }) => delivery.account.portal) : [];
    const [around, free] = await Promise.all([
      readInsertContexts(transaction, entries),
      holdFreePortals(context, transaction, origins),
    ]);
    const batch = createBatchInsert(context.timing);
    const acceptances: Acceptance[] = [];
    for (const one of around) {
      acceptances.push(await takeIn(context, transaction, batch, one));
    }
    const { portals, planned } = batch.written();
    const added = portals.length > 0 ? await addPortals(context, transaction, portals) : [];
    const { rows, claimed } = leaseAtOnce(context, transaction, planned, [...free, ...added], limit);
    insertRows(transaction, rows);
    transaction.commit();
    return { acceptances, claimed };
  });
}

async function takeIn(
  context: OutboxContext,
  transaction: Transaction,
  batch: BatchInsert,
  around: InsertContext,
): Promise<Acceptance> {
  const { entry, stored } = around;
  if (stored) {
    return compareWithStored(context, transaction, entry);
  }
  const twin = batch.find(entry.delivery.id);
  if (twin) {
    return { kind: 'duplicate', same: isSame(twin.delivery, entry.delivery) };
  }
  const said = await findSaid(transaction, batch, around);
  if (!said && around.isFull) {
    return { kind: 'too-many', most: maxWaiting };
  }
  return said ? { kind: 'said-before', delivery: said } : batch.add(around);
}

/** The recent delivery of the same text, which may be from earlier in this commit. */
async function findSaid(
  transaction: Transaction,
  batch: BatchInsert,
  { entry, saidIn }: InsertContext,
): Promise<Delivery | undefined> {
  if (entry.unlessSaidWithinMs === undefined) {
    return undefined;
  }
  const saidNow = batch.findSaid(entry.said);
  if (saidNow || saidIn === undefined) {
    return saidNow && deliveryOf(unplacedRow(saidNow.row));
  }
  const [found] = await transaction.query(`SELECT ${columns} FROM outbox WHERE id = $1`, [saidIn]);
  return deliveryOf(row.parse(found));
}

function isSame(one: NewDelivery, other: NewDelivery): boolean {
  return one.task === other.task && one.account.portal === other.account.portal && isSameSaid(one, other);
}

/** Once the text is forgotten, the same lane is all that can be compared. */
async function compareWithStored(
  context: OutboxContext,
  transaction: Transaction,
  { delivery, lane }: Entry,
): Promise<Acceptance> {
  const rows = await transaction.query(`SELECT ${fullColumns} FROM outbox WHERE id = $1`, [delivery.id]);
  const [stored] = rows.map((found) => fullRow.parse(found));
  if (stored?.lane !== lane) {
    return { kind: 'duplicate', same: false };
  }
  if (stored.payload === null) {
    return { kind: 'duplicate', same: true };
  }
  const payload = decryptPayload(context.cipher, stored, stored.payload);
  return { kind: 'duplicate', same: isSameSaid(payload, delivery) };
}
