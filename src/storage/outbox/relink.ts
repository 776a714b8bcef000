import type { Outbox } from '../../delivery/ports.ts';
import type { SqlValue, Transaction } from '../database.ts';
import type { OutboxContext } from './context.ts';
import { endRows } from './end-rows.ts';
import { lockRows } from './locking.ts';
import { changePerson, ofPerson, waitingOf } from './person-rows.ts';

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

/**
 * The first row of each lane is due at once. Turns begin anew, so that a delivery which waited for days overtakes
 * nobody who sends now. A sender who was never told that their delivery waits is told as after a new acceptance.
 */
export async function resumeParked(
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
        SELECT 1 FROM outbox o WHERE o.lane = outbox.lane AND o.ended_at IS NULL AND o.seq <> outbox.seq
          AND (o.seq < outbox.seq OR o.state IN ('sending', 'delayed')))
        THEN 'behind' ELSE 'ready' END,
      report_at = CASE WHEN reported = 'none' THEN b24task_now() + $5 END
    FROM resumed WHERE outbox.seq = number RETURNING seq`,
    [...sender, timing.waitingNoticeMs],
  );
  return rows.length;
}
