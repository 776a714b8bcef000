import { hash } from 'node:crypto';
import { Connection, DatabaseError, type Pool, type PoolClient } from 'pg';
import { StorageUncertainError } from '../../delivery/ports.ts';
import {
  type Database,
  type Dialect,
  probeText,
  type Row,
  type SqlValue,
  StorageUnavailableError,
  type Transaction,
} from '../database.ts';
import { beginWithin, statementMs } from './pool.ts';

const dialect: Dialect = {
  engine: 'postgres',
  forUpdate: 'FOR UPDATE',
  skipLocked: 'FOR UPDATE SKIP LOCKED',
  sequence: 'BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY',
};

const rowsPerStatement = 100;

/** Runs SQL on PostgreSQL. A connection that failed without an answer of the server is not used again. */
export function createPostgresDatabase(pool: Pool): Database {
  return {
    dialect,
    rowsPerStatement,
    query: (text, values = []) => onClient(pool, (client) => runQuery(client, text, values)),
    transaction: (work) => onClient(pool, (client) => runTransaction(client, work)),
    probe: async () => void (await onClient(pool, (client) => runQuery(client, probeText, []))),
    dropDeleted: async () => {},
    vacuum: () => onClient(pool, vacuum),
    close: () => pool.end(),
  };
}

/**
 * The number that an advisory lock is known by. All advisory locks of the database share one space, so names say what
 * they are for.
 */
export function lockNumber(name: string): string {
  return hash('sha256', `b24task ${name}`, 'buffer').readBigInt64BE().toString();
}

async function onClient<Value>(pool: Pool, work: (client: PoolClient) => Promise<Value>): Promise<Value> {
  const client = await connect(pool);
  let broken = false;
  try {
    return await work(client);
  } catch (error) {
    broken = error instanceof StorageUnavailableError || error instanceof StorageUncertainError;
    throw error;
  } finally {
    client.release(broken);
  }
}

async function connect(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw new StorageUnavailableError('PostgreSQL cannot be reached', { cause: error });
  }
}

async function runQuery(client: PoolClient, text: string, values: readonly SqlValue[]): Promise<readonly Row[]> {
  try {
    gatherWrites(client);
    const { rows } = await client.query<Row>(text, [...values]);
    return rows;
  } catch (error) {
    if (isAnswer(error)) {
      throw error;
    }
    throw new StorageUnavailableError('The connection to PostgreSQL was lost', { cause: error });
  }
}

/**
 * Has all that is asked for in this turn of the loop leave in one write. Each write wakes the server up, and is waited
 * for: a fifth of the main thread went there.
 */
function gatherWrites(client: PoolClient): void {
  const stream = streamOf(client);
  stream?.cork();
  process.nextTick(() => stream?.uncork());
}

/** Where pg writes, encrypted or not; the types of pg leave it out. Source: `Client` in lib/client.js of pg. */
function streamOf(client: PoolClient): Connection['stream'] | undefined {
  return 'connection' in client && client.connection instanceof Connection ? client.connection.stream : undefined;
}

async function runTransaction<Value>(
  client: PoolClient,
  work: (transaction: Transaction) => Promise<Value>,
): Promise<Value> {
  const open = openTransaction(client);
  let value: Value;
  try {
    value = await work(open.transaction);
  } catch (error) {
    throw await open.undo(error);
  }
  await open.end();
  return value;
}

type OpenTransaction = {
  readonly transaction: Transaction;
  /** Resolves once it is committed. Rejects with what failed first. */
  end(): Promise<void>;
  /** After the work failed: what is to be thrown, once the transaction is rolled back. */
  undo(error: unknown): Promise<unknown>;
};

/** It begins with the first statement. What fails makes the server refuse all that comes after it, the commit as well. */
function openTransaction(client: PoolClient): OpenTransaction {
  let begun: Promise<void> | undefined;
  let committed: Promise<void> | undefined;
  let failure: { readonly error: unknown } | undefined;

  /** Failures are told by `end` and `undo`, whether or not somebody waits for this one. */
  function noted<Value>(asked: Promise<Value>): Promise<Value> {
    asked.catch((error: unknown) => {
      failure ??= { error };
    });
    return asked;
  }

  function query(text: string, values: readonly SqlValue[] = []): Promise<readonly Row[]> {
    begun ??= noted(begin(client));
    return noted(runQuery(client, text, values));
  }

  function commitOnce(): Promise<void> {
    committed ??= noted(commit(client));
    return committed;
  }

  /**
   * Why it was not committed, `undefined` where it was. What the server refused it does not commit; where the connection
   * was lost on the way, nobody knows.
   */
  async function commitFailure(): Promise<unknown> {
    const told = await commitOnce().then(
      () => undefined,
      (error: unknown) => error,
    );
    const isUnknown = told instanceof StorageUncertainError && failure?.error instanceof StorageUnavailableError;
    return isUnknown ? told : failure?.error;
  }

  return {
    transaction: {
      rowsPerStatement,
      query,
      execute: (text, values) => void query(text, values),
      lock(names, shared = []) {
        const statement = lockStatement(names, shared);
        if (begun) {
          void query(statement);
        } else {
          begun = noted(begin(client, statement));
        }
      },
      commit: () => void (begun && commitOnce()),
    },
    async end() {
      const failed = begun && (await commitFailure());
      if (failed) {
        throw failed;
      }
    },
    async undo(error) {
      if (committed) {
        return (await commitFailure()) ?? new StorageUncertainError('Work failed behind its commit', { cause: error });
      }
      const first = failure?.error ?? error;
      if (begun && !(first instanceof StorageUnavailableError)) {
        await runQuery(client, 'ROLLBACK', []);
      }
      return first;
    },
  };
}

/** A client that is idle in a transaction for longer than this loses it, and its locks. */
const idleMs = 5_000;

/** With what is done first in the same message: each message to the server costs as much as what it asks for. */
async function begin(client: PoolClient, first = ''): Promise<void> {
  try {
    gatherWrites(client);
    await client.query(`${beginWithin(statementMs, idleMs)}; ${first}`);
  } catch (error) {
    // Of several statements at once some may have been done.
    throw new StorageUnavailableError('PostgreSQL did not begin a transaction', { cause: error });
  }
}

/**
 * The server does it by itself as well, sooner or later: where it refuses or takes too long now, that is left to it.
 */
async function vacuum(client: PoolClient): Promise<void> {
  try {
    await runQuery(client, 'VACUUM records, outbox', []);
  } catch (error) {
    if (!isAnswer(error) && !isTimeout(error)) {
      throw error;
    }
  }
}

/** Sorted, so that two transactions never wait for each other. A name of both lists is held alone. */
function lockStatement(names: readonly string[], shared: readonly string[]): string {
  const modes = new Map([...shared.map(asMode('shared')), ...names.map(asMode('alone'))]);
  const sorted = [...modes].toSorted(([one], [other]) => (one < other ? -1 : 1));
  const [numbers, words] = [sorted.map(([number]) => number), sorted.map(([, mode]) => mode)];
  return `SELECT CASE mode WHEN 'alone' THEN pg_advisory_xact_lock(number) ELSE pg_advisory_xact_lock_shared(number) END
    FROM unnest(CAST('{${numbers}}' AS bigint[]), CAST('{${words}}' AS text[])) AS wanted(number, mode)`;
}

function asMode(mode: 'alone' | 'shared') {
  return (name: string) => [lockNumber(name), mode] as const;
}

async function commit(client: PoolClient): Promise<void> {
  let command: string;
  try {
    gatherWrites(client);
    ({ command } = await client.query('COMMIT'));
  } catch (error) {
    if (isAnswer(error)) {
      throw error;
    }
    throw new StorageUncertainError('The connection to PostgreSQL was lost during a commit', { cause: error });
  }
  if (command !== 'COMMIT') {
    throw new Error('PostgreSQL rolled a transaction back because one of its statements failed');
  }
}

/** The server gave a statement up because it took too long (57014). */
function isTimeout(error: unknown): boolean {
  const cause = error instanceof StorageUnavailableError ? error.cause : undefined;
  return cause instanceof DatabaseError && cause.code === '57014';
}

/**
 * Whether the server answered with an error and goes on serving this connection. Class 08 is a lost connection, 57 an
 * intervention (shutdown, crash, cancelled): these may come when a commit is done already.
 * Source: PostgreSQL documentation, appendix A "PostgreSQL Error Codes".
 */
function isAnswer(error: unknown): boolean {
  return error instanceof DatabaseError && !/^(?:08|57)/.test(error.code ?? '08');
}
