import { z } from 'zod';
import type { Transition } from '../../delivery/progress.ts';
import { encodeJson, outcome as outcomeSchema } from '../codecs.ts';
import type { Transaction } from '../database.ts';
import { type OutboxContext, reportLeaseMs } from './context.ts';
import type { Lease } from './leases.ts';
import type { UnplacedRow } from './rows.ts';
import { chunked, valuesList } from './sql.ts';
import { afterEnd, type End, passHeads } from './transition.ts';

/** A leased delivery that has gone out. */
export type Delivered = { readonly lease: Lease; readonly end: End };

/** The row as it is now, and whether the next one of its lane became its head. */
export type EndedRow = { readonly before: UnplacedRow; readonly after: UnplacedRow; readonly isMoreDue: boolean };

/**
 * Whether nothing has to be read to write this end: it went well from the first attempt on, and nothing is to be kept
 * of it beside its outcome. While a row is leased, nobody else changes what decides that.
 */
export function isPlainEnd({ row }: Lease, transition: Transition): transition is End {
  return (
    transition.kind === 'end' &&
    transition.outcome.kind === 'delivered' &&
    transition.chatMessage === undefined &&
    transition.leftOut === undefined &&
    row.history === null
  );
}

const endedRow = z.object({ id: z.string(), ended_at: z.number() });

/**
 * Ends leased rows that were delivered, as `applyChanges` would, in one statement and without reading them: what they
 * hold is known since they were leased. Gives those whose lease still stood, by their ids; each may come once. The
 * caller holds their lanes.
 */
export async function endDelivered(
  context: OutboxContext,
  transaction: Transaction,
  delivered: readonly Delivered[],
): Promise<ReadonlyMap<string, EndedRow>> {
  const lanes = delivered.map(({ lease }) => lease.row.lane);
  const [endedAt, passed] = await Promise.all([
    writeEnds(context, transaction, delivered),
    passHeads(transaction, lanes),
  ]);
  const ended = delivered.filter(({ lease }) => endedAt.has(lease.row.id));
  return new Map(
    ended.map(({ lease: { row }, end }) => {
      const after = afterEnd(row, end.outcome, endedAt.get(row.id) ?? 0);
      return [row.id, { before: row, after, isMoreDue: passed.has(row.lane) }];
    }),
  );
}

async function writeEnds(
  context: OutboxContext,
  transaction: Transaction,
  delivered: readonly Delivered[],
): Promise<ReadonlyMap<string, number>> {
  const parts = chunked(delivered, transaction.rowsPerStatement);
  const rows = await Promise.all(parts.map((part) => writePart(context, transaction, part)));
  return new Map(
    rows
      .flat()
      .map((found) => endedRow.parse(found))
      .map(({ id, ended_at }) => [id, ended_at]),
  );
}

function writePart({ holder, timing }: OutboxContext, transaction: Transaction, delivered: readonly Delivered[]) {
  const list = valuesList(
    [
      ['delivery', 'TEXT'],
      ['lease', 'BIGINT'],
      ['result', 'TEXT'],
    ],
    delivered.map(({ lease: { row, number }, end }) => ({
      delivery: row.id,
      lease: number,
      result: encodeJson(outcomeSchema, end.outcome),
    })),
  );
  const [mine, reportMs] = [list.values.length + 1, list.values.length + 2];
  return transaction.query(
    `WITH gone(${list.names}) AS (VALUES ${list.text})
    UPDATE outbox SET state = 'delivered', outcome = gone.result, ended_at = b24task_now(),
      report_at = b24task_now() + $${reportMs}, report_attempts = 1,
      lease_holder = NULL, lease_number = NULL, lease_until = NULL
    FROM gone WHERE id = gone.delivery AND lease_holder = $${mine} AND lease_number = gone.lease
    RETURNING id, ended_at`,
    [...list.values, holder, reportLeaseMs(timing)],
  );
}
