import { z } from 'zod';
import type { Database } from '../database.ts';

const valueRow = z.object({ value: z.string() });

/** A keyv storage adapter over the table `records` of our own SQLite connection: its failures are our failures. */
export function createSqliteAdapter(database: Database) {
  return {
    opts: {},
    async get(key: string): Promise<string | undefined> {
      const [found] = await database.query('SELECT value FROM records WHERE key = $1', [key]);
      return found && valueRow.parse(found).value;
    },
    async set(key: string, value: string): Promise<void> {
      await database.query(
        'INSERT INTO records (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
        [key, value],
      );
    },
    async delete(key: string): Promise<boolean> {
      const rows = await database.query('DELETE FROM records WHERE key = $1 RETURNING key', [key]);
      return rows.length > 0;
    },
    async clear(): Promise<void> {
      await database.query('DELETE FROM records');
    },
  };
}
