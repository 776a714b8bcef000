import { z } from 'zod';
import { createKeyedQueue } from '../../domain/keyed-queue.ts';
import type { Log } from '../../domain/log.ts';
import type { Secret } from '../../domain/secret.ts';
import { type Database, type Engine, StorageUnavailableError } from '../database.ts';
import { createPostgresDatabase } from './database.ts';
import { explain, explained, requireReadable } from './explain.ts';
import { createPostgresLock, lockPatienceMs } from './locks.ts';
import { createPool } from './pool.ts';
import { createPostgresWakeUps } from './wake.ts';

/** Connections for the outbox and the records. With those for locks and the one that is woken: 19 for a replica. */
const maxConnections = 10;

/** Connections that only hold locks, so that the holder of a lock can always get a connection for the data. */
const maxLocks = 8;

/** Statements use MATERIALIZED, which came with it. Source: release notes of PostgreSQL 12. */
const oldestVersion = 12;

const tryEveryMs = 1_000;

/** What opening PostgreSQL needs. */
export type PostgresDeps = {
  readonly holder: string;
  readonly log: Log;
  /** Resolves after so many ms. */
  readonly pause: (ms: number) => Promise<unknown>;
  /** How often the server is asked, a second apart, when it is not there yet. */
  readonly startTries: number;
};

/**
 * Opens PostgreSQL, once it is there: a database that is started together with the service comes up some seconds later.
 * Rejects with `StorageUnavailableError`, which says what is wrong and what to do.
 */
export async function openPostgresEngine(
  url: Secret,
  keys: readonly Uint8Array[],
  deps: PostgresDeps,
): Promise<Engine> {
  requireReadable(url);
  const { pool, locks } = createPools(url, deps);
  const database = createPostgresDatabase(pool);
  const wakeUps = createPostgresWakeUps(url, pool, deps);
  const close = async () => {
    await wakeUps.close();
    await Promise.all([locks.end(), pool.end()]);
  };
  try {
    requireVersion(await firstAnswer(database, deps));
  } catch (error) {
    await close();
    throw explained(error);
  }
  return {
    database,
    keys,
    lock: createPostgresLock(locks, createKeyedQueue()),
    wakeUps,
    singleProcess: false,
    explained,
    close,
  };
}

/** The files of certificates are read here. */
function createPools(url: Secret, { log }: PostgresDeps) {
  try {
    return { pool: createPool(url, maxConnections, log), locks: createPool(url, maxLocks, log, lockPatienceMs) };
  } catch (error) {
    throw explained(error);
  }
}

const versionRow = z.tuple([z.object({ version: z.number() })]);

/** The server's version, for example 180004. */
async function firstAnswer(database: Database, { log, pause, startTries }: PostgresDeps): Promise<number> {
  for (let tries = 1; ; tries += 1) {
    try {
      const text = "SELECT CAST(current_setting('server_version_num') AS integer) AS version";
      return versionRow.parse(await database.query(text))[0].version;
    } catch (error) {
      const why = explain(error);
      if (!why?.passes || tries >= startTries) {
        throw error;
      }
      if (tries === 1) {
        const message = `PostgreSQL cannot be used yet (${why.reason}); trying again for ${startTries} s`;
        log.warn({ error }, message);
      }
    }
    await pause(tryEveryMs);
  }
}

function requireVersion(version: number): void {
  const major = Math.floor(version / 10_000);
  if (major < oldestVersion) {
    throw new StorageUnavailableError(`PostgreSQL ${major} is too old: b24task needs ${oldestVersion} or newer`);
  }
}
