import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Secret } from '../../src/domain/secret.ts';
import { loadKeyFile, parseKeys, UnusableKeysError } from '../../src/storage/encryption/keys.ts';
import { testKey } from '../support/test-key.ts';

describe('keys', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'b24task-keys-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('are read from base64 texts of 32 bytes', () => {
    const key = testKey(1);
    expect(parseKeys([new Secret(` ${key.toString('base64')}\n`)], 'ENCRYPTION_KEYS')).toEqual([key]);
  });

  it.each(['', 'short', Buffer.alloc(31).toString('base64'), Buffer.alloc(33).toString('base64')])(
    'are refused without being shown when they are not: %j',
    (text) => {
      const wrong = () => parseKeys([new Secret(text)], 'ENCRYPTION_KEYS');
      expect(wrong).toThrow(
        new UnusableKeysError(
          'Key 1 of ENCRYPTION_KEYS is not the base64 text of 32 bytes (make one with: openssl rand -base64 32)',
        ),
      );
      expect(() => parseKeys([], 'ENCRYPTION_KEYS')).toThrow('ENCRYPTION_KEYS holds no key');
    },
  );

  it('are generated once, for the owner only, and found again', async () => {
    const generated = await loadKeyFile(folder, { isNew: true });
    expect(generated).toHaveLength(1);
    expect(generated[0]).toHaveLength(32);
    expect(statSync(join(folder, 'encryption.key')).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['encryption.key']);
    expect(await loadKeyFile(folder, { isNew: true })).toEqual(generated);
  });

  it('are the same for all who start at once', async () => {
    const loaded = await Promise.all(Array.from({ length: 8 }, () => loadKeyFile(folder, { isNew: true })));
    expect(new Set(loaded.map(([key]) => Buffer.from(key ?? []).toString('hex'))).size).toBe(1);
    expect(readdirSync(folder)).toEqual(['encryption.key']);
  });

  it('may be several, one per line', async () => {
    const keys = [testKey(1), testKey(2)];
    writeFileSync(join(folder, 'encryption.key'), keys.map((key) => `${key.toString('base64')}\n`).join(''));
    expect(await loadKeyFile(folder, { isNew: true })).toEqual(keys);
  });

  it('are never replaced when the file is damaged', async () => {
    writeFileSync(join(folder, 'encryption.key'), 'damaged\n');
    await expect(loadKeyFile(folder, { isNew: true })).rejects.toThrow(UnusableKeysError);
    expect(readFileSync(join(folder, 'encryption.key'), 'utf8')).toBe('damaged\n');
  });
});
