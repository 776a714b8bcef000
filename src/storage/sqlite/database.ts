import { realpathSync, renameSync, rmSync } from 'node:fs';
import { backup, DatabaseSync, type StatementSync } from 'node:sqlite';
import { createLru } from '../../domain/lru.ts';
import { markCopy } from '../backup.ts';
import {
  type Database,
  type Dialect,
  probeText,
  type Queries,
  type Row,
  type SqlValue,
  StorageUnavailableError,
  type Transaction,
} from '../database.ts';
import { createOwnerOnly } from '../encryption/owner-only.ts';
import { hasSqliteCode } from './error-code.ts';
import { createFileWatch, type FileWatch } from './file-watch.ts';
import { type CommitDeps, createGroupCommit } from './group-commit.ts';

const dialect: Dialect = { engine: 'sqlite', forUpdate: '', skipLocked: '', sequence: 'INTEGER PRIMARY KEY' };

const keptStatements = 200;
const rowsPerStatement = 8;
/** Only at the start: to wait for a lock holds up the whole process. */
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

const roomBytes = 128 * 1024;

/** Older forms of changed pages stay in the log until it is written over: moved into the file, and cut off. */
const emptyLog = 'PRAGMA wal_checkpoint(TRUNCATE)';

/**
 * `clock` is epoch ms; `pause` resolves after so many ms, between tries to get at a file that another program holds.
 */
export type SqliteDeps = { readonly clock?: (() => number) | undefined } & Pick<CommitDeps, 'pause'>;

/**
 * One SQLite file, made with mode 0600 when it is absent. A commit is on the disk when it resolves (WAL,
 * synchronous=FULL). What changes something runs one after the other; what only reads is answered at once, unless
 * something is half done. `clock` is `b24task_now()`. While another program holds the file, statements wait a while and
 * nothing else does.
 */
export function openSqlite(path: string, { clock = Date.now, pause }: SqliteDeps = {}): Database {
  createOwnerOnly(path);
  const connection = connect(path, clock);
  const watch = createFileWatch(realpathSync(path));
  const commit = createGroupCommit(connection, { watch, ...(pause ? { pause } : {}) });
  const queries = queriesOn(connection, watch);
  const transaction: Transaction = { ...queries, lock: () => {}, commit: () => {} };

  return {
    dialect,
    rowsPerStatement,
    async query(text, values) {
      const isReadable = text.startsWith('SELECT') && !connection.isTransaction;
      try {
        return await (isReadable ? queries.query(text, values) : commit(() => queries.query(text, values)));
      } catch (error) {
        if (isReadable && hasSqliteCode(error, 5)) {
          return commit(() => queries.query(text, values));
        }
        throw error;
      }
    },
    transaction: (work) => commit(() => work(transaction)),
    async probe() {
      watch.requireWhole();
      watch.requirePresent();
      readAfresh(path);
      await commit(() => queries.query(probeText));
      if (watch.isShort()) {
        await tryRoom();
        watch.noteRoom();
      }
    },
    dropDeleted: () => betweenCommits(emptyLog),
    vacuum: () => betweenCommits(`VACUUM; ${emptyLog}`),
    async copyTo(target) {
      await copyMarked(path, target, clock);
    },
    async close() {
      // Behind everything that is being written.
      await commit(async () => {}).catch(() => {});
      if (connection.isOpen) {
        connection.close();
      }
    },
  };

  /** As much as a long message takes, written and taken away again. */
  async function tryRoom(): Promise<void> {
    const values = ['probe/room', roomBytes];
    await commit(() => queries.query('INSERT OR REPLACE INTO records (key, value) VALUES ($1, zeroblob($2))', values));
    await commit(() => queries.query("DELETE FROM records WHERE key = 'probe/room'"));
  }

  /** Neither of these statements may be part of a transaction. */
  async function betweenCommits(text: string): Promise<void> {
    do {
      await commit(async () => {});
    } while (connection.isTransaction);
    connection.exec(text);
  }
}

/** Of the size of an int, which is how many pages a step may take: no database here has more. */
const allPages = 2_147_483_647;

/** Under its own name there is only a whole copy that knows that it is one, whenever this is killed. */
async function copyMarked(path: string, target: string, clock: () => number): Promise<void> {
  const draft = `${target}.part`;
  // The journal of a draft that was killed would be rolled back into the next one.
  for (const left of [draft, `${draft}-journal`]) {
    rmSync(left, { force: true });
  }
  createOwnerOnly(draft);
  try {
    await copyAtOnce(path, draft);
    mark(draft, clock);
    renameSync(draft, target);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

/**
 * Through a connection of its own, beside which others write, and in one step, which sees one moment: a copy through a
 * connection that writes meanwhile breaks off ("not an error", Node 24).
 */
async function copyAtOnce(path: string, draft: string): Promise<void> {
  const source = new DatabaseSync(path, { readOnly: true, timeout: busyTimeoutMs });
  try {
    await backup(source, draft, { rate: allPages });
  } finally {
    source.close();
  }
}

/** Nobody mistakes the copy for the database itself, and it is one file. */
function mark(path: string, clock: () => number): void {
  const copy = new DatabaseSync(path);
  try {
    copy.function('b24task_now', () => Math.trunc(clock()));
    copy.exec(`PRAGMA journal_mode = DELETE; ${markCopy}`);
  } finally {
    copy.close();
  }
}

/** A connection of its own reads the file from the disk, where the other one may go by what it remembers. */
function readAfresh(path: string): void {
  const fresh = new DatabaseSync(path, { readOnly: true, timeout: 0 });
  try {
    fresh.prepare('SELECT version FROM b24task_schema').all();
  } catch (error) {
    if (!hasSqliteCode(error, 5)) {
      throw new StorageUnavailableError(`${path} cannot be read`, { cause: error });
    }
  } finally {
    fresh.close();
  }
}

function connect(path: string, clock: () => number): DatabaseSync {
  const connection = new DatabaseSync(path, { timeout: busyTimeoutMs });
  try {
    connection.exec(`${settings} PRAGMA wal_autocheckpoint = ${walPages};`);
    connection.exec('PRAGMA busy_timeout = 0');
    connection.function('b24task_now', () => Math.trunc(clock()));
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

function queriesOn(
  connection: DatabaseSync,
  watch: Pick<FileWatch, 'noteFailure'>,
): Pick<Transaction, keyof Queries | 'execute'> {
  const statements = createLru<StatementSync>(keptStatements);

  function prepared(text: string): StatementSync {
    const known = statements.get(text);
    if (known) {
      return known;
    }
    const statement = connection.prepare(byNumber(text));
    statements.set(text, statement);
    return statement;
  }

  function run(text: string, values: readonly SqlValue[] = []): readonly Row[] {
    try {
      return prepared(text).all(...values);
    } catch (error) {
      watch.noteFailure(error);
      throw error;
    }
  }

  return { rowsPerStatement, query: async (text, values) => run(text, values), execute: run };
}

/** To SQLite `$1` is a name, which it searches for among all the others; `?1` is a place. */
function byNumber(text: string): string {
  return text.replaceAll(/\$(?=\d)/g, '?');
}
