import { rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Log } from '../domain/log.ts';
import type { Secret } from '../domain/secret.ts';
import { markCopy } from './backup.ts';
import type { Database, Queries, SqlValue, Transaction } from './database.ts';
import { parseKeys } from './encryption/keys.ts';
import { migrate } from './migrations.ts';
import { valuesList } from './outbox/sql.ts';

/** The database that data is to move to has data of its own. */
class OccupiedDatabaseError extends Error {
  override readonly name = 'OccupiedDatabaseError';
}

/** Everything has moved, and what failed came after that: the SQLite file may still be where a start finds it. */
class FileLeftError extends Error {
  override readonly name = 'FileLeftError';
}

/** How many rows of each kind were moved. */
export type Moved = { readonly records: number; readonly deliveries: number; readonly portals: number };

/**
 * What is moved, in this order; a copy stays one until it is started. What else there is belongs to one database alone:
 * its version, its clock.
 */
const tables = ['b24task_copy', 'records', 'portals', 'outbox', 'chat_messages'] as const;

const countRow = z.tuple([z.object({ count: z.number() })]);
const nameRow = z.object({ name: z.string(), type: z.string() });
const cell = z.union([z.string(), z.number(), z.null()]);

/**
 * Moves everything from SQLite to an empty PostgreSQL, in one transaction. Texts stay encrypted as they are, so both
 * have the same keys. What was being sent keeps its lease, and ends as after a crash. Rejects with
 * `OccupiedDatabaseError` where the target holds other data; what it holds of an earlier move of the same data counts
 * as moved.
 */
async function moveRows(from: Database, to: Database): Promise<Moved> {
  await migrate(to);
  return to.transaction(async (transaction) => {
    transaction.lock(['b24task migrations']);
    const counts = await countAll(from);
    if (await isMovedAlready(from, transaction)) {
      return counts;
    }
    for (const table of tables) {
      await copy(table, from, transaction);
    }
    await transaction.query(
      "SELECT setval(pg_get_serial_sequence('outbox', 'seq'), greatest(1, max(seq))) FROM outbox",
    );
    return counts;
  });
}

async function countAll(queries: Queries): Promise<Moved> {
  return {
    records: await count(queries, 'records'),
    deliveries: await count(queries, 'outbox'),
    portals: await count(queries, 'portals'),
  };
}

async function count(queries: Queries, rows: string, values: readonly SqlValue[] = []): Promise<number> {
  return countRow.parse(await queries.query(`SELECT count(*) AS count FROM ${rows}`, values))[0].count;
}

/** Ids of deliveries and keys of records are never alike by chance. */
async function isMovedAlready(from: Queries, to: Queries): Promise<boolean> {
  const [here, there] = [await countAll(from), await countAll(to)];
  if (there.records === 0 && there.deliveries === 0) {
    return false;
  }
  const isSame =
    JSON.stringify(here) === JSON.stringify(there) &&
    (await hasEndsOf(from, to, 'id', 'outbox')) &&
    (await hasEndsOf(from, to, 'key', 'records'));
  if (isSame) {
    return true;
  }
  throw new OccupiedDatabaseError('The database to move to is not empty. Give an empty one');
}

const endsRow = z.tuple([z.object({ first: z.string().nullable(), last: z.string().nullable() })]);

/** Only one database is asked which of its rows are the ends: each sorts text by a collation of its own. */
async function hasEndsOf(from: Queries, to: Queries, column: string, table: string): Promise<boolean> {
  const text = `SELECT min(${column}) AS first, max(${column}) AS last FROM ${table}`;
  const [{ first, last }] = endsRow.parse(await from.query(text));
  for (const end of [first, last]) {
    if (end !== null && (await count(to, `${table} WHERE ${column} = $1`, [end])) === 0) {
      return false;
    }
  }
  return true;
}

const batch = 500;

async function copy(table: (typeof tables)[number], from: Database, to: Transaction): Promise<void> {
  const columns = (await from.query(`SELECT name, type FROM pragma_table_info('${table}')`)).map((row) =>
    nameRow.parse(row),
  );
  const names = columns.map(({ name }) => name);
  const overriding = table === 'outbox' ? 'OVERRIDING SYSTEM VALUE' : '';
  for (let after = 0; ; ) {
    const rows = await from.query(
      `SELECT rowid AS place, ${names.join(', ')} FROM ${table} WHERE rowid > $1 ORDER BY rowid LIMIT ${batch}`,
      [after],
    );
    if (rows.length === 0) {
      return;
    }
    await insert(to, `INSERT INTO ${table} (${names.join(', ')}) ${overriding}`, columns, rows);
    after = z.number().parse(rows.at(-1)?.['place']);
  }
}

type Column = z.infer<typeof nameRow>;

async function insert(
  to: Transaction,
  into: string,
  columns: readonly Column[],
  rows: readonly Readonly<Record<string, unknown>>[],
): Promise<void> {
  const typed = columns.map(({ name, type }) => [name, typeOf(type)] as const);
  const values = rows.map((found) =>
    Object.fromEntries(columns.map(({ name }) => [name, cell.parse(found[name])] as const)),
  );
  for (let start = 0; start < values.length; start += to.rowsPerStatement) {
    const part: readonly Record<string, SqlValue>[] = values.slice(start, start + to.rowsPerStatement);
    const list = valuesList<string>(typed, part);
    await to.query(`${into} VALUES ${list.text}`, list.values);
  }
}

/** Types as the migrations write them. */
function typeOf(declared: string): 'TEXT' | 'BIGINT' | 'DOUBLE PRECISION' {
  if (/DOUBLE/i.test(declared)) {
    return 'DOUBLE PRECISION';
  }
  return /INT/i.test(declared) ? 'BIGINT' : 'TEXT';
}

/** What a move is given. */
export type MoveDeps = { readonly log: Log; readonly holder: string };

/** Where the data is, and what it is encrypted with. */
export type MoveFrom = { readonly dataDir: string; readonly encryptionKeys: readonly Secret[] };

/**
 * Moves the data of a stopped service to PostgreSQL. Afterwards the SQLite file has another name, so that nobody starts
 * on it again and sends what has moved; it stays as a backup. Rejects as `openStorage` and `moveRows` do, and with
 * `FileLeftError` where it fails after the data has moved: the same again ends what is left to do.
 */
export async function moveToPostgres(
  from: MoveFrom,
  url: Secret,
  deps: MoveDeps,
): Promise<Moved & { readonly keptAs: string }> {
  let hasMoved = false;
  try {
    return await moveAndPutAway(from, url, deps, () => {
      hasMoved = true;
    });
  } catch (error) {
    throw hasMoved ? new FileLeftError(messageOf(error), { cause: error }) : error;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown reason';
}

async function moveAndPutAway(
  { dataDir, encryptionKeys }: MoveFrom,
  url: Secret,
  { log, holder }: MoveDeps,
  onMoved: () => void,
): Promise<Moved & { readonly keptAs: string }> {
  const { openSqliteEngine } = await import('./sqlite/engine.ts');
  const { openPostgresEngine } = await import('./postgres/engine.ts');
  await stat(join(dataDir, 'b24task.db'));
  const source = await openSqliteEngine({ dataDir, encryptionKeys }, { log });
  try {
    await migrate(source.database);
    const keys = parseKeys(encryptionKeys, 'ENCRYPTION_KEYS');
    const target = await openPostgresEngine(url, keys, { holder, log, pause: async () => {}, startTries: 1 });
    try {
      const moved = await moveRows(source.database, target.database);
      onMoved();
      // From here on the file is an older copy, whatever becomes of its name.
      await source.database.query(markCopy);
      await source.database.dropDeleted();
      const keptAs = `b24task.moved-${Date.now()}.db`;
      await rename(join(dataDir, 'b24task.db'), join(dataDir, keptAs));
      return { ...moved, keptAs };
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}
