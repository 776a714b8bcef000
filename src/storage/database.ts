import type { Lock } from '../linking/ports.ts';
import type { WakeUps } from './wake.ts';

/** The values of a parameter; booleans are stored as 0 and 1. */
export type SqlValue = string | number | null;

/** One row as the engine gave it; whoever reads it parses it. */
export type Row = Readonly<Record<string, unknown>>;

/** Runs statements. */
export type Queries = {
  /** How many rows one statement should take: many spare round trips, few spare the memory of prepared statements. */
  readonly rowsPerStatement: number;
  /**
   * Runs one statement. Parameters are written `$1`, `$2`, and may be used more than once.
   * `b24task_now()` is the storage's clock in epoch ms, on both engines.
   */
  query(text: string, values?: readonly SqlValue[]): Promise<readonly Row[]>;
};

/**
 * A transaction that is open. It commits when its work resolves, and rolls back when that rejects. Its statements are
 * done in the order in which they are asked for. What is asked for at one time goes to a server at once, without waiting
 * for answers in between, during which locks would be held.
 */
export interface Transaction extends Queries {
  /**
   * Runs a statement whose answer nobody needs. When it fails, so does the transaction; this call may throw then, so
   * that no promise is made before it that is waited for behind it.
   */
  execute(text: string, values?: readonly SqlValue[]): void;
  /**
   * Has what is asked for next wait until these names are held against other transactions, which they are until this one
   * ends; those of `shared` only against transactions that hold them alone. Always taken in one order: no deadlocks.
   */
  lock(names: readonly string[], shared?: readonly string[]): void;
  /**
   * Has the commit follow what was asked for so far, without waiting for it. Nothing may be asked for afterwards. Without
   * this call the commit is asked for when the work has resolved.
   */
  commit(): void;
}

/** The parts of SQL statements that differ between the two engines. */
export type Dialect = {
  readonly engine: 'sqlite' | 'postgres';
  /** Suffix of a SELECT: waits for rows that another transaction changes. */
  readonly forUpdate: string;
  /** Suffix of a SELECT: leaves out rows that another transaction changes. */
  readonly skipLocked: string;
  /** Column definition of a number that grows with every row. */
  readonly sequence: string;
};

/** One interface to SQLite and PostgreSQL for everything that needs SQL. Every operation rejects when the storage fails. */
export interface Database extends Queries {
  readonly dialect: Dialect;
  /**
   * Rejects with `StorageUncertainError` when the commit was not confirmed; after any other rejection nothing was
   * written. `work` uses only the queries it is given.
   */
  transaction<Value>(work: (transaction: Transaction) => Promise<Value>): Promise<Value>;
  /**
   * Writes something that changes nothing. Rejects when nothing can be written, or the database is not whole or not
   * there.
   */
  probe(): Promise<void>;
  /**
   * What was deleted before is in none of the database's files afterwards: on SQLite. A server overwrites it when it
   * uses the room again, and has logs and backups of its own: there this does nothing.
   */
  dropDeleted(): Promise<void>;
  /**
   * The same for what was deleted at any time, also by a release that left it in unused pages: SQLite writes the whole
   * file anew, PostgreSQL makes the room of deleted rows free for others (its plain VACUUM clears no bytes, and holds
   * up nobody).
   */
  vacuum(): Promise<void>;
  /**
   * Copies the whole database into a new file while it goes on; the copy is marked as one. `undefined` on a server, which
   * has means of its own.
   */
  readonly copyTo?: (path: string) => Promise<void>;
  close(): Promise<void>;
}

/** What a probe writes. */
export const probeText = 'UPDATE b24task_clock SET shift = shift';

/**
 * The storage cannot be reached, or the connection to it was lost. A failed transaction has written nothing; a single
 * statement may have.
 */
export class StorageUnavailableError extends Error {
  override readonly name = 'StorageUnavailableError';
}

/** Another process uses this data directory. */
export class AlreadyRunningError extends Error {
  override readonly name = 'AlreadyRunningError';
}

/** The parts that differ between one SQLite file and PostgreSQL. */
export type Engine = {
  readonly database: Database;
  readonly keys: readonly Uint8Array[];
  readonly lock: Lock<string>;
  readonly wakeUps: WakeUps;
  readonly singleProcess: boolean;
  /** What the administrator must know about what was found at the start. */
  readonly damage?: string;
  /** The error for the administrator when the start failed for this one. */
  explained?(error: unknown): unknown;
  close(): Promise<void>;
};
