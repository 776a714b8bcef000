import type { Outcome } from '../../domain/delivery.ts';
import { decodeJson, portalFailure } from '../codecs.ts';
import type { Transaction } from '../database.ts';
import type { StoredRow } from './rows.ts';
import { afterEnd, passHeads, storageNow, writeRows } from './transition.ts';

type CancelledBy = Extract<Outcome, { kind: 'cancelled' }>['by'];

/** Ends locked rows as cancelled by `by`, or as unknown where an attempt may have run. Returns how many there were. */
export async function endRows(transaction: Transaction, rows: readonly StoredRow[], by: CancelledBy): Promise<number> {
  const now = await storageNow(transaction);
  writeRows(
    transaction,
    rows.map((stored) => afterEnd(stored, outcomeOf(stored, by), now)),
  );
  await passHeads(
    transaction,
    rows.map(({ lane }) => lane),
  );
  return rows.length;
}

/** A delivery that may have been sent is not cancelled: its outcome is unknown, unless its portal has confirmed it. */
function outcomeOf(stored: StoredRow, by: CancelledBy): Outcome {
  if (stored.look?.startsWith('posted') && stored.part === stored.parts) {
    return { kind: 'delivered' };
  }
  if (stored.ambiguous === 0) {
    return { kind: 'cancelled', by };
  }
  if (stored.failure === null) {
    return { kind: 'unknown' };
  }
  return { kind: 'unknown', failure: decodeJson(portalFailure, stored.failure) };
}
