import { Secret } from '../../src/domain/secret.ts';
import { migrate } from '../../src/storage/migrations.ts';
import { createPostgresDatabase } from '../../src/storage/postgres/database.ts';
import { createPool } from '../../src/storage/postgres/pool.ts';
import { identityStoreContract } from '../contract/identity-store.ts';
import { keepingLog, startOfTime } from '../contract/outbox-harness.ts';
import { type RecordHarness, recordStoreContract } from '../contract/record-store.ts';
import { sharedRecordsContract } from '../contract/shared-records.ts';
import { createTestDatabase } from '../support/postgres.ts';
import { holdTime } from '../support/postgres-time.ts';
import { openTestStorage } from './open-test-storage.ts';

const createHarness = async (): Promise<RecordHarness> => {
  const { url, drop } = await createTestDatabase();
  const database = createPostgresDatabase(createPool(new Secret(url), 4, keepingLog([])));
  await migrate(database);
  const setNow = await holdTime(database);
  let now = startOfTime;
  await setNow(now);
  return {
    database,
    now: () => now,
    setNow: async (time) => {
      await setNow(time);
      now = time;
    },
    close: async () => {
      await database.close();
      await drop();
    },
  };
};

recordStoreContract('PostgreSQL', createHarness);
sharedRecordsContract('PostgreSQL', createHarness);

identityStoreContract('PostgreSQL', async () => {
  const { url, drop } = await createTestDatabase();
  const storage = await openTestStorage({ databaseUrl: new Secret(url) });
  return {
    identities: storage.identities,
    close: async () => {
      await storage.close();
      await drop();
    },
  };
});
