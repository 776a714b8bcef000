import { chmod, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../../domain/log.ts';
import { UnusableKeysError } from '../encryption/keys.ts';

/** DATA_DIR cannot hold the data as it is; the message says why. */
export class UnusableFolderError extends Error {
  override readonly name = 'UnusableFolderError';
}

/**
 * Sees to it that the folder of the data is changed by nobody else, and its files are read by nobody else. Rights that
 * are too wide are taken away, with a warning. Rejects where that cannot be done: the folder is everybody's, as the
 * temporary folder is, or it belongs to another user. Rights of a group that cannot be taken away are left: Kubernetes
 * gives volumes to a group (`fsGroup`), and the user is not their owner.
 */
export async function keepPrivate(dataDir: string, log: Log): Promise<void> {
  await keepFolderPrivate(dataDir, log);
  await keepKeyPrivate(join(dataDir, 'encryption.key'), log);
  for (const name of ['b24task.db', 'b24task.db-wal', 'b24task.db-shm']) {
    if (await takeRights(join(dataDir, name), others)) {
      log.warn({ file: name }, `${name} in DATA_DIR could be read by others; now it belongs to its owner alone`);
    }
  }
}

/** What group and others may do, and what they may change. */
const others = 0o077;
const othersChange = 0o022;
const everybodyChanges = 0o002;
const sticky = 0o1000;

async function keepFolderPrivate(dataDir: string, log: Log): Promise<void> {
  const mode = await modeOf(dataDir);
  if ((mode & everybodyChanges) !== 0 && (mode & sticky) !== 0) {
    throw new UnusableFolderError(
      `the folder of DATA_DIR, ${dataDir}, is one that everybody writes to; it needs a folder of its own`,
    );
  }
  // A folder that everybody may change is the service's alone. Another may be in use by a group that only reads.
  const taken = (mode & everybodyChanges) === 0 ? othersChange : others;
  if ((mode & othersChange) !== 0 && (await takeRights(dataDir, taken))) {
    log.warn(
      { dataDir },
      'others could write to the folder of DATA_DIR, and cannot any more; look whether its files are what they were',
    );
  }
  if (((await modeOf(dataDir)) & everybodyChanges) !== 0) {
    throw new UnusableFolderError(
      `the folder of DATA_DIR, ${dataDir}, can be written to by everybody, and this user may not change that`,
    );
  }
}

async function keepKeyPrivate(path: string, log: Log): Promise<void> {
  if (await takeRights(path, others)) {
    log.warn(
      { path },
      'others could read encryption.key in DATA_DIR, and cannot any more; if somebody may have done so, change the key',
    );
  }
  if (((await modeOf(path)) & 0o007) !== 0) {
    throw new UnusableKeysError(`${path} is open to everybody, and this user may not change that`);
  }
}

/** Whether there were such rights, and are none any more. */
async function takeRights(path: string, rights: number): Promise<boolean> {
  const mode = await modeOf(path);
  if ((mode & rights) === 0) {
    return false;
  }
  try {
    await chmod(path, mode & 0o7777 & ~rights);
    return true;
  } catch {
    // Not the owner, or a read-only volume: the caller decides by the rights that are left.
    return false;
  }
}

/** No rights where there is nothing. */
async function modeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).mode;
  } catch {
    return 0;
  }
}
