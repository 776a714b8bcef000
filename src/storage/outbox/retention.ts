import type { Outbox } from '../../delivery/ports.ts';
import type { SqlValue } from '../database.ts';
import type { OutboxContext } from './context.ts';

const rowsPerCommit = 500;

/** Forgets texts and rows that are past their time: in small commits, so that it holds up nobody. */
export function createSweep({ database, timing }: OutboxContext): () => Promise<void> {
  const { skipLocked } = database.dialect;

  async function repeat(text: string, values: readonly SqlValue[]): Promise<void> {
    const rows = await database.query(text, [...values, rowsPerCommit]);
    if (rows.length === rowsPerCommit) {
      await repeat(text, values);
    }
  }

  return async () => {
    await repeat(
      `WITH old AS MATERIALIZED (
      SELECT seq AS chosen FROM outbox
      WHERE payload IS NOT NULL AND ended_at IS NOT NULL AND ended_at <= b24task_now() - $1 LIMIT $2 ${skipLocked})
    UPDATE outbox SET payload = NULL, said = NULL, report_at = NULL FROM old WHERE seq = chosen RETURNING seq`,
      [timing.keepTextMs],
    );
    await repeat(
      `DELETE FROM outbox WHERE seq IN (
      SELECT seq FROM outbox WHERE ended_at IS NOT NULL AND ended_at <= b24task_now() - $1 LIMIT $2 ${skipLocked})
    RETURNING seq`,
      [timing.keepRecordMs],
    );
    await repeat(
      `DELETE FROM outbox WHERE seq IN (
      SELECT seq FROM outbox WHERE erase = 1 AND ended_at <= b24task_now() - $1 LIMIT $2 ${skipLocked})
    RETURNING seq`,
      [timing.keepTextMs],
    );
  };
}

/** `Outbox.renewLeases`: what is being settled at this moment needs no longer lease. */
export function createRenewLeases({ database, holder, timing }: OutboxContext): Outbox['renewLeases'] {
  return async () => {
    await database.query(
      `WITH held AS MATERIALIZED (
      SELECT seq AS chosen FROM outbox WHERE state = 'sending' AND lease_holder = $1 ${database.dialect.skipLocked})
    UPDATE outbox SET lease_until = b24task_now() + $2 FROM held WHERE seq = chosen`,
      [holder, timing.leaseMs],
    );
  };
}
