import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { StorageUncertainError } from '../../src/delivery/ports.ts';
import { Secret } from '../../src/domain/secret.ts';
import { type Database, StorageUnavailableError } from '../../src/storage/database.ts';
import { DecryptionError } from '../../src/storage/encryption/cipher.ts';
import { UnusableKeysError } from '../../src/storage/encryption/keys.ts';
import { openStorage, type Storage, type StorageDeps } from '../../src/storage/open.ts';
import { createPostgresDatabase } from '../../src/storage/postgres/database.ts';
import { createPool } from '../../src/storage/postgres/pool.ts';
import { acme, keepingLog, message } from '../contract/outbox-harness.ts';
import { type CuttingProxy, startCuttingProxy } from '../support/cutting-proxy.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { testKey } from '../support/test-key.ts';
import { openTestStorage, testDeps } from './open-test-storage.ts';

const person = { tenant: 'T1', user: 'U1' };
const identity = {
  id: 'identity-1',
  account: { portal: acme, userId: '7', name: 'planted-name' },
  linkedAt: 1,
  credential: { kind: 'webhook', portal: acme, webhookUserId: '7', secret: new Secret('planted-secret') },
} as const;

describe('storage in PostgreSQL', () => {
  let database: TestDatabase;
  let direct: Database;
  let proxy: CuttingProxy;
  let opened: Storage[] = [];
  const open = async (holder = 'test', deps: Partial<StorageDeps> = {}) => {
    const storage = await openTestStorage({ databaseUrl: new Secret(proxy.url) }, { ...deps, holder });
    opened.push(storage);
    return storage;
  };
  beforeAll(async () => {
    database = await createTestDatabase();
    direct = createPostgresDatabase(createPool(new Secret(database.url), 2, keepingLog([])));
  });
  beforeEach(async () => {
    proxy = await startCuttingProxy(database.url);
  });
  afterEach(async () => {
    await Promise.all(opened.map((storage) => storage.close()));
    opened = [];
    await proxy.close();
    await direct.query('DROP SCHEMA public CASCADE');
    await direct.query('CREATE SCHEMA public');
  });
  afterAll(async () => {
    await direct.close();
    await database.drop();
  });

  const serverTime = async () => {
    const [row] = await direct.query('SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::float8 AS ms');
    return z.object({ ms: z.number() }).parse(row).ms;
  };

  it('is made by several replicas that start at once, and found by later ones', async () => {
    const replicas = await Promise.all(['one', 'two', 'three'].map((holder) => open(holder)));
    await replicas[0]?.identities.save(person, identity);
    expect(await replicas[2]?.identities.find(person)).toEqual(identity);
    const later = await open('later');
    expect(await later.identities.find(person)).toEqual(identity);
    expect(later.singleProcess).toBe(false);
    expect(await direct.query('SELECT version FROM b24task_schema')).toHaveLength(1);
  });

  it('tells by the clock of the server, in whole milliseconds', async () => {
    const { outbox } = await open();
    const sent = message();
    const before = await serverTime();
    await outbox.accept(sent);
    const after = await serverTime();
    const acceptedAt = (await outbox.find(person, sent.id))?.acceptedAt ?? 0;
    expect(Number.isInteger(acceptedAt)).toBe(true);
    expect([before, acceptedAt, after]).toEqual([before, acceptedAt, after].toSorted((one, other) => one - other));
  });

  it('claims again what it leased when the answer to that was lost, although it renews its leases meanwhile', async () => {
    const { outbox } = await open();
    const sent = message();
    await outbox.accept(sent);
    proxy.cutAt('COMMIT', 'answer');
    await expect(outbox.claim(10)).rejects.toThrow(StorageUncertainError);
    await outbox.renewLeases();
    const { claims } = await outbox.claim(10);
    expect(claims.map(({ delivery }) => delivery.id)).toEqual([sent.id]);
  });

  it('leaves nothing readable in its tables', async () => {
    const storage = await open();
    await storage.identities.save(person, identity);
    await storage.outbox.accept(message({ text: 'planted-text' }));
    for (const table of ['records', 'outbox', 'portals']) {
      const rows = JSON.stringify(await direct.query(`SELECT * FROM ${table}`));
      expect(rows.length).toBeGreaterThan(50);
      expect(rows).not.toContain('planted');
    }
  });

  it('needs keys, and the ones that fit what is stored', async () => {
    await open();
    const databaseUrl = new Secret(database.url);
    await expect(openStorage({ databaseUrl, dataDir: 'unused' }, testDeps)).rejects.toThrow(UnusableKeysError);
    const encryptionKeys = [new Secret(testKey(1).toString('base64'))];
    await expect(openTestStorage({ databaseUrl, encryptionKeys })).rejects.toThrow(DecryptionError);
  });

  it('does not start where there is no server', async () => {
    const nowhere = new Secret('postgres://postgres:planted-password@127.0.0.1:9/none');
    const failure = await openTestStorage({ databaseUrl: nowhere }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StorageUnavailableError);
    expect(String(failure)).not.toContain('planted');
  });

  it('does not know whether a message is stored when the answer to the commit was lost', async () => {
    const { outbox } = await open();
    const sent = message();
    proxy.cutAt('COMMIT', 'answer');
    await expect(outbox.accept(sent)).rejects.toThrow(StorageUncertainError);
    expect(await outbox.accept(sent)).toEqual({ kind: 'duplicate', same: true });
  });

  it('knows that nothing is stored when the connection was lost before the commit', async () => {
    const { outbox } = await open();
    const sent = message();
    proxy.cutAt('WITH item(', 'before');
    await expect(outbox.accept(sent)).rejects.toThrow(StorageUnavailableError);
    expect(await outbox.accept(sent)).toEqual({ kind: 'accepted' });
  });

  it('writes an outcome once, also when the answer to the commit was lost', async () => {
    const { outbox } = await open();
    await outbox.accept(message());
    const [claim] = (await outbox.claim(1)).claims;
    if (!claim) {
      throw new Error('Nothing is due');
    }
    const end = { kind: 'end', outcome: { kind: 'delivered' } } as const;
    proxy.cutAt('COMMIT', 'answer');
    await expect(outbox.settle(claim, end, {})).rejects.toThrow(StorageUncertainError);
    expect(await outbox.settle(claim, end, {})).toEqual({ kind: 'lost' });
    expect(await outbox.listEnded(person, 5)).toMatchObject([{ state: 'delivered' }]);
  });

  it.each([
    ['knows that nothing is stored when the server refuses the commit', '23514', false],
    ['does not know what is stored when the server is stopped during the commit', '57P01', true],
  ])('%s', async (_, code, isUncertain) => {
    const { outbox } = await open();
    await direct.query(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql
      AS $$ BEGIN RAISE EXCEPTION 'not now' USING ERRCODE = '${code}'; END $$`);
    await direct.query(`CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON outbox DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION refuse()`);
    const sent = message();
    const failure = await outbox.accept(sent).catch((error: unknown) => error);
    expect(failure instanceof StorageUncertainError).toBe(isUncertain);
    expect(String(isUncertain && failure instanceof Error ? failure.cause : failure)).toContain('not now');
    await direct.query('DROP FUNCTION refuse CASCADE');
    expect(await outbox.accept(sent)).toEqual({ kind: 'accepted' });
  });

  it('hands out what it had leased when the answer to the commit was lost', async () => {
    const { outbox } = await open();
    const sent = message();
    await outbox.accept(sent);
    proxy.cutAt('COMMIT', 'answer');
    await expect(outbox.claim(1)).rejects.toThrow(StorageUncertainError);
    await outbox.renewLeases();
    expect((await outbox.claim(1)).claims).toMatchObject([
      { delivery: { id: sent.id }, progress: { ambiguous: false } },
    ]);
  });

  it('answers with errors, and never with "not found", while it is gone, and works again after', async () => {
    const storage = await open();
    const states = storage.records({ name: 'states', schema: z.string() });
    await storage.identities.save(person, identity);
    proxy.refuse(true);
    const stranger = { tenant: 'T1', user: 'nobody' };
    const uses: readonly (() => Promise<unknown>)[] = [
      () => storage.identities.find(person),
      () => storage.identities.find(stranger),
      () => storage.identities.save(person, identity),
      () => storage.identities.remove(stranger),
      () => states.get('a'),
      () => states.take('a'),
      () => states.add('a', 'b'),
      () => states.list(),
      () => storage.outbox.accept(message()),
      () => storage.outbox.claim(1),
      () => storage.outbox.listOpen(person),
      () => storage.outbox.claimReports(1),
      () => storage.pacer.draw(acme),
      () => storage.portalMemory.honoursKey(acme),
      () => storage.personLock.run(person, async () => 'never'),
      () => storage.ping(),
    ];
    for (const use of uses) {
      await expect(use()).rejects.toThrow(StorageUnavailableError);
    }
    proxy.refuse(false);
    expect(await storage.identities.find(person)).toEqual(identity);
    expect(await storage.personLock.run(person, async () => 'again')).toBe('again');
    await storage.ping();
  });

  it('is not ready while the server takes no writes, and is again after that', async () => {
    let now = 0;
    const storage = await openTestStorage({ databaseUrl: new Secret(proxy.url) }, { steady: () => now });
    opened.push(storage);
    await storage.ping();
    const [name] = await direct.query('SELECT current_database() AS name');
    const { name: databaseName } = z.object({ name: z.string() }).parse(name);
    for (const [setting, isReady] of [
      ['on', false],
      ['off', true],
    ] as const) {
      await direct.query(`ALTER DATABASE "${databaseName}" SET default_transaction_read_only = ${setting}`);
      await direct.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
      );
      now += 10_000;
      // Connections that were ended fail once more; the next ones are new.
      await Promise.allSettled(Array.from({ length: 5 }, () => storage.identities.find(person)));
      const ready = storage.ping().then(
        () => true,
        () => false,
      );
      expect(await ready).toBe(isReady);
    }
  });

  it('survives that the server ends its connections', async () => {
    const storage = await open();
    storage.onWake(() => {});
    await storage.outbox.accept(message());
    await direct.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    );
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => storage.outbox.listOpen(person)));
    expect(results.every((result) => result.status === 'rejected' || result.value.length === 1)).toBe(true);
    expect(await storage.outbox.listOpen(person)).toHaveLength(1);
  });

  it('wakes other replicas when something was accepted, also after their connection was lost', async () => {
    const [one, two] = await Promise.all([open('one'), open('two')]);
    let wake = () => {};
    const woken = () =>
      new Promise<void>((resolve) => {
        wake = resolve;
      });
    const listening = woken();
    two.onWake(() => wake());
    await listening;
    const accepted = woken();
    await one.outbox.accept(message());
    await accepted;
    const again = woken();
    await direct.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'",
    );
    await again;
    const later = woken();
    await one.outbox.accept(message());
    await later;
  });

  it('serialises the work of one person between replicas', async () => {
    const [one, two] = await Promise.all([open('one'), open('two')]);
    const gate = Promise.withResolvers<void>();
    const started = Promise.withResolvers<void>();
    const order: string[] = [];
    const first = one.personLock.run(person, async () => {
      started.resolve();
      await gate.promise;
      order.push('first');
    });
    await started.promise;
    const second = two.personLock.run(person, async () => order.push('second'));
    await two.personLock.run({ tenant: 'T1', user: 'U2' }, async () => order.push('other'));
    gate.resolve();
    await Promise.all([first, second]);
    expect(order).toEqual(['other', 'first', 'second']);
  });

  it('takes 19 connections at most, however much is asked of it', async () => {
    const storage = await open();
    const listening = Promise.withResolvers<void>();
    storage.onWake(() => listening.resolve());
    await listening.promise;
    const gate = Promise.withResolvers<void>();
    const held = Array.from({ length: 8 }, () => Promise.withResolvers<void>());
    const people = Array.from({ length: 20 }, (_, index) => ({ tenant: 'T1', user: `U${index}` }));
    const locked = people.map((each, index) =>
      storage.personLock.run(each, async () => {
        held[index]?.resolve();
        await gate.promise;
      }),
    );
    await Promise.all(held.map(({ promise }) => promise));
    await Promise.all(Array.from({ length: 100 }, () => storage.outbox.find(person, 'none')));
    const [row] = await direct.query(
      'SELECT count(*) AS taken FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    );
    expect(z.object({ taken: z.number() }).parse(row).taken).toBe(19);
    gate.resolve();
    await Promise.all(locked);
  });

  it('answers all who look up records at the same time, with few questions', async () => {
    let questions = 0;
    const storage = await open('test', { observe: () => (questions += 1) });
    const people = Array.from({ length: 250 }, (_, index) => ({ tenant: 'T1', user: `U"${index}\\` }));
    const users = people.map((_, index) => ({ ...identity, id: `id-${index}` }));
    await Promise.all(people.map((each, index) => storage.identities.save(each, users[index] ?? identity)));
    questions = 0;
    const found = await Promise.all([...people, ...people].map((each) => storage.identities.find(each)));
    expect(found).toEqual([...users, ...users]);
    expect(questions).toBeLessThan(10);
  });

  it('has connections left for those who hold a lock', async () => {
    const { personLock, identities } = await open();
    const people = Array.from({ length: 30 }, (_, index) => ({ tenant: 'T1', user: `U${index}` }));
    await Promise.all(people.map((each) => personLock.run(each, () => identities.save(each, identity))));
    expect(await identities.find({ tenant: 'T1', user: 'U29' })).toEqual(identity);
  });
});
