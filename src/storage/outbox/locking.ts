import { z } from 'zod';
import { type Person, personKey } from '../../domain/person.ts';
import type { SqlValue, Transaction } from '../database.ts';
import type { OutboxContext } from './context.ts';
import { columns, row, type StoredRow } from './rows.ts';
import { chunked, parameters } from './sql.ts';

/**
 * Names under which the rows of these persons are changed. A transaction that changes rows holds these locks, or those
 * of `holdLanes`, or takes only rows that no other one changes (`skipLocked`): so order within lanes holds, and there
 * are no deadlocks.
 */
export function lockNames(persons: readonly Person[]): readonly string[] {
  return [...new Set(persons.map((person) => `outbox ${personKey(person)}`))];
}

/**
 * Holds lanes alone, and their persons together with other transactions that do the same: what changes nothing but a
 * lane waits only for those that change the same lane, or everything of its person.
 */
export function holdLanes(
  transaction: Transaction,
  lanes: readonly { readonly lane: string; readonly person: Person }[],
  alone: readonly string[] = [],
): void {
  transaction.lock(
    [...alone, ...lanes.map(({ lane }) => `lane ${lane}`)],
    lockNames(lanes.map(({ person }) => person)),
  );
}

/** A row that is held, and when it was read by the storage's clock. */
export type LockedRow = StoredRow & { readonly now: number };

const lockedRow = row.extend({ now: z.number() });

/** The rows that meet a condition, in the order of acceptance, held until the transaction ends. */
export async function lockRows(
  { database }: OutboxContext,
  transaction: Transaction,
  condition: string,
  values: readonly SqlValue[],
): Promise<readonly LockedRow[]> {
  const rows = await transaction.query(
    `SELECT ${columns}, b24task_now() AS now FROM outbox WHERE ${condition} ORDER BY seq ${database.dialect.forUpdate}`,
    values,
  );
  return rows.map((found) => lockedRow.parse(found));
}

/** The rows of deliveries by their ids, held until the transaction ends. Deleted deliveries are left out. */
export async function lockById(
  context: OutboxContext,
  transaction: Transaction,
  ids: readonly string[],
): Promise<ReadonlyMap<string, LockedRow>> {
  const rows = new Map<string, LockedRow>();
  for (const part of chunked(ids, transaction.rowsPerStatement)) {
    const found = await lockRows(context, transaction, `id IN (${parameters(part.length)})`, part);
    for (const stored of found) {
      rows.set(stored.id, stored);
    }
  }
  return rows;
}
