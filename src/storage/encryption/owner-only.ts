import { closeSync, openSync } from 'node:fs';

/**
 * Makes an empty file with mode 0600 unless there is one. An existing file is not even opened: closing it again would
 * release every lock that this process has on it (POSIX record locks).
 */
export function createOwnerOnly(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) {
      throw error;
    }
  }
}
