import type { Transition } from '../../delivery/ports.ts';
import type { Transaction } from '../database.ts';
import { afterTransition, passHeads, writeRows } from './change.ts';
import type { OutboxTiming } from './context.ts';
import type { StoredRow } from './rows.ts';

/** A row with what shall happen to it. */
export type Change<Stored extends StoredRow> = { readonly stored: Stored; readonly transition: Transition };

/** A changed row, and whether its sender must be told now. */
export type Carried<Stored extends StoredRow> = {
  readonly before: Stored;
  readonly after: Stored;
  readonly tell: boolean;
};

/**
 * Carries out transitions of locked rows, with what follows from them: the next of a lane becomes its head, and one
 * broken credential parks everything of its sender on that portal, with one notice.
 */
export async function carryOut<Stored extends StoredRow>(
  transaction: Transaction,
  changes: readonly Change<Stored>[],
  now: number,
  timing: OutboxTiming,
): Promise<readonly Carried<Stored>[]> {
  const carried: Carried<Stored>[] = [];
  const told = new Set<string>();
  for (const { stored, transition } of changes) {
    const after = afterTransition(stored, transition, now, timing);
    if (transition.kind !== 'park') {
      carried.push({ before: stored, after, tell: transition.kind === 'end' });
      continue;
    }
    const sender = `${after.tenant} ${after.slack_user} ${after.portal}`;
    const isFirst = (await parkOthers(transaction, after)) && !told.has(sender);
    told.add(sender);
    carried.push({ before: stored, after: isFirst ? after : { ...after, report_at: null }, tell: isFirst });
  }
  const rows = carried.map(({ after }) => after);
  await writeRows(transaction, rows);
  await passHeads(
    transaction,
    rows.filter((after) => after.ended_at !== null).map((after) => after.lane),
  );
  return carried;
}

/**
 * Parks what waits for the same sender on the same portal under the same refused credential, and calls its notices off. What may have been sent already
 * goes on: a new credential would not help it. True when nothing there was parked before.
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
