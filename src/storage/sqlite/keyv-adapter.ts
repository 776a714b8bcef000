import { z } from 'zod';
import type { Database } from '../database.ts';

const records = z.array(z.object({ key: z.string(), value: z.string() }));

/** A keyv storage adapter over the table `records` of our own SQLite connection: its failures are our failures. */
export function createSqliteAdapter(database: Database) {
  async function getMany(keys: readonly string[]): Promise<(string | undefined)[]> {
    const text = 'SELECT key, value FROM records WHERE key IN (SELECT value FROM json_each($1))';
    const found = records.parse(await database.query(text, [JSON.stringify(keys)]));
    const values = new Map(found.map(({ key, value }) => [key, value]));
    return keys.map((key) => values.get(key));
  }

  return {
    opts: {},
    getMany,
    get: async (key: string) => (await getMany([key]))[0],
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
