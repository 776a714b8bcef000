import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { AlreadyRunningError } from '../database.ts';
import { createOwnerOnly } from '../encryption/owner-only.ts';
import { hasSqliteCode } from './error-code.ts';

/**
 * Holds `DATA_DIR/lock.db` until the returned function is called or the process ends, in whatever way: the operating
 * system releases it. Throws `AlreadyRunningError` when somebody else holds it.
 */
export function lockDataDir(dataDir: string): () => void {
  const path = join(dataDir, 'lock.db');
  createOwnerOnly(path);
  const lock = new DatabaseSync(path, { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (!hasSqliteCode(error, 5)) {
      throw error;
    }
    throw new AlreadyRunningError(`Another process uses ${dataDir}. Stop it first, or use another DATA_DIR`, {
      cause: error,
    });
  }
  return () => {
    if (lock.isOpen) {
      lock.close();
    }
  };
}
