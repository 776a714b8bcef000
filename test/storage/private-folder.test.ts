import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openStorage } from '../../src/storage/open.ts';
import { keepingLog } from '../contract/outbox-harness.ts';
import { openFolder } from '../settings/loading.ts';
import { testKey } from '../support/test-key.ts';
import { testDeps } from './open-test-storage.ts';

const modeOf = (path: string) => statSync(path).mode & 0o7777;

/** Opens the storage in a folder that is there already, and gives what it warned of. */
async function openIn(dataDir: string): Promise<readonly string[]> {
  const lines: { fields: object; message: string }[] = [];
  const storage = await openStorage({ dataDir }, { ...testDeps, log: keepingLog(lines) });
  onTestFinished(() => storage.close());
  await storage.close();
  return lines.map(({ message }) => message);
}

describe('the folder of the data', () => {
  it.each([
    [0o777, 0o700],
    [0o757, 0o700],
    [0o775, 0o755],
    [0o2770, 0o2750],
  ])('loses what lets others write to it, with a warning: %o becomes %o', async (before, after) => {
    const dataDir = openFolder();
    chmodSync(dataDir, before);
    expect(await openIn(dataDir)).toEqual([expect.stringMatching(/^others could write to the folder of DATA_DIR/)]);
    expect(modeOf(dataDir)).toBe(after);
    expect(await openIn(dataDir)).toEqual([]);
  });

  it.each([0o700, 0o750, 0o755])('is left as it is where others only look into it: %o', async (mode) => {
    const dataDir = openFolder();
    chmodSync(dataDir, mode);
    expect(await openIn(dataDir)).toEqual([]);
    expect(modeOf(dataDir)).toBe(mode);
  });

  it('is refused when it is everybody’s, and left as it is', async () => {
    const dataDir = join(openFolder(), 'tmp');
    mkdirSync(dataDir);
    chmodSync(dataDir, 0o1777);
    await expect(openIn(dataDir)).rejects.toThrow('is one that everybody writes to; it needs a folder of its own');
    expect(modeOf(dataDir)).toBe(0o1777);
  });
});

describe('the generated key', () => {
  it.each([0o644, 0o640, 0o660, 0o604])('is taken from others at each start, with a warning: %o', async (mode) => {
    const dataDir = openFolder();
    await openIn(dataDir);
    const path = join(dataDir, 'encryption.key');
    const key = readFileSync(path, 'utf8');
    chmodSync(path, mode);
    expect(await openIn(dataDir)).toEqual([
      expect.stringMatching(/^others could read encryption\.key .*change the key$/),
    ]);
    expect(modeOf(path)).toBe(0o600);
    expect(readFileSync(path, 'utf8')).toBe(key);
    expect(await openIn(dataDir)).toEqual([]);
  });

  it('is refused when anybody could guess it', async () => {
    const dataDir = openFolder();
    const path = join(dataDir, 'encryption.key');
    const zeros = Buffer.alloc(32).toString('base64');
    writeFileSync(path, `${zeros}\n`, { mode: 0o600 });
    await expect(openIn(dataDir)).rejects.toThrow(`Key 1 of ${path} can be guessed by anybody`);
    writeFileSync(path, `${testKey(1).toString('base64')}\n${zeros}\n`, { mode: 0o600 });
    expect(await openIn(dataDir)).toEqual([]);
  });
});

it('takes the database from others as well', async () => {
  const dataDir = openFolder();
  await openIn(dataDir);
  chmodSync(join(dataDir, 'b24task.db'), 0o644);
  expect(await openIn(dataDir)).toEqual([
    'b24task.db in DATA_DIR could be read by others; now it belongs to its owner alone',
  ]);
  expect(modeOf(join(dataDir, 'b24task.db'))).toBe(0o600);
});
