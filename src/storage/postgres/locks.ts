import type { Pool, PoolClient } from 'pg';
import type { Lock } from '../../linking/ports.ts';
import { StorageUnavailableError } from '../database.ts';
import { lockNumber } from './database.ts';
import { beginWithin } from './pool.ts';

/** How long a lock is waited for, and how long it may be held: as long as calls to a portal take. */
export const lockPatienceMs = 90_000;

/**
 * Serialises across replicas with an advisory lock on a connection of its own; `local` comes first, so that a name
 * holds one connection at most. The lock is one of a transaction and ends with it, so that it is held by the right
 * connection and let go also through a pooler in transaction mode. It ends with its connection, whatever happens to
 * this process.
 */
export function createPostgresLock(pool: Pool, local: Lock<string>): Lock<string> {
  return { run: (name, work) => local.run(name, () => withLock(pool, lockNumber(name), work)) };
}

async function withLock<Value>(pool: Pool, number: string, work: () => Promise<Value>): Promise<Value> {
  const client = await take(pool, number);
  try {
    return await work();
  } finally {
    await client.query('COMMIT').then(
      () => client.release(),
      () => client.release(true),
    );
  }
}

async function take(pool: Pool, number: string): Promise<PoolClient> {
  try {
    const client = await pool.connect();
    await lock(client, number).catch((error: unknown) => {
      client.release(true);
      throw error;
    });
    return client;
  } catch (error) {
    throw new StorageUnavailableError('A lock in PostgreSQL could not be taken', { cause: error });
  }
}

async function lock(client: PoolClient, number: string): Promise<void> {
  await client.query(beginWithin(lockPatienceMs, lockPatienceMs));
  await client.query('SELECT pg_advisory_xact_lock($1)', [number]);
}
