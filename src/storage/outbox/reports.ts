import { z } from 'zod';
import type { Outbox, Report, ReportKey } from '../../delivery/ports.ts';
import { createBatcher } from '../batcher.ts';
import type { Database, Row } from '../database.ts';
import { type OutboxContext, reportLeaseMs } from './context.ts';
import { lockById, lockNames } from './locking.ts';
import { reportKindOf, reportOf } from './payload.ts';
import { type FullRow, fullColumns, fullRow, type StoredRow } from './rows.ts';
import { chunked, parameters } from './sql.ts';
import { storageNow, writeRows } from './transition.ts';

type Result = Parameters<Outbox['settleReport']>[1];
type Entry = { readonly report: ReportKey; readonly result: Result };

const maxPerCommit = 200;

/** How long marks wait for others: a process that is killed meanwhile has its reports made again. */
const gatherMs = 50;

/** `Outbox.claimReports`. */
export function createClaimReports(context: OutboxContext): Outbox['claimReports'] {
  const { database, timing } = context;
  return async (limit) => {
    const rows = await database.query(
      `WITH due AS MATERIALIZED (
      SELECT seq AS chosen FROM outbox WHERE report_at <= b24task_now()
      ORDER BY report_at LIMIT $1 ${database.dialect.skipLocked})
    UPDATE outbox SET report_at = b24task_now() + $2, report_attempts = report_attempts + 1
    FROM due WHERE seq = chosen RETURNING ${fullColumns}`,
      [limit, reportLeaseMs(timing)],
    );
    return rows
      .map((found) => fullRow.parse(found))
      .toSorted((one, other) => one.seq - other.seq)
      .flatMap((stored) => readableReport(context, stored, stored.report_attempts - 1));
  };
}

/** The report of a row, or none when its texts cannot be read: then it comes up again later, like one not made. */
export function readableReport(context: OutboxContext, stored: FullRow, attempts: number): readonly Report[] {
  try {
    const report = reportOf(context.cipher, stored, attempts);
    return report ? [report] : [];
  } catch (error) {
    context.log.error({ error, delivery: stored.id }, 'The sender of a delivery cannot be told: it cannot be read');
    return [];
  }
}

/** `Outbox.settleReport`: what is settled while a commit runs shares the next one. */
export function createSettleReport(context: OutboxContext): Outbox['settleReport'] {
  const store = createBatcher((entries: readonly Entry[]) => settleReports(context, entries), maxPerCommit, {
    ms: gatherMs,
  });
  return (report, result) => store({ report, result });
}

async function settleReports(context: OutboxContext, entries: readonly Entry[]): Promise<readonly undefined[]> {
  const finals = entries.filter(({ report, result }) => report.kind === 'final' && 'made' in result);
  const noted = await noteFinals(
    context,
    finals.map(({ report }) => report.delivery.id),
  );
  const others = entries.filter(({ report }) => !noted.has(report.delivery.id));
  if (others.length > 0) {
    await settleLocked(context, others);
  }
  return entries.map(() => undefined);
}

const idRow = z.object({ id: z.string() });

/**
 * Notes which final reports were made: of what has ended nothing else is changed, so that no locks of persons are
 * needed. Gives the ids of those that were noted; rows that somebody holds just now are left out. All statements are
 * asked for at once: on SQLite they share a commit, on a server they run side by side.
 */
async function noteFinals({ database }: OutboxContext, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const noted = await Promise.all(chunked(ids, database.rowsPerStatement).map((part) => notePart(database, part)));
  return new Set(noted.flat().map((found) => idRow.parse(found).id));
}

/** That a report is due is asked in words that no index knows, as the ids are what finds the rows. */
function notePart(database: Database, ids: readonly string[]): Promise<readonly Row[]> {
  return database.query(
    `WITH told AS MATERIALIZED (
      SELECT seq AS chosen FROM outbox WHERE id IN (${parameters(ids.length)}) AND ended_at IS NOT NULL
        AND coalesce(report_at, 0) > 0 ${database.dialect.skipLocked})
    UPDATE outbox SET reported = 'final', report_at = NULL FROM told WHERE seq = chosen RETURNING id`,
    ids,
  );
}

async function settleLocked(context: OutboxContext, entries: readonly Entry[]): Promise<void> {
  await context.database.transaction(async (transaction) => {
    transaction.lock(lockNames(entries.map(({ report }) => report.delivery.person)));
    const now = await storageNow(transaction);
    const ids = entries.map(({ report }) => report.delivery.id);
    const rows = await lockById(context, transaction, ids);
    const changed = entries.flatMap(({ report, result }) => {
      const stored = rows.get(report.delivery.id);
      return stored && isAwaited(stored, report) ? [afterReport(stored, report, result, now)] : [];
    });
    writeRows(transaction, changed);
  });
}

/** A report that was overtaken (the delivery ended meanwhile) or made by somebody else changes nothing. */
function isAwaited(stored: StoredRow, report: ReportKey): boolean {
  return stored.report_at !== null && reportKindOf(stored) === report.kind;
}

function afterReport(stored: StoredRow, report: ReportKey, result: Result, now: number): StoredRow {
  return 'made' in result
    ? { ...stored, reported: report.kind, report_at: null }
    : { ...stored, report_at: now + result.retryInMs };
}
