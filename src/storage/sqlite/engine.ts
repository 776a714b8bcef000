import { statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createKeyedQueue } from '../../domain/keyed-queue.ts';
import type { Log } from '../../domain/log.ts';
import type { Secret } from '../../domain/secret.ts';
import type { Engine } from '../database.ts';
import { loadKeyFile, parseKeys } from '../encryption/keys.ts';
import { createLocalWakeUps } from '../wake.ts';
import { lockDatabase } from './data-dir-lock.ts';
import { openSqlite, type SqliteDeps } from './database.ts';
import { keepPrivate, UnusableFolderError } from './private-folder.ts';

/** Where the file is, and what it is encrypted with; without keys they are in a file beside it. */
export type SqlitePlace = { readonly dataDir: string; readonly encryptionKeys?: readonly Secret[] };

/**
 * Opens the SQLite file of `dataDir`, and makes it where there is none. Rejects with `AlreadyRunningError` when another
 * process has it, `UnusableFolderError` when the folder cannot hold it, `UnusableKeysError` when its key is missing.
 */
export async function openSqliteEngine(
  { dataDir, encryptionKeys }: SqlitePlace,
  deps: SqliteDeps & { readonly log: Log },
): Promise<Engine> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw new UnusableFolderError(`the folder of DATA_DIR, ${dataDir}, cannot be made`, { cause: error });
  });
  await keepPrivate(dataDir, deps.log);
  const isNew = !holdsData(dataDir);
  const { release, lostCommits } = lockDatabase(dataDir);
  try {
    const keys = encryptionKeys ? parseKeys(encryptionKeys, 'ENCRYPTION_KEYS') : await loadKeyFile(dataDir, { isNew });
    const database = openSqlite(join(dataDir, 'b24task.db'), deps);
    const wakeUps = createLocalWakeUps();
    return {
      database,
      keys,
      // One process owns the storage, so that serialising within it is enough.
      lock: createKeyedQueue(),
      wakeUps,
      singleProcess: true,
      ...(lostCommits ? { damage: lostCommitsText } : {}),
      close: async () => {
        await wakeUps.close();
        await database.close();
        release();
      },
    };
  } catch (error) {
    release();
    throw error;
  }
}

const lostCommitsText =
  'The log of the SQLite file (b24task.db-wal) was damaged: what was written last is lost, perhaps messages that were accepted';

/** An empty file is one that was begun: nothing was ever encrypted for it. */
function holdsData(dataDir: string): boolean {
  return (statSync(join(dataDir, 'b24task.db'), { throwIfNoEntry: false })?.size ?? 0) > 0;
}
