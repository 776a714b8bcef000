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

/**
 * Begins a transaction with its limits, in one go. Limits are set for each transaction: a pooler in transaction mode
 * refuses them at the start of a connection, and gives a connection of the server to somebody else in between.
 * Source: https://www.pgbouncer.org/config.html#ignore_startup_parameters
 */
export function beginWithin(statementMs: number, idleMs: number): string {
  return `BEGIN; SET LOCAL statement_timeout = ${statementMs}; SET LOCAL idle_in_transaction_session_timeout = ${idleMs}`;
}

/** How long a statement may take, in ms, where nobody says otherwise. */
export const statementMs = 10_000;

/** Type id of int8. Source: PostgreSQL's catalogue pg_type. */
const int8 = 20;

/**
 * How every connection is made. A person waits for most queries, and Slack for three seconds at most: what takes longer
 * than these limits has failed. Numbers of the outbox (times, turns) are exact in a JavaScript number. Statements do not
 * wait for the answers to those before them (pg's `pipeline`): within a transaction, which poolers keep on one
 * connection of the server until it ends. Outside of one each goes alone: some poolers lose answers otherwise.
 * Sources: https://github.com/pgbouncer/pgbouncer/issues/682, https://github.com/supabase/supavisor/issues/1061
 */
export function connectionSettings(url: Secret, patienceMs = statementMs): ClientConfig {
  const types = new TypeOverrides();
  types.setTypeParser(int8, Number);
  return {
    connectionString: url.reveal(),
    application_name: 'b24task',
    types,
    connectionTimeoutMillis: 2_000,
    query_timeout: patienceMs + 2_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    pipeline: true,
  };
}
