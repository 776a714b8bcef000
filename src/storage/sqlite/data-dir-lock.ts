import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { AlreadyRunningError } from '../database.ts';
import { createOwnerOnly } from '../encryption/owner-only.ts';
import { hasSqliteCode } from './error-code.ts';

/**
 * Keeps every other process off `DATA_DIR/b24task.db` until the returned function is called or the process ends, in
 * whatever way: the operating system releases it. Throws `AlreadyRunningError` when somebody else has it.
 *
 * `lock.db` lies beside the file itself, wherever links lead. Somebody may delete it while it is held, so the file is asked
 * too: SQLite gives it to nobody alone while any connection to it is open.
 */
export function lockDatabase(dataDir: string): () => void {
  const path = join(dataDir, 'b24task.db');
  createOwnerOnly(path);
  const file = realpathSync(path);
  const lockPath = join(dirname(file), 'lock.db');
  createOwnerOnly(lockPath);
  const lock = new DatabaseSync(lockPath, { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
    requireAlone(file);
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

/**
 * A connection in this mode gets at a file in WAL mode only when it is the only one.
 * Source: https://www.sqlite.org/wal.html#use_of_wal_without_shared_memory
 */
function requireAlone(file: string): void {
  const alone = new DatabaseSync(file, { timeout: 0 });
  try {
    alone.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT');
  } finally {
    alone.close();
  }
}
