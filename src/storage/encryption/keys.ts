import { randomBytes } from 'node:crypto';
import { link, open, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeKey, keyProblem } from '../../domain/encryption-key.ts';
import { Secret } from '../../domain/secret.ts';

const keyBytes = 32;

/** The encryption keys cannot be used as they are given; the message names the key by its place, never by its value. */
export class UnusableKeysError extends Error {
  override readonly name = 'UnusableKeysError';
}

/** Reads keys from settings: each is the base64 text of 32 bytes, and nobody can guess the first. */
export function parseKeys(texts: readonly Secret[], source: string): readonly Uint8Array[] {
  if (texts.length === 0) {
    throw new UnusableKeysError(`${source} holds no key`);
  }
  return texts.map((text, index) => {
    const written = text.reveal().trim();
    const [key, problem] = [decodeKey(written), keyProblem(written, index === 0)];
    if (key === undefined || problem !== undefined) {
      throw new UnusableKeysError(`Key ${index + 1} of ${source} ${problem}`);
    }
    return key;
  });
}

/**
 * The keys in `DATA_DIR/encryption.key` (one per line, mode 0600); generates the first one when there is no such file
 * and nothing was encrypted yet (`isNew`). The file appears whole or not at all, and an existing one is never replaced.
 * Rejects with `UnusableKeysError`: a new key beside data of an old one would only hide that the old one is lost.
 */
export async function loadKeyFile(
  dataDir: string,
  { isNew }: { readonly isNew: boolean },
): Promise<readonly Uint8Array[]> {
  const path = join(dataDir, 'encryption.key');
  const found = await readIfPresent(path);
  if (found === undefined && !isNew) {
    throw new UnusableKeysError(
      `${path} is missing, and the data beside it was encrypted with it. Put it back from a copy, or give the key as ENCRYPTION_KEYS. Without the key nobody can read the data: to begin anew, move b24task.db and its -wal away`,
    );
  }
  const text = found ?? (await generate(dataDir, path));
  return parseKeys(
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => new Secret(line)),
    path,
  );
}

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) {
      return undefined;
    }
    throw error;
  }
}

async function generate(dataDir: string, path: string): Promise<string> {
  const text = `${randomBytes(keyBytes).toString('base64')}\n`;
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await publish(draft, path);
  await syncDirectory(dataDir);
  return readFile(path, 'utf8');
}

async function publish(draft: string, path: string): Promise<void> {
  try {
    await link(draft, path);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) {
      throw error;
    }
  } finally {
    await unlink(draft);
  }
}

/** A new name is durable only once its directory is. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
