import type { Outbox } from '../../delivery/ports.ts';
import type { SqlValue } from '../database.ts';
import { forgetMessages } from './chat-messages.ts';
import type { OutboxContext } from './context.ts';
import { changePerson, ofPerson } from './person-rows.ts';

const rowsPerCommit = 500;

/** Deletes texts and rows whose retention has ended, in small commits, so that no other work waits long. */
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
    await forgetMessages(database);
  };
}

/** `Outbox.forget`: two statements, so that each finds its rows by an index. */
export function createForget(context: OutboxContext): Outbox['forget'] {
  const deletion = `DELETE FROM outbox WHERE ${ofPerson} AND ended_at`;
  return (person) =>
    changePerson(context, person, async (transaction) => {
      const theirs = [person.tenant, person.user];
      const open = await transaction.query(`${deletion} IS NULL RETURNING seq`, theirs);
      const ended = await transaction.query(`${deletion} IS NOT NULL RETURNING seq`, theirs);
      await forgetMessages(transaction);
      return open.length + ended.length;
    });
}
