import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase } from '../support/postgres.ts';
import type { Settings } from './service-process.ts';

/** What the service needs to know about its storage. */
export type Storage = { readonly settings: Settings; readonly databaseUrl?: string };

/** Lends an empty folder for SQLite. */
export async function withSqlite<Value>(use: (storage: Storage) => Promise<Value>): Promise<Value> {
  const folder = await mkdtemp(join(tmpdir(), 'b24task-chaos-'));
  try {
    return await use({ settings: { DATA_DIR: folder } });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Lends an empty PostgreSQL database. */
export async function withPostgres<Value>(use: (storage: Storage) => Promise<Value>): Promise<Value> {
  const database = await createTestDatabase();
  try {
    const settings = { ENCRYPTION_KEYS: randomBytes(32).toString('base64') };
    return await use({ settings, databaseUrl: database.url });
  } finally {
    await database.drop();
  }
}
