import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Secret } from '../../src/domain/secret.ts';
import { AlreadyRunningError } from '../../src/storage/database.ts';
import { DecryptionError } from '../../src/storage/encryption/cipher.ts';
import { openStorage, type Storage } from '../../src/storage/open.ts';
import { acme, message, requestIn, startOfTime, timing } from '../contract/outbox-harness.ts';
import { testKey } from '../support/test-key.ts';
import { openTestStorage, testDeps } from './open-test-storage.ts';

const person = { tenant: 'T1', user: 'U1' };
const identity = {
  id: 'identity-1',
  account: { portal: acme, userId: '7', name: 'planted-name' },
  linkedAt: 1,
  credential: { kind: 'webhook', portal: acme, webhookUserId: '7', secret: new Secret('planted-secret') },
} as const;

const acceptForever = fileURLToPath(new URL('./accept-forever.ts', import.meta.url));

describe('storage in one SQLite file', () => {
  let dataDir: string;
  let opened: Storage[];
  const open = async (config: Parameters<typeof openTestStorage>[0] = {}) => {
    const storage = await openTestStorage({ dataDir, ...config });
    opened.push(storage);
    return storage;
  };
  beforeEach(() => {
    dataDir = join(mkdtempSync(join(tmpdir(), 'b24task-open-')), 'data');
    opened = [];
  });
  afterEach(async () => {
    await Promise.all(opened.map((storage) => storage.close().catch(() => {})));
    rmSync(join(dataDir, '..'), { recursive: true });
  });

  it('finds everything again after a restart', async () => {
    const before = await open();
    const sent = message();
    await before.identities.save(person, identity);
    await before.outbox.accept(sent);
    await before.close();

    const after = await open();

    expect(await after.identities.find(person)).toEqual(identity);
    expect((await after.outbox.claim(1)).claims.map(requestIn)).toEqual(sent.requests);
    expect(after.singleProcess).toBe(true);
  });

  it('keeps every message that was accepted when the process is killed', async () => {
    const child = spawn(process.execPath, [acceptForever, dataDir]);
    let said = '';
    const enough = new Promise<void>((resolve) => {
      child.stdout.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        if (said.split('\n').length > 60) {
          resolve();
        }
      });
    });
    await Promise.race([enough, once(child, 'exit')]);
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) {
      await once(child, 'exit');
    }
    const accepted = said.split('\n').slice(0, -1);
    expect(accepted.length).toBeGreaterThan(50);

    const storage = await open();

    const kept = new Set((await storage.outbox.listOpen(person)).map(({ id }) => id));
    expect(accepted.filter((id) => !kept.has(id))).toEqual([]);
  });

  it('refuses a second process, and lets it in once the first has ended', async () => {
    const first = await open();
    await expect(open()).rejects.toThrow(AlreadyRunningError);
    const child = spawn(process.execPath, [acceptForever, dataDir]);
    let complaint = '';
    child.stderr.on('data', (chunk: Buffer) => {
      complaint += chunk.toString();
    });
    const stop = setTimeout(() => child.kill('SIGKILL'), 100_000);
    expect(await once(child, 'exit')).toEqual([1, null]);
    clearTimeout(stop);
    expect(complaint).toContain('AlreadyRunningError');
    await first.close();
    await expect(open()).resolves.toBeDefined();
  });

  it('makes its own key, for the owner only, and keeps files to the owner', async () => {
    const storage = await openStorage({ dataDir }, testDeps);
    await storage.identities.save(person, identity);
    await storage.close();
    for (const name of readdirSync(dataDir)) {
      expect(statSync(join(dataDir, name)).mode & 0o077).toBe(0);
    }
    expect(readdirSync(dataDir)).toContain('encryption.key');
  });

  it('leaves nothing readable in its files', async () => {
    const storage = await open();
    await storage.identities.save(person, identity);
    await storage.outbox.accept(message({ text: 'planted-text' }));
    const bytes = readdirSync(dataDir).map((name) => readFileSync(join(dataDir, name), 'latin1'));
    expect(bytes.join('')).toContain('https://acme.bitrix24.com');
    expect(bytes.join('')).not.toContain('planted');
  });

  it('refuses keys that do not fit what is stored, at the start', async () => {
    const storage = await open();
    await storage.close();
    const encryptionKeys = [new Secret(testKey(1).toString('base64'))];
    await expect(open({ encryptionKeys })).rejects.toThrow(DecryptionError);
    await expect(open()).resolves.toBeDefined();
  });

  it('answers with errors, and never with "not found", when it is broken', async () => {
    const storage = await open();
    await storage.identities.save(person, identity);
    const states = storage.records({ name: 'states', schema: z.string() });
    await states.set('a', 'once');
    const saboteur = new DatabaseSync(join(dataDir, 'b24task.db'));
    saboteur.exec('DROP TABLE records; DROP TABLE outbox; DROP TABLE portals');
    saboteur.close();

    await expect(storage.identities.find(person)).rejects.toThrow('no such table');
    await expect(storage.identities.find({ tenant: 'T1', user: 'nobody' })).rejects.toThrow();
    await expect(storage.identities.save(person, identity)).rejects.toThrow();
    await expect(storage.identities.remove(person)).rejects.toThrow();
    for (const use of [states.get, states.take, states.remove]) {
      await expect(use('a')).rejects.toThrow();
    }
    await expect(states.add('a', 'b')).rejects.toThrow();
    await expect(states.list()).rejects.toThrow();
    await expect(storage.outbox.accept(message())).rejects.toThrow();
    await expect(storage.outbox.claim(1)).rejects.toThrow();
    await expect(storage.outbox.listOpen(person)).rejects.toThrow();
    await expect(storage.pacer.draw(acme)).rejects.toThrow();
    await expect(storage.portalMemory.honoursKey(acme)).rejects.toThrow();
  });

  it('answers with errors after it was closed', async () => {
    const storage = await open();
    await storage.identities.save(person, identity);
    await storage.close();
    await expect(storage.identities.find(person)).rejects.toThrow();
    await expect(storage.ping()).rejects.toThrow();
    await expect(storage.outbox.accept(message())).rejects.toThrow();
  });

  it('answers with errors when it can read but not write', async () => {
    const storage = await open();
    await storage.identities.save(person, identity);
    const other = new DatabaseSync(join(dataDir, 'b24task.db'));
    other.exec("CREATE TRIGGER full BEFORE INSERT ON outbox BEGIN SELECT RAISE(ABORT, 'disk is full'); END");
    other.close();
    await expect(storage.outbox.accept(message())).rejects.toThrow('disk is full');
    expect(await storage.identities.find(person)).toEqual(identity);
    expect(await storage.outbox.count()).toEqual({ waiting: 0, sending: 0, parked: 0 });
  });

  it('does not start on a damaged file, nor release a lock that it does not have', async () => {
    mkdirSync(dataDir);
    writeFileSync(join(dataDir, 'b24task.db'), 'this is not a database, and long enough to be looked at'.repeat(50));
    await expect(open()).rejects.toThrow('not a database');
    unlinkSync(join(dataDir, 'b24task.db'));
    await expect(open()).resolves.toBeDefined();
  });

  it('wakes its listeners when something was accepted, until they leave', async () => {
    const storage = await open();
    let woken = 0;
    const leave = storage.onWake(() => {
      woken += 1;
    });
    const sent = message();
    await storage.outbox.accept(sent);
    expect(woken).toBe(1);
    await storage.outbox.accept(sent);
    expect(woken).toBe(1);
    leave();
    await storage.outbox.accept(message());
    expect(woken).toBe(1);
  });

  it('sweeps deliveries and records that are past their time, and nothing else', async () => {
    let now = startOfTime;
    const storage = await openTestStorage({ dataDir }, { clock: () => now });
    opened.push(storage);
    const drafts = storage.records({ name: 'draft', schema: z.string(), ttlMs: 60_000 });
    await drafts.set('old', 'text');
    await storage.identities.save(person, identity);
    const sent = message();
    await storage.outbox.accept(sent);
    await storage.outbox.cancel(person, sent.id);
    now += timing.keepRecordMs;
    await drafts.set('young', 'text');

    await storage.sweep();

    expect(await storage.outbox.find(person, sent.id)).toBeUndefined();
    expect(await drafts.list()).toEqual(['young']);
    expect(await storage.identities.find(person)).toEqual(identity);
  });

  it('serialises work of one person, and lets others go on', async () => {
    const { personLock } = await open();
    const gate = Promise.withResolvers<void>();
    const order: string[] = [];
    const first = personLock.run(person, async () => {
      await gate.promise;
      order.push('first');
    });
    const second = personLock.run(person, async () => order.push('second'));
    await personLock.run({ tenant: 'T1', user: 'U2' }, async () => order.push('other'));
    gate.resolve();
    await Promise.all([first, second]);
    expect(order).toEqual(['other', 'first', 'second']);
    await expect(personLock.run(person, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    expect(await personLock.run(person, async () => 'free again')).toBe('free again');
  });
});
