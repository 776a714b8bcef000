import { createKeyedQueue } from '../../domain/keyed-queue.ts';
import type { Log } from '../../domain/log.ts';
import type { Secret } from '../../domain/secret.ts';
import type { Engine } from '../database.ts';
import { createPostgresDatabase } from './database.ts';
import { createPostgresLock } from './locks.ts';
import { createPool } from './pool.ts';
import { createPostgresWakeUps } from './wake.ts';

/** Connections for the outbox and the records. */
const maxConnections = 10;

/** Connections that do nothing but hold locks, so that who holds one can always get at the data. */
const maxLocks = 8;

/** A lock may be held for as long as a call to a portal takes. */
const lockPatienceMs = 90_000;

/** Opens PostgreSQL. Nothing connects before it is needed. */
export function openPostgresEngine(
  url: Secret,
  keys: readonly Uint8Array[],
  deps: { holder: string; log: Log },
): Engine {
  const pool = createPool(url, maxConnections, deps.log);
  const locks = createPool(url, maxLocks, deps.log, lockPatienceMs);
  const wakeUps = createPostgresWakeUps(url, pool, deps);
  return {
    database: createPostgresDatabase(pool),
    keys,
    lock: createPostgresLock(locks, createKeyedQueue()),
    wakeUps,
    singleProcess: false,
    close: async () => {
      await wakeUps.close();
      await Promise.all([locks.end(), pool.end()]);
    },
  };
}
