import type { Outbox } from '../../delivery/ports.ts';
import type { Transaction } from '../database.ts';
import type { OutboxContext } from './context.ts';
import { endRows } from './end-rows.ts';
import { lockRows } from './locking.ts';
import { changePerson, ofPerson, waitingOf } from './person-rows.ts';
import type { StoredRow } from './rows.ts';

type Cancelling = Awaited<ReturnType<Outbox['cancel']>>;

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

async function cancelHeld(transaction: Transaction, stored: StoredRow | undefined): Promise<Cancelling> {
  if (!isWaiting(stored)) {
    return whyNotWaiting(stored);
  }
  if (stored.ambiguous === 1) {
    return 'ambiguous';
  }
  await endRows(transaction, [stored], 'sender');
  return 'cancelled';
}

/** Whether a row can be ended from outside: it is there, has not ended, and nobody is sending it. */
export function isWaiting(stored: StoredRow | undefined): stored is StoredRow {
  return stored !== undefined && stored.ended_at === null && stored.state !== 'sending';
}

/** Why it cannot. */
export function whyNotWaiting(stored: StoredRow | undefined): 'absent' | 'ended' | 'sending' {
  if (!stored) {
    return 'absent';
  }
  return stored.ended_at === null ? 'sending' : 'ended';
}
