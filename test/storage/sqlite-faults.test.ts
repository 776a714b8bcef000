import { spawnSync } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AlreadyRunningError, StorageUnavailableError } from '../../src/storage/database.ts';
import type { Storage, StorageDeps } from '../../src/storage/open.ts';
import { keepingLog, message } from '../contract/outbox-harness.ts';
import { openTestStorage } from './open-test-storage.ts';

const person = { tenant: 'T1', user: 'U1' };
const acceptUntilFull = fileURLToPath(new URL('./accept-until-full.ts', import.meta.url));

describe('a SQLite file to which something happens', () => {
  let root: string;
  let dataDir: string;
  let file: string;
  let opened: { close(): unknown }[];
  let now: number;
  const open = async (deps: Partial<StorageDeps> = {}, folder = dataDir): Promise<Storage> => {
    const storage = await openTestStorage({ dataDir: folder }, { steady: () => now, ...deps });
    opened.push(storage);
    return storage;
  };
  const openBeside = (path = file) => {
    const other = new DatabaseSync(path);
    opened.push({ close: () => other.isOpen && other.close() });
    return other;
  };
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'b24task-faults-'));
    dataDir = join(root, 'data');
    file = join(dataDir, 'b24task.db');
    opened = [];
    now = 0;
  });
  afterEach(async () => {
    for (const each of opened) {
      await Promise.resolve(each.close()).catch(() => {});
    }
    rmSync(root, { recursive: true });
  });

  describe.each([
    ['is deleted', () => unlinkSync(file)],
    ['is moved away', () => renameSync(file, `${file}.old`)],
    [
      'is replaced',
      () => {
        unlinkSync(file);
        writeFileSync(file, '');
      },
    ],
    ['loses its log', () => unlinkSync(`${file}-wal`)],
  ] as const)('and which %s', (_, happen) => {
    it('is not ready, takes nothing, and sends nothing of which the sender was told that it was not taken', async () => {
      const storage = await open();
      await storage.ping();
      await storage.outbox.accept(message());
      happen();
      now += 10_000;

      await expect(storage.ping()).rejects.toThrow(StorageUnavailableError);
      await expect(storage.outbox.accept(message())).rejects.toThrow('deleted or replaced');
      await expect(storage.outbox.claim(10)).rejects.toThrow(StorageUnavailableError);
    });
  });

  it('is not ready once it is damaged on the disk', async () => {
    const storage = await open();
    await storage.outbox.accept(message());
    await storage.sweep();
    await storage.ping();
    now += 10_000;
    writeFileSync(file, 'this is no database any more '.repeat(300), { flag: 'r+' });
    await expect(storage.ping()).rejects.toThrow('cannot be read');
  });

  it('is not ready once SQLite found a page of it damaged', async () => {
    await (await open()).close();
    const other = openBeside();
    const rows = other.prepare("SELECT rootpage FROM sqlite_schema WHERE tbl_name = 'outbox'").all();
    other.close();
    const disk = openSync(file, 'r+');
    for (const { rootpage } of z.array(z.object({ rootpage: z.number() })).parse(rows)) {
      writeSync(disk, Buffer.alloc(4_096, 'x'), 0, 4_096, (rootpage - 1) * 4_096);
    }
    closeSync(disk);
    const storage = await open();
    await storage.ping();
    now += 10_000;
    await expect(storage.outbox.accept(message())).rejects.toThrow('malformed');
    await expect(storage.ping()).rejects.toThrow('is damaged');
  });

  it('is not ready when it cannot grow any more, as on a full disk', () => {
    const node = `"${process.execPath}" "${acceptUntilFull}" "${dataDir}"`;
    const ran = spawnSync('sh', ['-c', `ulimit -f 1000; exec ${node}`], { encoding: 'utf8', timeout: 60_000 });
    expect(ran.stdout).toBe(JSON.stringify({ before: true, failed: true, after: false }));
  });

  it('is asked about by a write, not more than once in two seconds as long as that goes well', async () => {
    const storage = await open();
    await storage.ping();
    const other = openBeside();
    other.exec("CREATE TRIGGER no BEFORE UPDATE ON b24task_clock BEGIN SELECT RAISE(ABORT, 'read-only'); END");
    now += 1_999;
    await storage.ping();
    now += 1;
    await expect(storage.ping()).rejects.toThrow('read-only');
    other.exec('DROP TRIGGER no');
    await storage.ping();
  });

  it.each([
    ['reached through a link in another folder', () => linkedFolder()],
    ['whose lock.db was deleted', () => withoutLock(dataDir)],
    ['reached through a link, and whose lock.db was deleted', () => withoutLock(linkedFolder())],
  ] as const)('is given to no second process when it is %s', async (_, prepare) => {
    const storage = await open();
    await storage.outbox.accept(message());
    const folder = prepare();
    await expect(open({}, folder)).rejects.toThrow(AlreadyRunningError);
    await storage.close();
    const next = await open({}, folder);
    expect(await next.outbox.listOpen(person)).toHaveLength(1);
  });

  function withoutLock(folder: string): string {
    unlinkSync(join(dataDir, 'lock.db'));
    return folder;
  }

  function linkedFolder(): string {
    const folder = join(root, 'other');
    mkdirSync(folder);
    symlinkSync(file, join(folder, 'b24task.db'));
    return folder;
  }

  it.each([
    ['in its head', 20],
    ['in a page', 32 + 24 + 100],
  ] as const)('whose log is damaged %s says so at the start, and a whole one does not', async (_, at) => {
    const logged: { fields: object; message: string }[] = [];
    const log = keepingLog(logged);
    const storage = await open();
    await storage.outbox.accept(message());
    for (const name of ['b24task.db', 'b24task.db-wal']) {
      copyFileSync(join(dataDir, name), join(mkdirIn('whole'), name));
      copyFileSync(join(dataDir, name), join(mkdirIn('damaged'), name));
    }
    const disk = openSync(join(root, 'damaged', 'b24task.db-wal'), 'r+');
    writeSync(disk, Buffer.from('damage'), 0, 6, at);
    closeSync(disk);

    const whole = await open({ log }, join(root, 'whole'));
    expect([whole.damage, logged, await whole.outbox.listOpen(person)]).toMatchObject([undefined, [], [{}]]);
    const damaged = await open({ log }, join(root, 'damaged')).catch((error: unknown) => error);
    expect(logged).toMatchObject([{ message: expect.stringContaining('b24task.db-wal) was damaged') }]);
    expect(damaged).toMatchObject({ damage: expect.stringContaining('is lost') });
  });

  function mkdirIn(name: string): string {
    mkdirSync(join(root, name), { recursive: true });
    return join(root, name);
  }

  it('is waited for while another program holds it for a moment, and nothing else waits', async () => {
    let pauses = 0;
    const holder: { connection?: DatabaseSync } = {};
    const storage = await open({
      pause: async () => {
        pauses += 1;
        if (pauses === 3) {
          holder.connection?.exec('ROLLBACK');
        }
      },
    });
    holder.connection = openBeside();
    holder.connection.exec('BEGIN EXCLUSIVE');
    const accepting = storage.outbox.accept(message());
    expect(await storage.outbox.listOpen(person)).toEqual([]);
    expect(await accepting).toEqual({ kind: 'accepted' });
    expect(pauses).toBe(3);
  });

  it('that another program goes on holding is given up after a second, for everybody who waits', async () => {
    let waitedMs = 0;
    const storage = await open({
      pause: async (ms) => {
        waitedMs += ms;
      },
    });
    const other = openBeside();
    other.exec('BEGIN EXCLUSIVE');
    const accepting = [1, 2, 3].map((task) => storage.outbox.accept(message({ task })));
    for (const result of await Promise.allSettled(accepting)) {
      expect(result).toMatchObject({ status: 'rejected', reason: expect.any(StorageUnavailableError) });
    }
    expect(waitedMs).toBeGreaterThan(500);
    expect(waitedMs).toBeLessThanOrEqual(2_000);
    other.exec('ROLLBACK');
    expect(await storage.outbox.accept(message())).toEqual({ kind: 'accepted' });
    expect(await storage.outbox.listOpen(person)).toHaveLength(1);
  });
});
