import { z } from 'zod';
import type { Transition } from '../../delivery/progress.ts';
import type { Outcome } from '../../domain/delivery.ts';
import { decodeJson, encodeJson, leftOut, outcome as outcomeSchema, portalFailure } from '../codecs.ts';
import type { Queries, Transaction } from '../database.ts';
import { type OutboxTiming, reportLeaseMs } from './context.ts';
import { historyAfter } from './history.ts';
import type { StoredRow, UnplacedRow } from './rows.ts';
import { chunked, type TypedColumns, valuesList } from './sql.ts';

/** A locked row and the transition to carry out. */
export type Change<Stored extends StoredRow> = { readonly stored: Stored; readonly transition: Transition };

/** A changed row. */
export type AppliedChange<Stored extends StoredRow> = {
  readonly before: Stored;
  readonly after: Stored;
  /** Whether its sender must be told now. */
  readonly tell: boolean;
  /** Whether it goes on itself, or the next one of its lane does. */
  readonly isMoreDue: boolean;
};

/** Columns that change after acceptance. */
const changing = [
  ['state', 'TEXT'],
  ['part', 'BIGINT'],
  ['identity_id', 'TEXT'],
  ['ambiguous', 'BIGINT'],
  ['look', 'TEXT'],
  ['resends', 'BIGINT'],
  ['left_out', 'TEXT'],
  ['failures', 'BIGINT'],
  ['failure', 'TEXT'],
  ['not_before', 'BIGINT'],
  ['lease_holder', 'TEXT'],
  ['lease_number', 'BIGINT'],
  ['lease_until', 'BIGINT'],
  ['ended_at', 'BIGINT'],
  ['outcome', 'TEXT'],
  ['history', 'TEXT'],
  ['reported', 'TEXT'],
  ['report_at', 'BIGINT'],
  ['report_attempts', 'BIGINT'],
] as const satisfies TypedColumns<keyof StoredRow>;

const assignments = changing.map(([name]) => `${name} = change.${name}`).join(', ');

/** The transition that ends a delivery. */
export type End = Extract<Transition, { readonly kind: 'end' }>;

const clockRow = z.tuple([z.object({ now: z.number() })]);

/**
 * Carries out transitions of locked rows, with their consequences: the next row of a lane becomes its head, and
 * one refused credential parks every delivery of its sender on that portal, with one notice.
 */
export async function applyChanges<Stored extends StoredRow>(
  transaction: Transaction,
  changes: readonly Change<Stored>[],
  now: number,
  timing: OutboxTiming,
): Promise<readonly AppliedChange<Stored>[]> {
  const applied: Omit<AppliedChange<Stored>, 'isMoreDue'>[] = [];
  const told = new Set<string>();
  for (const { stored, transition } of changes) {
    const after = afterTransition(stored, transition, now, timing);
    if (transition.kind !== 'park') {
      applied.push({ before: stored, after, tell: transition.kind === 'end' });
      continue;
    }
    const sender = `${after.tenant} ${after.slack_user} ${after.portal}`;
    const isFirst = (await parkOthers(transaction, after)) && !told.has(sender);
    told.add(sender);
    applied.push({ before: stored, after: isFirst ? after : { ...after, report_at: null }, tell: isFirst });
  }
  const rows = applied.map(({ after }) => after);
  writeRows(transaction, rows);
  const passed = await passHeads(
    transaction,
    rows.filter((after) => after.ended_at !== null).map((after) => after.lane),
  );
  return applied.map((each) => ({
    ...each,
    isMoreDue: each.after.ended_at === null || passed.has(each.after.lane),
  }));
}

/** The row after its end; its final report is due. */
export function afterEnd<Stored extends UnplacedRow>(stored: Stored, outcome: Outcome, now: number): Stored {
  return {
    ...stored,
    state: outcome.kind,
    ended_at: now,
    outcome: encodeJson(outcomeSchema, outcome),
    report_at: now,
    report_attempts: 0,
  };
}

/** Writes changed rows; the caller holds the locks of their persons. */
export function writeRows(transaction: Transaction, rows: readonly StoredRow[]): void {
  for (const part of chunked(rows, transaction.rowsPerStatement)) {
    const list = valuesList([['seq', 'BIGINT'], ...changing], part);
    transaction.execute(
      `WITH change(${list.names}) AS (VALUES ${list.text})
      UPDATE outbox SET ${assignments} FROM change WHERE outbox.seq = change.seq`,
      list.values,
    );
  }
}

const laneRow = z.object({ lane: z.string() });

/** Makes the next row of each lane its head. A parked row stays parked. Gives the lanes that have a new head. */
export async function passHeads(transaction: Transaction, lanes: readonly string[]): Promise<ReadonlySet<string>> {
  const parts = chunked([...new Set(lanes)], transaction.rowsPerStatement);
  const rows = await Promise.all(parts.map((part) => passPart(transaction, part)));
  return new Set(rows.flat().map((found) => laneRow.parse(found).lane));
}

function passPart(transaction: Transaction, lanes: readonly string[]) {
  const list = valuesList(
    [['lane', 'TEXT']],
    lanes.map((lane) => ({ lane })),
  );
  return transaction.query(
    `WITH ended(${list.names}) AS (VALUES ${list.text})
    UPDATE outbox SET state = 'ready' WHERE state = 'behind' AND seq IN (
      SELECT (SELECT o.seq FROM outbox o WHERE o.lane = ended.lane AND o.ended_at IS NULL ORDER BY o.seq LIMIT 1)
      FROM ended) RETURNING lane`,
    list.values,
  );
}

/** The storage's clock, epoch ms. */
export async function storageNow(queries: Queries): Promise<number> {
  return clockRow.parse(await queries.query('SELECT b24task_now() AS now'))[0].now;
}

/** The files that were passed over, with the one that was just now. */
function leftOutAfter({ left_out, part }: StoredRow, transition: Transition): string | null {
  const problem = 'leftOut' in transition ? transition.leftOut : undefined;
  if (problem === undefined) {
    return left_out;
  }
  const before = left_out === null ? [] : decodeJson(leftOut, left_out);
  return encodeJson(leftOut, [...before, { part, problem }]);
}

/** The row after a transition. A report that results from it counts as handed out. */
function afterTransition<Stored extends StoredRow>(
  leased: Stored,
  transition: Transition,
  now: number,
  timing: OutboxTiming,
): Stored {
  const history = historyAfter(leased, transition, now);
  const stored = {
    ...leased,
    history,
    left_out: leftOutAfter(leased, transition),
    lease_holder: null,
    lease_number: null,
    lease_until: null,
  };
  switch (transition.kind) {
    case 'next-part':
      return {
        ...stored,
        state: 'ready',
        part: stored.part + 1,
        ambiguous: 0,
        look: null,
        resends: 0,
        failures: 0,
        failure: null,
        not_before: now,
      };
    case 'wait':
      return {
        ...stored,
        state: 'delayed',
        ambiguous: transition.ambiguous ? 1 : stored.ambiguous,
        look: transition.look ?? null,
        failures: transition.failures,
        failure: transition.failure ? encodeJson(portalFailure, transition.failure) : null,
        // Measured times have fractions, which PostgreSQL does not take for a bigint; never earlier than was asked for.
        not_before: now + Math.ceil(transition.delayMs),
      };
    case 'resend':
      return {
        ...stored,
        state: 'ready',
        ambiguous: 0,
        look: null,
        resends: stored.resends + 1,
        failures: 0,
        not_before: now,
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

/**
 * Parks the other waiting deliveries of the same sender on the same portal, and cancels their notices. A delivery that
 * may have been sent already goes on: a new credential would not help it. True when none was parked there before.
 */
async function parkOthers(transaction: Transaction, parked: StoredRow): Promise<boolean> {
  const sender = [parked.tenant, parked.slack_user, parked.portal];
  const before = await transaction.query(
    "SELECT 1 AS found FROM outbox WHERE tenant = $1 AND slack_user = $2 AND portal = $3 AND state = 'parked' LIMIT 1",
    sender,
  );
  await transaction.query(
    `UPDATE outbox SET state = 'parked', failure = $4, identity_id = $5, report_at = NULL
    WHERE tenant = $1 AND slack_user = $2 AND portal = $3 AND ended_at IS NULL
      AND state IN ('ready', 'delayed', 'behind') AND ambiguous = 0`,
    [...sender, parked.failure, parked.identity_id],
  );
  return before.length === 0;
}

/** The report of this row is being made by somebody: it is due again only if they do not say that it was made. */
function handOut<Stored extends StoredRow>(stored: Stored, now: number, timing: OutboxTiming): Stored {
  return { ...stored, report_at: now + reportLeaseMs(timing), report_attempts: 1 };
}
