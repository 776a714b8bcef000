import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Secret } from '../../src/domain/secret.ts';
import type { Storage, StorageDeps } from '../../src/storage/open.ts';
import { createPostgresDatabase } from '../../src/storage/postgres/database.ts';
import { createPool } from '../../src/storage/postgres/pool.ts';
import { keepingLog, message } from '../contract/outbox-harness.ts';
import { hasPgBouncer, type Pooler, startPgBouncer } from '../support/pgbouncer.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { openTestStorage } from './open-test-storage.ts';
import { identityOf } from './rotation-harness.ts';

const why = hasPgBouncer ? '' : ' (skipped: there is no pgbouncer on this machine)';

describe.skipIf(!hasPgBouncer)(`storage behind PgBouncer in transaction mode${why}`, () => {
  let database: TestDatabase;
  let pooler: Pooler;
  let opened: Storage[] = [];
  const open = async (deps: Partial<StorageDeps> = {}) => {
    const storage = await openTestStorage({ databaseUrl: new Secret(pooler.url) }, deps);
    opened.push(storage);
    return storage;
  };
  beforeAll(async () => {
    database = await createTestDatabase();
    pooler = await startPgBouncer(database.url);
  });
  afterEach(async () => {
    await Promise.all(opened.map((storage) => storage.close()));
    opened = [];
  });
  afterAll(async () => {
    await pooler.close();
    await database.drop();
  });

  it('links thirty people at once on two replicas, and leaves no lock behind', async () => {
    const replicas = [await open({ holder: 'one' }), await open({ holder: 'two' })];
    const people = Array.from({ length: 30 }, (_, index) => ({ tenant: 'T1', user: `U${index}` }));
    const inside = new Map<string, number>();
    const link = ({ personLock, identities }: Storage, person: (typeof people)[number], number: number) =>
      personLock.run(person, async () => {
        inside.set(person.user, (inside.get(person.user) ?? 0) + 1);
        await identities.save(person, identityOf(number));
        expect(inside.get(person.user)).toBe(1);
        inside.set(person.user, 0);
      });
    const linking = people.flatMap((person, index) => replicas.map((replica) => link(replica, person, index)));
    expect((await Promise.allSettled(linking)).filter(({ status }) => status === 'rejected')).toEqual([]);
    const direct = createPostgresDatabase(createPool(new Secret(database.url), 1, keepingLog([])));
    const [row] = await direct.query(
      "SELECT count(*) AS locks FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE locktype = 'advisory' AND d.datname = current_database()",
    );
    expect(z.object({ locks: z.number() }).parse(row).locks).toBe(0);
    await direct.close();
  });

  it('keeps transactions apart whose statements do not wait for answers, also where one is refused midway', async () => {
    const pooled = createPostgresDatabase(createPool(new Secret(pooler.url), 8, keepingLog([])));
    await pooled.query('CREATE TABLE noted (word TEXT PRIMARY KEY)');
    const insert = 'INSERT INTO noted (word) VALUES ($1)';
    const noting = Array.from({ length: 60 }, (_, index) =>
      pooled.transaction(async (transaction) => {
        transaction.lock([`noted ${index % 5}`]);
        transaction.execute(insert, [`${index} first`]);
        transaction.execute(insert, [index % 3 === 0 ? `${index} first` : `${index} second`]);
        const [row] = await transaction.query('SELECT count(*) AS own FROM noted WHERE word LIKE $1', [`${index} %`]);
        transaction.execute(insert, [`${index} third`]);
        transaction.commit();
        return z.object({ own: z.number() }).parse(row).own;
      }),
    );
    const results = await Promise.allSettled(noting);
    expect(results.map((result) => (result.status === 'fulfilled' ? result.value : String(result.reason)))).toEqual(
      results.map((_, index) => (index % 3 === 0 ? expect.stringContaining('duplicate key') : 2)),
    );
    const [row] = await pooled.query('SELECT count(*) AS words FROM noted');
    expect(row).toEqual({ words: 3 * 40 });
    await pooled.close();
  });

  it('accepts, claims and settles, in its order', async () => {
    const { outbox } = await open();
    const sent = [message({ text: 'one' }), message({ text: 'two' })];
    for (const each of sent) {
      await outbox.accept(each);
    }
    for (const { id } of sent) {
      const [claim] = (await outbox.claim(10)).claims;
      expect(claim?.delivery.id).toBe(id);
      expect(claim && (await outbox.settle(claim, { kind: 'end', outcome: { kind: 'delivered' } }, {}))).toMatchObject({
        kind: 'written',
      });
    }
  });

  it('detects that notifications do not arrive there, and logs that it polls', async () => {
    const polls = Promise.withResolvers<void>();
    const log = keepingLog([]);
    const warn = (_: object, text: string) => (text.includes('this replica polls') ? polls.resolve() : undefined);
    const storage = await open({ log: { ...log, warn } });
    storage.onWake(() => {});
    await polls.promise;
    await storage.ping();
  });
});
