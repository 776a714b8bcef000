import { existsSync, lstatSync, mkdirSync, realpathSync, type Stats } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * Keeps compiled code in a folder below `dataDir`, so that the next start reads it instead of compiling. Whoever can
 * write there decides what runs here, and Node does not look whose the files are. So only a folder is taken that is
 * this user's alone, on a way that nobody else can change; without one, and while `dataDir` does not exist, all is
 * compiled. An administrator's `NODE_COMPILE_CACHE` goes first: Node has enabled that folder before this runs, and then
 * `enableCompileCache` changes nothing. Without a folder it would take one below the temporary folder, which every user
 * of the machine may prepare. Source: Node 24, `module.enableCompileCache([options])`.
 */
export function enableOwnCompileCache(dataDir: string): void {
  const folder = openOwnFolder(dataDir);
  if (folder !== undefined) {
    enableCompileCache(folder);
  }
}

function openOwnFolder(dataDir: string): string | undefined {
  try {
    const folder = join(realpathSync(dataDir), 'compile-cache');
    return isSafeWay(folder) && isOwn(folder) ? folder : undefined;
  } catch {
    return undefined;
  }
}

function isOwn(folder: string): boolean {
  if (!existsSync(folder)) {
    mkdirSync(folder, { mode: 0o700 });
  }
  const status = lstatSync(folder);
  return status.isDirectory() && status.uid === me() && (status.mode & 0o077) === 0;
}

/** Whether nobody but this user and root can put another folder in the place of this one. */
function isSafeWay(folder: string): boolean {
  const parent = dirname(folder);
  return parent === folder || (isSafe(lstatSync(parent)) && isSafeWay(parent));
}

/** In a sticky folder, others can add, and not replace what is not theirs. */
function isSafe({ uid, mode }: Stats): boolean {
  return (uid === 0 || uid === me()) && ((mode & 0o022) === 0 || (mode & 0o1000) !== 0);
}

function me(): number | undefined {
  return process.getuid?.();
}
