import { type ClientConfig, TypeOverrides } from 'pg';
import type { Secret } from '../../domain/secret.ts';

/** Type id of int8. Source: PostgreSQL's catalogue pg_type. */
const int8 = 20;

/**
 * How every connection is made. A person waits for most queries, and Slack for three seconds at most: what takes longer
 * than these limits has failed, and who falls silent within a transaction loses its locks. Numbers of the outbox (times,
 * turns) are exact in a JavaScript number.
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
