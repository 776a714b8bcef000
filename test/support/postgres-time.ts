import type { Queries } from '../../src/storage/database.ts';

/** Makes the clock of a test database stand still; returns how to set it (epoch ms). */
export async function holdTime(queries: Queries): Promise<(now: number) => Promise<void>> {
  await queries.query('CREATE TABLE held_time (now BIGINT NOT NULL)');
  await queries.query('INSERT INTO held_time (now) VALUES (0)');
  await queries.query(
    `CREATE OR REPLACE FUNCTION b24task_now() RETURNS bigint LANGUAGE sql STABLE AS 'SELECT now FROM held_time'`,
  );
  return async (now) => {
    await queries.query('UPDATE held_time SET now = $1', [now]);
  };
}

/** The statement that puts the clock of a test database so far ahead of the server's. */
export function clockAhead(ms: number): string {
  return `CREATE OR REPLACE FUNCTION b24task_now() RETURNS bigint LANGUAGE sql STABLE
    AS 'SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint + ${ms}'`;
}
