import { z } from 'zod';
import type { Queries, Transaction } from '../database.ts';
import type { OutboxContext } from './context.ts';
import { allOpen } from './rows.ts';

/**
 * Looks whether the storage's clock was set since the last look, and moves the times of what is open along: what waits
 * waits no longer than it was meant to, and no deadline passes by a jump alone. Rejects when the storage fails.
 *
 * The measure is a clock that nobody sets. Between two looks of one process both must move alike. Time in which the
 * machine sleeps counts as a jump (CLOCK_MONOTONIC stands still meanwhile): a deadline is then that much later.
 */
export type ClockWatch = () => Promise<void>;

/** Smaller jumps are left alone: that is how long answers and hiccups may take. */
const toleranceMs = 5_000;

/** The storage's clock, and how far it was set in all since there is such a note. */
type Look = {
  readonly now: number;
  readonly shift: number;
  /** The steady clock. */
  readonly at: number;
};

/** Creates the watch of one process. Of several processes that see the same jump one moves the times. */
export function createClockWatch(context: OutboxContext): ClockWatch {
  const { database, steady } = context;
  let last: Look | undefined;
  let looking: Promise<void> | undefined;

  async function look(): Promise<void> {
    const before = steady();
    const read = await readClock(database);
    const at = steady();
    // An answer that was long on its way says nothing exact; the next one is compared with the same look.
    if (at - before > toleranceMs / 2) {
      return;
    }
    const jump = last ? read.now - last.now - (at - last.at) : await setBackUnseen(context, read.now);
    if (Math.abs(jump) <= toleranceMs) {
      last = { ...read, at };
      return;
    }
    await adjust(context, jump, last?.shift ?? read.shift);
    last = { ...(await readClock(database)), at: steady() };
  }

  return () => {
    looking ??= look().finally(() => {
      looking = undefined;
    });
    return looking;
  };
}

const clockRow = z.tuple([z.object({ now: z.number(), shift: z.number() })]);

async function readClock(queries: Queries): Promise<{ readonly now: number; readonly shift: number }> {
  return clockRow.parse(await queries.query('SELECT b24task_now() AS now, shift FROM b24task_clock'))[0];
}

const newestRow = z.tuple([z.object({ deadline: z.number().nullable() })]);

/** What was accepted in the future shows that the clock was set back while nobody looked, at least that far. */
async function setBackUnseen({ database, timing }: OutboxContext, now: number): Promise<number> {
  const text = `SELECT max(deadline_at) AS deadline FROM outbox WHERE ${allOpen}`;
  const { deadline } = newestRow.parse(await database.query(text))[0];
  return deadline === null ? 0 : Math.min(0, now - (deadline - timing.deadlineMs));
}

/** Moves what nobody else has moved since `knownShift`. */
async function adjust({ database, timing, log }: OutboxContext, jump: number, knownShift: number): Promise<void> {
  const moved = await database.transaction(async (transaction) => {
    await lockEverything(transaction, database.dialect.engine);
    const { shift } = await readClock(transaction);
    const rest = Math.round(jump - (shift - knownShift));
    if (Math.abs(rest) <= toleranceMs) {
      return 0;
    }
    await (rest < 0 ? moveBack(transaction, rest) : moveOn(transaction, rest, timing.leaseMs));
    await transaction.query('UPDATE b24task_clock SET shift = shift + $1', [rest]);
    return rest;
  });
  if (moved !== 0) {
    log.warn({ jumpMs: moved }, 'the clock of the storage was set; what waits was moved along');
  }
}

/** Ahead of every other change, as those take their rows one by one in orders of their own. */
async function lockEverything(transaction: Transaction, engine: 'sqlite' | 'postgres'): Promise<void> {
  if (engine === 'postgres') {
    await transaction.query('LOCK TABLE outbox IN EXCLUSIVE MODE');
  }
}

async function moveBack(transaction: Transaction, byMs: number): Promise<void> {
  await transaction.query(
    `UPDATE outbox SET not_before = not_before + $1, deadline_at = deadline_at + $1, lease_until = lease_until + $1,
      attempt_at = attempt_at + $1 WHERE ${allOpen}`,
    [byMs],
  );
  await transaction.query('UPDATE outbox SET report_at = report_at + $1 WHERE report_at IS NOT NULL', [byMs]);
}

/** What is due too early does no harm, but for a lease that somebody lives by. */
async function moveOn(transaction: Transaction, byMs: number, leaseMs: number): Promise<void> {
  await transaction.query(
    `UPDATE outbox SET deadline_at = deadline_at + $1,
      lease_until = CASE WHEN lease_until + $1 < b24task_now() + $2 THEN lease_until + $1
        WHEN lease_until IS NOT NULL THEN b24task_now() + $2 END
    WHERE ${allOpen}`,
    [byMs, leaseMs],
  );
}
