import type { Outbox } from '../../delivery/ports.ts';
import type { Outcome } from '../../domain/delivery.ts';
import type { Person } from '../../domain/person.ts';
import { decodeJson, portalFailure } from '../codecs.ts';
import type { SqlValue, Transaction } from '../database.ts';
import type { OutboxContext } from './context.ts';
import { lockNames, lockRows } from './locking.ts';
import type { StoredRow } from './rows.ts';
import { afterEnd, passHeads, storageNow, writeRows } from './transition.ts';

type CancelledBy = Extract<Outcome, { kind: 'cancelled' }>['by'];
type Cancelling = Awaited<ReturnType<Outbox['cancel']>>;

const ofPerson = 'tenant = $1 AND slack_user = $2';
const waitingOf = `${ofPerson} AND ended_at IS NULL AND state <> 'sending'`;

/** `Outbox.cancel`. */
export function createCancel(context: OutboxContext): Outbox['cancel'] {
  return async (person, id) => {
    const result = await changePerson(context, person, async (transaction) => {
      const values = [person.tenant, person.user, id];
      const [stored] = await lockRows(context, transaction, `${ofPerson} AND id = $3`, values);
      return cancelHeld(transaction, stored);
    });
    if (result === 'cancelled') {
      context.wake();
    }
    return result;
  };
}

async function cancelHeld(transaction: Transaction, stored: StoredRow | undefined): Promise<Cancelling> {
  if (!stored) {
    return 'absent';
  }
  if (stored.ended_at !== null) {
    return 'ended';
  }
  if (stored.state === 'sending') {
    return 'sending';
  }
  if (stored.ambiguous === 1) {
    return 'ambiguous';
  }
  await endRows(transaction, [stored], 'sender');
  return 'cancelled';
}

/** `Outbox.cancelAll`. */
export function createCancelAll(context: OutboxContext): Outbox['cancelAll'] {
  return async (person, by) => {
    const cancelled = await changePerson(context, person, async (transaction) =>
      endRows(transaction, await lockRows(context, transaction, waitingOf, [person.tenant, person.user]), by),
    );
    if (cancelled > 0) {
      context.wake();
    }
    return cancelled;
  };
}

/** `Outbox.relink`. */
export function createRelink(context: OutboxContext): Outbox['relink'] {
  const others = `${waitingOf} AND NOT (portal = $3 AND bitrix_user = $4)`;
  return async (person, account) => {
    const values = [person.tenant, person.user, account.portal, account.userId];
    const result = await changePerson(context, person, async (transaction) => {
      const cancelled = await endRows(transaction, await lockRows(context, transaction, others, values), 'relink');
      return { resumed: await resumeParked(context, transaction, values), cancelled };
    });
    if (result.resumed + result.cancelled > 0) {
      context.wake();
    }
    return result;
  };
}

/** `Outbox.forget`: in two statements, so that each finds its rows by an index. */
export function createForget(context: OutboxContext): Outbox['forget'] {
  const deletion = `DELETE FROM outbox WHERE ${ofPerson} AND ended_at`;
  return (person) =>
    changePerson(context, person, async (transaction) => {
      const theirs = [person.tenant, person.user];
      const open = await transaction.query(`${deletion} IS NULL RETURNING seq`, theirs);
      const ended = await transaction.query(`${deletion} IS NOT NULL RETURNING seq`, theirs);
      return open.length + ended.length;
    });
}

async function changePerson<Value>(
  { database }: OutboxContext,
  person: Person,
  work: (transaction: Transaction) => Promise<Value>,
): Promise<Value> {
  return database.transaction(async (transaction) => {
    await transaction.lock(lockNames([person]));
    return work(transaction);
  });
}

async function endRows(transaction: Transaction, rows: readonly StoredRow[], by: CancelledBy): Promise<number> {
  const now = await storageNow(transaction);
  await writeRows(
    transaction,
    rows.map((stored) => afterEnd(stored, outcomeOf(stored, by), now)),
  );
  await passHeads(
    transaction,
    rows.map(({ lane }) => lane),
  );
  return rows.length;
}

/** What may have been sent is not cancelled: nobody knows what became of it. */
function outcomeOf(stored: StoredRow, by: CancelledBy): Outcome {
  if (stored.ambiguous === 0) {
    return { kind: 'cancelled', by };
  }
  if (stored.failure === null) {
    return { kind: 'unknown' };
  }
  return { kind: 'unknown', failure: decodeJson(portalFailure, stored.failure) };
}

/**
 * The first of each lane is due at once. Turns begin anew: what waited for days overtakes nobody who speaks now. Who was
 * never told that theirs waits is told as after a new acceptance.
 */
async function resumeParked(
  { timing }: OutboxContext,
  transaction: Transaction,
  sender: readonly SqlValue[],
): Promise<number> {
  const rows = await transaction.query(
    `WITH resumed AS MATERIALIZED (
      SELECT seq AS number, row_number() OVER (ORDER BY seq) - 1
        + coalesce((SELECT p.turn FROM portals p WHERE p.portal = $3), 0) AS fresh_turn
      FROM outbox WHERE ${ofPerson} AND portal = $3 AND bitrix_user = $4 AND state = 'parked')
    UPDATE outbox SET failure = NULL, failures = 0, not_before = b24task_now(), report_attempts = 0, turn = fresh_turn,
      state = CASE WHEN EXISTS (
        SELECT 1 FROM outbox o WHERE o.lane = outbox.lane AND o.ended_at IS NULL AND o.seq < outbox.seq)
        THEN 'behind' ELSE 'ready' END,
      report_at = CASE WHEN reported = 'none' THEN b24task_now() + $5 END
    FROM resumed WHERE outbox.seq = number RETURNING seq`,
    [...sender, timing.waitingNoticeMs],
  );
  return rows.length;
}
