import type { Pool } from 'pg';
import type { Lock } from '../../linking/ports.ts';
import { StorageUnavailableError } from '../database.ts';
import { lockNumber } from './database.ts';

/**
 * Serialises across replicas with an advisory lock on a connection of its own; `local` comes first, so that a name
 * holds one connection at most. The lock ends with its connection, whatever happens to this process.
 */
export function createPostgresLock(pool: Pool, local: Lock<string>): Lock<string> {
  return { run: (name, work) => local.run(name, () => withLock(pool, lockNumber(name), work)) };
}

async function withLock<Value>(pool: Pool, number: string, work: () => Promise<Value>): Promise<Value> {
  const client = await take(pool, number);
  try {
    return await work();
  } finally {
    const released = client.query('SELECT pg_advisory_unlock($1)', [number]);
    await released.then(
      () => client.release(),
      () => client.release(true),
    );
  }
}

async function take(pool: Pool, number: string) {
  try {
    const client = await pool.connect();
    await client.query('SELECT pg_advisory_lock($1)', [number]).catch((error: unknown) => {
      client.release(true);
      throw error;
    });
    return client;
  } catch (error) {
    throw new StorageUnavailableError('A lock in PostgreSQL could not be taken', { cause: error });
  }
}
