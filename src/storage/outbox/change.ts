import { z } from 'zod';
import type { Transition } from '../../delivery/ports.ts';
import type { Outcome } from '../../domain/delivery.ts';
import { encodeJson, outcome as outcomeSchema, portalFailure } from '../codecs.ts';
import type { Transaction } from '../database.ts';
import { type OutboxTiming, reportLeaseMs } from './context.ts';
import type { StoredRow } from './rows.ts';
import { chunked, type TypedColumns, valuesList } from './sql.ts';

/** Columns that change after acceptance. */
const changing = [
  ['state', 'TEXT'],
  ['part', 'BIGINT'],
  ['identity_id', 'TEXT'],
  ['ambiguous', 'BIGINT'],
  ['failures', 'BIGINT'],
  ['failure', 'TEXT'],
  ['not_before', 'BIGINT'],
  ['lease_holder', 'TEXT'],
  ['lease_number', 'BIGINT'],
  ['lease_until', 'BIGINT'],
  ['ended_at', 'BIGINT'],
  ['outcome', 'TEXT'],
  ['reported', 'TEXT'],
  ['report_at', 'BIGINT'],
  ['report_attempts', 'BIGINT'],
] as const satisfies TypedColumns<keyof StoredRow>;

const assignments = changing.map(([name]) => `${name} = change.${name}`).join(', ');

/** The row after a transition. A report that comes of it counts as handed out. */
export function afterTransition<Stored extends StoredRow>(
  leased: Stored,
  transition: Transition,
  now: number,
  timing: OutboxTiming,
): Stored {
  const stored = { ...leased, lease_holder: null, lease_number: null, lease_until: null };
  switch (transition.kind) {
    case 'next-part':
      return {
        ...stored,
        state: 'ready',
        part: stored.part + 1,
        ambiguous: 0,
        failures: 0,
        failure: null,
        not_before: now,
      };
    case 'wait':
      return {
        ...stored,
        state: 'delayed',
        ambiguous: transition.ambiguous ? 1 : stored.ambiguous,
        failures: transition.failures,
        failure: transition.failure ? encodeJson(portalFailure, transition.failure) : null,
        // Measured times have fractions, which PostgreSQL does not take for a bigint; never earlier than was asked for.
        not_before: now + Math.ceil(transition.delayMs),
      };
    case 'rebind':
      return { ...stored, state: 'ready', identity_id: transition.identityId, not_before: now };
    case 'park':
      return handOut(
        { ...stored, state: 'parked', failure: encodeJson(portalFailure, transition.failure) },
        now,
        timing,
      );
    case 'end':
      return handOut(afterEnd(stored, transition.outcome, now), now, timing);
    default:
      return transition satisfies never;
  }
}

/** The row after its end; its final report is due. */
export function afterEnd<Stored extends StoredRow>(stored: Stored, outcome: Outcome, now: number): Stored {
  return {
    ...stored,
    state: outcome.kind,
    ended_at: now,
    outcome: encodeJson(outcomeSchema, outcome),
    report_at: now,
    report_attempts: 0,
  };
}

/** The report of this row is being made by somebody: it is due again only if they do not say that it was made. */
function handOut<Stored extends StoredRow>(stored: Stored, now: number, timing: OutboxTiming): Stored {
  return { ...stored, report_at: now + reportLeaseMs(timing), report_attempts: 1 };
}

/** Writes changed rows; the caller holds the locks of their persons. */
export async function writeRows(transaction: Transaction, rows: readonly StoredRow[]): Promise<void> {
  for (const part of chunked(rows, transaction.rowsPerStatement)) {
    const list = valuesList([['seq', 'BIGINT'], ...changing], part);
    await transaction.query(
      `WITH change(${list.names}) AS (VALUES ${list.text})
      UPDATE outbox SET ${assignments} FROM change WHERE outbox.seq = change.seq`,
      list.values,
    );
  }
}

/** Lets the next row of each lane become its head. A parked one stays parked. */
export async function passHeads(transaction: Transaction, lanes: readonly string[]): Promise<void> {
  for (const part of chunked([...new Set(lanes)], transaction.rowsPerStatement)) {
    const list = valuesList(
      [['lane', 'TEXT']],
      part.map((lane) => ({ lane })),
    );
    await transaction.query(
      `WITH ended(${list.names}) AS (VALUES ${list.text})
      UPDATE outbox SET state = 'ready' WHERE state = 'behind' AND seq IN (
        SELECT (SELECT o.seq FROM outbox o WHERE o.lane = ended.lane AND o.ended_at IS NULL ORDER BY o.seq LIMIT 1)
        FROM ended)`,
      list.values,
    );
  }
}

const clockRow = z.tuple([z.object({ now: z.number() })]);

/** The storage's clock, epoch ms. */
export async function storageNow(transaction: Transaction): Promise<number> {
  return clockRow.parse(await transaction.query('SELECT b24task_now() AS now'))[0].now;
}
