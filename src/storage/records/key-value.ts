import { Keyv } from 'keyv';
import { z } from 'zod';
import { createBatcher } from '../batcher.ts';
import type { Database, Row } from '../database.ts';
import { chunked, valuesList } from '../outbox/sql.ts';

/** One record as keyv holds it: the encrypted text, and when it stops to exist (epoch ms on the storage's clock). */
export type StoredText = { readonly text: string; readonly expiresAt: number | null };

/** A new value for a record that was read as `was`, while the record `besides` is there. */
type Change = {
  readonly key: string;
  readonly value: StoredText;
  /** `undefined`: there was none. */
  readonly was: StoredText | undefined;
  readonly besides: string;
};

/**
 * Records by key. keyv reads and writes single ones; what must be atomic or touches many goes to the same table in SQL.
 * The reader decides about expiry. Every operation rejects when the storage fails.
 */
export type KeyValue = {
  get(key: string): Promise<StoredText | undefined>;
  set(key: string, value: StoredText): Promise<void>;
  remove(key: string): Promise<boolean>;
  /** Stores it unless there is one that has not expired; tells whether it did. */
  add(key: string, value: StoredText): Promise<boolean>;
  /**
   * Changes a record that still is as it was read, while another one is there; tells whether it did. Whoever deletes the
   * other one first and this one then, leaves neither.
   */
  change(change: Change): Promise<boolean>;
  /** Reads and deletes at once: of several callers one gets it. */
  take(key: string): Promise<StoredText | undefined>;
  /** All keys that start so, in order. */
  list(prefix: string): Promise<readonly string[]>;
  /** Deletes what has expired. */
  sweep(): Promise<void>;
};

const storedText = z.object({ text: z.string(), expiresAt: z.number().nullable() });
const keyvRecord = z.object({ value: storedText });
const storedRow = z.object({ value: z.string() });
const keyRow = z.object({ key: z.string() });

/**
 * Opens keyv over the table `records`. keyv stays, although statements of our own would do: what is looked up by key is
 * kept with keyv by decision of this project, so that it lies in a form which other programs read as well.
 *
 * keyv has a key prefix and an expiry of its own: neither is used, so that a key is exactly what it says, and time is
 * the storage's. Nor is its own form of JSON: it looks at every text for bytes, which no record of ours holds. No
 * listener is attached: with one that does not throw, a broken storage would read as "not found".
 */
export async function openKeyValue(database: Database): Promise<KeyValue> {
  const keyv = new Keyv<StoredText>({
    store: await adapterFor(database),
    useKeyPrefix: false,
    throwOnErrors: true,
    serialize: JSON.stringify,
    deserialize: JSON.parse,
  });

  return {
    get: createBatcher((keys: readonly string[]) => getMany(keyv, keys), maxPerRead),
    async set(key, value) {
      await keyv.set(key, value);
    },
    remove: (key) => keyv.delete(key),
    change: createBatcher((changes: readonly Change[]) => changeMany(database, changes), maxPerChange, {
      ms: gatherMs,
    }),
    ...atomicOperations(database),
  };
}

const maxPerRead = 100;

/**
 * What is looked up while a look-up runs shares the next one: each message needs several records, and every question
 * costs more than its answer.
 */
async function getMany(keyv: Keyv<StoredText>, keys: readonly string[]): Promise<readonly (StoredText | undefined)[]> {
  const found: readonly unknown[] = await keyv.getMany([...keys], { raw: true });
  return found.map((record) => (record === undefined ? undefined : keyvRecord.parse(record).value));
}

const maxPerChange = 50;

/** How long changes wait for others. */
const gatherMs = 50;

/** All statements are asked for at once: on SQLite they share a commit, on a server they run side by side. */
async function changeMany(database: Database, changes: readonly Change[]): Promise<readonly boolean[]> {
  const done = await Promise.all(
    chunked(changes, database.rowsPerStatement).flatMap((part) => {
      const known = part.filter(({ was }) => was !== undefined);
      const fresh = part.filter(({ was }) => was === undefined);
      return [runChanges(database, known, replaced), runChanges(database, fresh, inserted)];
    }),
  );
  const keys = new Set(done.flat().map((found) => keyRow.parse(found).key));
  return changes.map(({ key }) => keys.has(key));
}

async function runChanges(database: Database, changes: readonly Change[], statement: string): Promise<readonly Row[]> {
  if (changes.length === 0) {
    return [];
  }
  const list = valuesList(
    [
      ['key', 'TEXT'],
      ['value', 'TEXT'],
      ['was', 'TEXT'],
      ['besides', 'TEXT'],
    ],
    changes.map(({ key, value, was, besides }) => ({ key, value: asKeyvWrites(value), was: was?.text ?? '', besides })),
  );
  // Both are held until the end, and in one order: of two who hold several records neither waits for the other.
  return database.query(
    `WITH item(new_key, new_value, was, besides) AS (VALUES ${list.text}),
    held AS MATERIALIZED (SELECT key AS held_key, value AS held_value FROM records
      WHERE key IN (SELECT new_key FROM item UNION SELECT besides FROM item) ORDER BY key ${database.dialect.forUpdate})
    ${statement}`,
    list.values,
  );
}

/** The text of an envelope stands in the JSON of its record as it is, and no other one is like it. */
const replaced = `UPDATE records SET value = new_value FROM item, held WHERE key = new_key AND held_key = new_key
  AND replace(held_value, was, '') <> held_value AND besides IN (SELECT held_key FROM held) RETURNING key`;

const inserted = `INSERT INTO records (key, value) SELECT new_key, new_value FROM item
  WHERE besides IN (SELECT held_key FROM held) ON CONFLICT (key) DO NOTHING RETURNING key`;

async function adapterFor(database: Database) {
  if (database.dialect.engine === 'sqlite') {
    const { createSqliteAdapter } = await import('../sqlite/keyv-adapter.ts');
    return createSqliteAdapter(database);
  }
  const { createPostgresAdapter } = await import('../postgres/keyv-adapter.ts');
  return createPostgresAdapter(database);
}

type AtomicOperations = Pick<KeyValue, 'add' | 'take' | 'list' | 'sweep'>;

function atomicOperations(database: Database): AtomicOperations {
  const expired = `CAST(${jsonField(database)} AS BIGINT) <= b24task_now()`;
  return {
    async add(key, value) {
      const rows = await database.query(
        `INSERT INTO records (key, value) VALUES ($1, $2)
        ON CONFLICT (key) DO UPDATE SET value = excluded.value WHERE ${expired} RETURNING key`,
        [key, asKeyvWrites(value)],
      );
      return rows.length > 0;
    },
    async take(key) {
      const [found] = await database.query('DELETE FROM records WHERE key = $1 RETURNING value', [key]);
      return found && readAsKeyv(storedRow.parse(found).value);
    },
    async list(prefix) {
      const rows = await database.query(
        'SELECT key FROM records WHERE substr(key, 1, length(CAST($1 AS TEXT))) = $1 ORDER BY key',
        [prefix],
      );
      return rows.map((found) => keyRow.parse(found).key);
    },
    async sweep() {
      await database.query(`DELETE FROM records WHERE ${expired}`);
    },
  };
}

/** Where keyv's text of a record holds `expiresAt`; NULL where it does not expire. */
function jsonField({ dialect }: Database): string {
  return dialect.engine === 'sqlite'
    ? "records.value ->> '$.value.expiresAt'"
    : "records.value::json #>> '{value,expiresAt}'";
}

/** The same text as keyv's serializer makes of a value. */
function asKeyvWrites({ text, expiresAt }: StoredText): string {
  return JSON.stringify({ value: { text, expiresAt } });
}

function readAsKeyv(text: string): StoredText {
  const written: unknown = JSON.parse(text);
  return keyvRecord.parse(written).value;
}
