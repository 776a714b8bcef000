import { type ClientConfig, Pool, TypeOverrides } from 'pg';
import type { Log } from '../../domain/log.ts';
import type { Secret } from '../../domain/secret.ts';

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

/** Type id of int8. Source: PostgreSQL's catalogue pg_type. */
const int8 = 20;

/**
 * How every connection is made. A person waits for most queries, and Slack for three seconds at most: what takes longer
 * than these limits has failed, and who falls silent within a transaction loses its locks. Numbers of the outbox
 * (times, turns) are exact in a JavaScript number.
 */
export function connectionSettings(url: Secret, patienceMs = 10_000): ClientConfig {
  const types = new TypeOverrides();
  types.setTypeParser(int8, Number);
  return {
    connectionString: url.reveal(),
    application_name: 'b24task',
    types,
    connectionTimeoutMillis: 2_000,
    statement_timeout: patienceMs,
    query_timeout: patienceMs + 2_000,
    idle_in_transaction_session_timeout: 5_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  };
}
