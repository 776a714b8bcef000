import { KeyvPostgres } from '@keyv/postgres';
import { z } from 'zod';
import type { Database, SqlValue } from '../database.ts';

const schemaRow = z.tuple([z.object({ schema: z.string() })]);
const parameterList = z.array(z.union([z.string(), z.number(), z.null(), z.array(z.string())])).optional();

/**
 * @keyv/postgres on our own pool. Its own one is shared by the whole process, reports a lost idle connection to nobody
 * (which ends the process), and knows no timeouts.
 */
export async function createPostgresAdapter(database: Database) {
  const [{ schema }] = schemaRow.parse(await database.query('SELECT current_schema() AS schema'));

  class PooledKeyvPostgres extends KeyvPostgres {
    override async connect() {
      return async (text: string, values?: readonly SqlValue[]) => [
        ...(await database.query(text, (parameterList.parse(values) ?? []).map(asSqlValue))),
      ];
    }

    override async disconnect() {}
  }

  return new PooledKeyvPostgres({ table: 'records', schema });
}

/** Several texts as one. Source: PostgreSQL documentation, "Array Input and Output Syntax". */
function asSqlValue(value: SqlValue | readonly string[]): SqlValue {
  if (value === null || typeof value !== 'object') {
    return value;
  }
  return `{${value.map((text) => `"${text.replaceAll(/["\\]/g, '\\$&')}"`).join(',')}}`;
}
