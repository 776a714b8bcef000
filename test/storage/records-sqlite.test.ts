import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '../../src/storage/migrations.ts';
import { openSqlite } from '../../src/storage/sqlite/database.ts';
import { identityStoreContract } from '../contract/identity-store.ts';
import { startOfTime } from '../contract/outbox-harness.ts';
import { type RecordHarness, recordStoreContract } from '../contract/record-store.ts';
import { sharedRecordsContract } from '../contract/shared-records.ts';
import { openTestStorage } from './open-test-storage.ts';

const createHarness = async (): Promise<RecordHarness> => {
  const folder = mkdtempSync(join(tmpdir(), 'b24task-records-'));
  let now = startOfTime;
  const database = openSqlite(join(folder, 'records.db'), { clock: () => now });
  await migrate(database);
  return {
    database,
    now: () => now,
    setNow: async (time) => {
      now = time;
    },
    close: async () => {
      await database.close();
      rmSync(folder, { recursive: true });
    },
  };
};

recordStoreContract('SQLite', createHarness);
sharedRecordsContract('SQLite', createHarness);

identityStoreContract('SQLite', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'b24task-identities-'));
  const storage = await openTestStorage({ dataDir });
  return {
    identities: storage.identities,
    close: async () => {
      await storage.close();
      rmSync(dataDir, { recursive: true });
    },
  };
});
