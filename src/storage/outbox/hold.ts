import { z } from 'zod';
import type { Outcome } from '../../domain/delivery.ts';
import type { OutboxContext } from './context.ts';
import { lockRows } from './locking.ts';
import { changePerson, ofPerson } from './person-rows.ts';
import { allOpen } from './rows.ts';
import { afterEnd, storageNow, writeRows } from './transition.ts';

const senderRow = z.object({ tenant: z.string(), slack_user: z.string() });

const restored: Outcome = { kind: 'unknown', restored: true };

/** `OutboxAdministration.hold`: one commit for each sender, so it can be stopped and done again. */
export function createHold(context: OutboxContext): () => Promise<number> {
  const { database, wake } = context;
  return async () => {
    const senders = await database.query(`SELECT DISTINCT tenant, slack_user FROM outbox WHERE ${allOpen}`);
    let held = 0;
    for (const sender of senders) {
      const { tenant, slack_user: user } = senderRow.parse(sender);
      held += await changePerson(context, { tenant, user }, async (transaction) => {
        const rows = await lockRows(context, transaction, `${ofPerson} AND ended_at IS NULL`, [tenant, user]);
        const now = await storageNow(transaction);
        const unleased = { lease_holder: null, lease_number: null, lease_until: null };
        writeRows(
          transaction,
          rows.map((stored) => afterEnd({ ...stored, ...unleased }, restored, now)),
        );
        return rows.length;
      });
    }
    wake();
    return held;
  };
}
