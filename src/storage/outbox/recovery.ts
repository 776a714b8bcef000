import { z } from 'zod';
import type { Outbox, Report } from '../../delivery/ports.ts';
import type { Decide } from '../../delivery/progress.ts';
import type { SqlValue, Transaction } from '../database.ts';
import type { OutboxContext } from './context.ts';
import { lockNames } from './locking.ts';
import { honouringPortals } from './portals.ts';
import { readableReport } from './reports.ts';
import { type FullRow, fullColumns, fullRow, progressOf } from './rows.ts';
import { chunked, parameters } from './sql.ts';
import { applyChanges, storageNow } from './transition.ts';

/** Leases of other holders only: a process that stood still renews its own leases and knows their results. */
const leaseRanOut = "state = 'sending' AND lease_holder <> $1 AND lease_until < b24task_now()";
const everyLease = "state = 'sending'";
const deadlinePassed = "ended_at IS NULL AND state <> 'sending' AND deadline_at <= b24task_now()";

const rowsPerCommit = 100;

const candidate = z.object({ seq: z.number(), tenant: z.string(), slack_user: z.string() });
type Candidate = z.infer<typeof candidate>;

/** The rows to decide about. */
type Chosen = {
  readonly condition: string;
  /** The first parameters of the statement. */
  readonly values: readonly SqlValue[];
};

/** `Outbox.recoverLeases`. */
export function createRecoverLeases(context: OutboxContext): Outbox['recoverLeases'] {
  return (decide, { all } = { all: false }) =>
    all
      ? decideRows(context, { condition: everyLease, values: [] }, decide)
      : decideRows(context, { condition: leaseRanOut, values: [context.holder] }, decide);
}

/** `Outbox.expire`. */
export function createExpire(context: OutboxContext): Outbox['expire'] {
  return (decide) => decideRows(context, { condition: deadlinePassed, values: [] }, decide);
}

/**
 * Finds rows first and then locks their persons: rows that changed in between are left out. They are sorted here,
 * because SQLite would read the whole table to sort them.
 */
async function decideRows(context: OutboxContext, chosen: Chosen, decide: Decide): Promise<readonly Report[]> {
  const found = await context.database.query(
    `SELECT seq, tenant, slack_user FROM outbox WHERE ${chosen.condition}`,
    chosen.values,
  );
  const candidates = found.map((each) => candidate.parse(each)).toSorted((one, other) => one.seq - other.seq);
  const reports: Report[] = [];
  for (const part of chunked(candidates, rowsPerCommit)) {
    reports.push(...(await decideSome(context, part, chosen, decide)));
  }
  if (found.length > 0) {
    context.wake();
  }
  return reports;
}

async function decideSome(
  context: OutboxContext,
  candidates: readonly Candidate[],
  chosen: Chosen,
  decide: Decide,
): Promise<readonly Report[]> {
  return context.database.transaction(async (transaction) => {
    transaction.lock(lockNames(candidates.map(({ tenant, slack_user: user }) => ({ tenant, user }))));
    const now = await storageNow(transaction);
    const honouring = await honouringPortals(transaction);
    const rows = await lockRows(context, transaction, candidates, chosen);
    const changes = rows.map((stored) => ({
      stored,
      transition: decide(progressOf(stored, now, honouring.has(stored.portal))),
    }));
    const applied = await applyChanges(transaction, changes, now, context.timing);
    return applied.filter(({ tell }) => tell).flatMap(({ after }) => readableReport(context, after, 0));
  });
}

async function lockRows(
  { database }: OutboxContext,
  transaction: Transaction,
  candidates: readonly Candidate[],
  { condition, values }: Chosen,
): Promise<readonly FullRow[]> {
  const numbers: readonly SqlValue[] = candidates.map(({ seq }) => seq);
  const rows = await transaction.query(
    `SELECT ${fullColumns} FROM outbox WHERE seq IN (${parameters(numbers.length, values.length + 1)}) AND ${condition}
    ORDER BY seq ${database.dialect.forUpdate}`,
    [...values, ...numbers],
  );
  return rows.map((found) => fullRow.parse(found));
}
