import type { Person } from '../../domain/person.ts';
import type { Transaction } from '../database.ts';
import type { OutboxContext } from './context.ts';
import { lockNames } from './locking.ts';

/** Condition for the rows of one person: `$1` is the tenant, `$2` the Slack user. */
export const ofPerson = 'tenant = $1 AND slack_user = $2';

/** Condition for the rows of one person that are open and not being sent, with the same parameters. */
export const waitingOf = `${ofPerson} AND ended_at IS NULL AND state <> 'sending'`;

/** Runs `work` in a transaction that holds the person's lock, so that no delivery of theirs is accepted meanwhile. */
export async function changePerson<Value>(
  { database }: OutboxContext,
  person: Person,
  work: (transaction: Transaction) => Promise<Value>,
): Promise<Value> {
  return database.transaction(async (transaction) => {
    transaction.lock(lockNames([person]));
    return work(transaction);
  });
}
