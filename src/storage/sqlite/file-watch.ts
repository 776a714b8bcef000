import { statSync } from 'node:fs';
import { StorageUnavailableError } from '../database.ts';
import { hasSqliteCode } from './error-code.ts';

/**
 * Sees to it that what is written can be found again. SQLite goes on writing to a file that was deleted or replaced
 * under it, and all of that is gone when the process ends.
 */
export type FileWatch = {
  /** Throws `StorageUnavailableError` when the file or its log is not the one that was opened. */
  requirePresent(): void;
  /** The log exists from the first commit on. */
  noteLog(): void;
  /** Remembers it when SQLite found the file damaged, or could not write. */
  noteFailure(error: unknown): void;
  /** Whether something could not be written, since `noteRoom`: then little that can be written proves nothing. */
  isShort(): boolean;
  noteRoom(): void;
  /** Throws `StorageUnavailableError` when it did. */
  requireWhole(): void;
};

/**
 * Watches an open file. It is only looked at: opening and closing it would release the locks that this process has on
 * it.
 */
export function createFileWatch(path: string): FileWatch {
  const logPath = `${path}-wal`;
  const file = identityOf(path);
  let log: string | undefined;
  let damage: unknown;
  let short = false;

  return {
    requirePresent() {
      if (identityOf(path) !== file || (log !== undefined && identityOf(logPath) !== log)) {
        throw new StorageUnavailableError(
          `${path} was deleted or replaced under the running service. Stop it, put the file back, and start again`,
        );
      }
    },
    noteLog() {
      log ??= identityOf(logPath);
    },
    noteFailure(error) {
      if (hasSqliteCode(error, 11) || hasSqliteCode(error, 26)) {
        damage = error;
      }
      short ||= hasSqliteCode(error, 10) || hasSqliteCode(error, 13);
    },
    isShort: () => short,
    noteRoom() {
      short = false;
    },
    requireWhole() {
      if (damage !== undefined) {
        const message = `${path} is damaged. Stop the service, put a backup back, and start again`;
        throw new StorageUnavailableError(message, { cause: damage });
      }
    },
  };
}

function identityOf(path: string): string | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found && `${found.dev} ${found.ino}`;
}
