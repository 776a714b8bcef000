import { z } from 'zod';
import type { Outbox } from '../../delivery/ports.ts';
import { type Person, personKey } from '../../domain/person.ts';
import type { PersonalData } from '../../linking/ports.ts';
import type { TaskMemory } from '../../tasks/ports.ts';
import type { Database } from '../database.ts';
import { lockNames } from '../outbox/locking.ts';
import { chosenLanguagePath } from './preferences.ts';

/** The dependencies of erasing personal data. */
export type PersonalDataDeps = {
  readonly database: Database;
  readonly outbox: Pick<Outbox, 'forget'>;
  readonly memory: Pick<TaskMemory, 'forget'>;
};

/**
 * Deletes what belongs to somebody, whichever kind of record it is: the key of every record about a person starts with
 * their `personKey`, and of one about a workspace or organisation with its id. Threads are kept under their channel, so
 * their memory knows whose they are.
 */
export function createPersonalData({ database, outbox, memory }: PersonalDataDeps): PersonalData {
  return {
    async eraseAll(person) {
      await memory.forget(person);
      const records = await eraseRecords(database, personKey(person));
      const deliveries = await outbox.forget(person);
      await database.dropDeleted();
      return { records, deliveries };
    },
    async eraseTraces(person, { language }) {
      await memory.forget(person);
      await eraseRecords(database, personKey(person), language === 'kept' ? chosenLanguagePath(person) : undefined);
      await eraseEnded(database, person);
      await database.dropDeleted();
    },
    async eraseTenant(tenant) {
      const records = await eraseRecords(database, tenant);
      let deliveries = 0;
      for (const person of await senders(database, tenant)) {
        deliveries += await outbox.forget(person);
      }
      await database.dropDeleted();
      return { records, deliveries };
    },
  };
}

/** What may follow an owner in a key; anything else would be another owner whose id only starts the same. */
const separators = ['', ':%', '/%', ' %'];

/** `kept`: the path of a record that stays. */
async function eraseRecords(database: Database, owner: string, kept = ''): Promise<number> {
  const conditions = separators.map((_, index) => `key LIKE $${index + 1} ESCAPE '!'`);
  const rows = await database.query(
    `DELETE FROM records WHERE (${conditions.join(' OR ')}) AND key <> $${conditions.length + 1} RETURNING key`,
    [...separators.map((separator) => `%/${literally(owner)}${separator}`), kept],
  );
  return rows.length;
}

function literally(text: string): string {
  return text.replaceAll(/[!%_]/g, '!$&');
}

/** Deletes what has ended and needs no more telling; the sweep deletes the rest whole, in place of its text only. */
async function eraseEnded(database: Database, person: Person): Promise<void> {
  const sender = [person.tenant, person.user];
  await database.transaction(async (transaction) => {
    transaction.lock(lockNames([person]));
    await transaction.query(
      'DELETE FROM outbox WHERE tenant = $1 AND slack_user = $2 AND ended_at IS NOT NULL AND report_at IS NULL',
      sender,
    );
    await transaction.query('UPDATE outbox SET erase = 1 WHERE tenant = $1 AND slack_user = $2', sender);
  });
}

const senderRow = z.object({ slack_user: z.string() });

async function senders(database: Database, tenant: string): Promise<readonly Person[]> {
  const rows = await database.query('SELECT DISTINCT slack_user FROM outbox WHERE tenant = $1', [tenant]);
  return rows.map((found) => ({ tenant, user: senderRow.parse(found).slack_user }));
}
