import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { AlreadyRunningError } from '../database.ts';
import { createOwnerOnly } from '../encryption/owner-only.ts';
import { hasSqliteCode } from './error-code.ts';
import { lastCommitIn } from './log-check.ts';

/** The right to be the only process on a database. */
export type DatabaseLock = {
  /** The log beside the file was damaged, and with it what was written last. */
  readonly lostCommits: boolean;
  /** Lets others in. */
  release(): void;
};

/**
 * Keeps every other process off `DATA_DIR/b24task.db` until it is released or the process ends, in
 * whatever way: the operating system releases it. Throws `AlreadyRunningError` when somebody else has it.
 *
 * `lock.db` lies beside the file itself, wherever links lead. Somebody may delete it while it is held, so the file is
 * asked too: SQLite gives it to nobody alone while any connection to it is open.
 */
export function lockDatabase(dataDir: string): DatabaseLock {
  const path = join(dataDir, 'b24task.db');
  createOwnerOnly(path);
  const file = realpathSync(path);
  const lockPath = join(dirname(file), 'lock.db');
  createOwnerOnly(lockPath);
  const lock = new DatabaseSync(lockPath, { timeout: 0 });
  let lostCommits: boolean;
  try {
    lock.exec('BEGIN EXCLUSIVE');
    lostCommits = openAlone(file);
  } catch (error) {
    lock.close();
    if (!hasSqliteCode(error, 5)) {
      throw error;
    }
    throw new AlreadyRunningError(`Another process uses ${dataDir}. Stop it first, or use another DATA_DIR`, {
      cause: error,
    });
  }
  return {
    lostCommits,
    release() {
      if (lock.isOpen) {
        lock.close();
      }
    },
  };
}

const logRow = z.object({ log: z.number() });

/**
 * Whether commits are lost. A connection in this mode gets at a file in WAL mode only when it is the only one.
 * Source: https://www.sqlite.org/wal.html#use_of_wal_without_shared_memory
 */
function openAlone(file: string): boolean {
  const lastCommit = lastCommitIn(file);
  const alone = new DatabaseSync(file, { timeout: 0 });
  try {
    alone.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT');
    const taken = logRow.parse(alone.prepare('PRAGMA wal_checkpoint(PASSIVE)').get()).log;
    return Math.max(0, taken) < lastCommit;
  } finally {
    alone.close();
  }
}
