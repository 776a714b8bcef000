import { Pool } from 'pg';
import type { Log } from '../../domain/log.ts';
import type { Secret } from '../../domain/secret.ts';
import { connectionSettings } from './connection-settings.ts';

/**
 * A pool of at most `max` connections, none of them made yet. A lost connection is an event that nobody waits for:
 * unheard, it would end the process.
 */
export function createPool(url: Secret, max: number, log: Log, patienceMs?: number): Pool {
  const pool = new Pool({ ...connectionSettings(url, patienceMs), max });
  const note = (error: Error) => log.warn({ error }, 'a connection to PostgreSQL was lost');
  pool.on('error', note);
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}
