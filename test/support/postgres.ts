import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { inject } from 'vitest';

/** A database that one test or one file has to itself, and drops at its end. */
export type TestDatabase = { readonly url: string; drop(): Promise<void> };

/** A fresh, empty PostgreSQL database on the server of this test run, or on the one of `TEST_DATABASE_URL`. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const answer = await fetch(inject('postgresDoor'));
  const server = await answer.text();
  if (!answer.ok) {
    throw new Error(server);
  }
  const name = `b24task_test_${randomBytes(6).toString('hex')}`;
  await inDatabase(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => inDatabase(server, `DROP DATABASE ${name} WITH (FORCE)`).then(() => {}) };
}

/** Runs one statement over a connection of its own. */
export async function inDatabase(url: string, statement: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}
