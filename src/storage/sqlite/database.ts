import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { LRUCache } from 'lru-cache';
import type { Database, Dialect, Queries, Row, SqlValue, Transaction } from '../database.ts';
import { createOwnerOnly } from '../encryption/owner-only.ts';
import { createGroupCommit } from './group-commit.ts';

const dialect: Dialect = { engine: 'sqlite', forUpdate: '', skipLocked: '', sequence: 'INTEGER PRIMARY KEY' };

const keptStatements = 200;
const rowsPerStatement = 8;
const busyTimeoutMs = 5_000;
/** What waits in the log before it is moved into the file: pages written often are moved once. */
const walPages = 4_000;
/**
 * `temp_store`: what undoes one piece of work of a commit stays in memory, where SQLite would make a file of it.
 * `secure_delete`: what is deleted is overwritten with zeros, where SQLite would leave it in unused pages.
 * Source: https://www.sqlite.org/pragma.html#pragma_secure_delete
 */
const settings =
  'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA secure_delete = ON;';

/** Older forms of changed pages stay in the log until it is written over: moved into the file, and cut off. */
const emptyLog = 'PRAGMA wal_checkpoint(TRUNCATE)';

/**
 * One SQLite file, made with mode 0600 when it is absent. A commit is on the disk when it resolves (WAL,
 * synchronous=FULL). What changes something runs one after the other; what only reads is answered at once, unless
 * something is half done. `clock` is `b24task_now()`.
 */
export function openSqlite(path: string, clock: () => number = Date.now): Database {
  createOwnerOnly(path);
  const connection = connect(path, clock);
  const commit = createGroupCommit(connection);
  const queries = queriesOn(connection);
  const transaction: Transaction = { ...queries, lock: async () => {} };

  return {
    dialect,
    rowsPerStatement,
    query(text, values) {
      const isReadable = text.startsWith('SELECT') && !connection.isTransaction;
      return isReadable ? queries.query(text, values) : commit(() => queries.query(text, values));
    },
    transaction: (work) => commit(() => work(transaction)),
    dropDeleted: () => betweenCommits(emptyLog),
    vacuum: () => betweenCommits(`VACUUM; ${emptyLog}`),
    async close() {
      // Behind everything that is being written.
      await commit(async () => {}).catch(() => {});
      if (connection.isOpen) {
        connection.close();
      }
    },
  };

  /** Neither of these statements may be part of a transaction. */
  async function betweenCommits(text: string): Promise<void> {
    do {
      await commit(async () => {});
    } while (connection.isTransaction);
    connection.exec(text);
  }
}

function connect(path: string, clock: () => number): DatabaseSync {
  const connection = new DatabaseSync(path, { timeout: busyTimeoutMs });
  try {
    connection.exec(`${settings} PRAGMA wal_autocheckpoint = ${walPages};`);
    connection.function('b24task_now', () => Math.trunc(clock()));
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

function queriesOn(connection: DatabaseSync): Queries {
  const statements = new LRUCache<string, StatementSync>({ max: keptStatements });

  function prepared(text: string): StatementSync {
    const known = statements.get(text);
    if (known) {
      return known;
    }
    const statement = connection.prepare(byNumber(text));
    statements.set(text, statement);
    return statement;
  }

  return {
    rowsPerStatement,
    async query(text: string, values: readonly SqlValue[] = []): Promise<readonly Row[]> {
      return prepared(text).all(...values);
    },
  };
}

/** To SQLite `$1` is a name, which it searches for among all the others; `?1` is a place. */
function byNumber(text: string): string {
  return text.replaceAll(/\$(?=\d)/g, '?');
}
