import { Secret } from '../../src/domain/secret.ts';
import { openStorage, type Storage, type StorageConfig, type StorageDeps } from '../../src/storage/open.ts';
import { keepingLog, timing } from '../contract/outbox-harness.ts';
import { testKey } from '../support/test-key.ts';

const standardKey = new Secret(testKey(9).toString('base64'));

/** What every storage under test is given, unless a test says otherwise. */
export const testDeps: StorageDeps = {
  timing,
  rateOf: () => ({ burst: 50, perSecond: 2 }),
  holder: 'test',
  log: keepingLog([]),
};

/** Opens the real storage with a key for tests; only what matters needs to be given. */
export function openTestStorage(config: Partial<StorageConfig>, deps: Partial<StorageDeps> = {}): Promise<Storage> {
  return openStorage({ dataDir: 'unused', encryptionKeys: [standardKey], ...config }, { ...testDeps, ...deps });
}
