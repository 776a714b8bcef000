import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { StorageUncertain } from '../delivery/ports.ts';
import type { Database, Dialect, Queries, Row, SqlValue, Transaction } from './database.ts';
import { createOwnerOnly } from './owner-only.ts';
import { hasSqliteCode } from './sqlite-error.ts';
import { createTurnstile } from './turnstile.ts';

const dialect: Dialect = { engine: 'sqlite', forUpdate: '', skipLocked: '', sequence: 'INTEGER PRIMARY KEY' };

const keptStatements = 200;
const busyTimeoutMs = 5_000;
/** What waits in the log before it is moved into the file: pages written often are moved once. */
const walPages = 4_000;

/**
 * One SQLite file, made with mode 0600 when it is absent. A commit is on the disk when it resolves (WAL, synchronous=FULL).
 * Transactions and single statements run one after the other: they share one connection. `clock` is `b24task_now()`.
 */
export function openSqlite(path: string, clock: () => number = Date.now): Database {
  createOwnerOnly(path);
  const connection = connect(path);
  connection.function('b24task_now', () => Math.trunc(clock()));
  const enter = createTurnstile();
  const queries = queriesOn(connection);
  const transaction: Transaction = { ...queries, lock: async () => {} };

  return {
    dialect,
    query: (text, values) => enter(() => queries.query(text, values)),
    transaction: (work) => enter(() => runTransaction(connection, () => work(transaction))),
    close: () =>
      enter(async () => {
        if (connection.isOpen) connection.close();
      }),
  };
}

function connect(path: string): DatabaseSync {
  const connection = new DatabaseSync(path, { timeout: busyTimeoutMs });
  try {
    connection.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = ${walPages};`);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

function queriesOn(connection: DatabaseSync): Queries {
  const statements = new Map<string, StatementSync>();

  function prepared(text: string): StatementSync {
    const statement = statements.get(text) ?? connection.prepare(byNumber(text));
    statements.delete(text);
    statements.set(text, statement);
    const [oldest] = statements.keys();
    if (statements.size > keptStatements && oldest !== undefined) statements.delete(oldest);
    return statement;
  }

  return {
    async query(text: string, values: readonly SqlValue[] = []): Promise<readonly Row[]> {
      return prepared(text).all(...values);
    },
  };
}

/** To SQLite `$1` is a name, which it searches for among all the others; `?1` is a place. */
function byNumber(text: string): string {
  return text.replaceAll(/\$(?=\d)/g, '?');
}

async function runTransaction<Value>(connection: DatabaseSync, work: () => Promise<Value>): Promise<Value> {
  connection.exec('BEGIN IMMEDIATE');
  try {
    const value = await work();
    commit(connection);
    return value;
  } catch (error) {
    if (connection.isOpen && connection.isTransaction) connection.exec('ROLLBACK');
    throw error;
  }
}

/** After a failed sync the commit may stand in the log all the same, and come back at the next start. */
function commit(connection: DatabaseSync): void {
  try {
    connection.exec('COMMIT');
  } catch (error) {
    if (!hasSqliteCode(error, 10)) throw error;
    throw new StorageUncertain('The disk failed while a commit was written', { cause: error });
  }
}
