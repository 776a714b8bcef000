import { Socket } from 'node:net';
import { Pool } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { StorageUncertainError } from '../../src/delivery/ports.ts';
import { Secret } from '../../src/domain/secret.ts';
import { type Database, StorageUnavailableError } from '../../src/storage/database.ts';
import { createPostgresDatabase } from '../../src/storage/postgres/database.ts';
import { connectionSettings, createPool } from '../../src/storage/postgres/pool.ts';
import { keepingLog } from '../contract/outbox-harness.ts';
import { type CuttingProxy, startCuttingProxy } from '../support/cutting-proxy.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';

/** Counts how often it is written to. */
class CountingSocket extends Socket {
  writes = 0;

  override _write(...given: Parameters<Socket['_write']>): void {
    this.writes += 1;
    super._write(...given);
  }

  override _writev(...given: Parameters<NonNullable<Socket['_writev']>>): void {
    this.writes += 1;
    super._writev?.(...given);
  }
}

const insert = 'INSERT INTO noted (word) VALUES ($1)';

describe('a transaction on PostgreSQL', () => {
  let server: TestDatabase;
  let proxy: CuttingProxy;
  let database: Database;
  beforeAll(async () => {
    server = await createTestDatabase();
  });
  beforeEach(async () => {
    proxy = await startCuttingProxy(server.url);
    database = createPostgresDatabase(createPool(new Secret(proxy.url), 1, keepingLog([])));
    await database.query('DROP TABLE IF EXISTS noted');
    await database.query('CREATE TABLE noted (word TEXT PRIMARY KEY)');
    proxy.sent();
  });
  afterEach(async () => {
    await database.close();
    await proxy.close();
  });
  afterAll(() => server.drop());

  const words = async () => (await database.query('SELECT word FROM noted ORDER BY word')).map(({ word }) => word);

  it('sends what is asked for at one time without waiting for answers, the commit as well', async () => {
    const held = Promise.withResolvers<void>();
    const locked = Promise.withResolvers<void>();
    const other = createPostgresDatabase(createPool(new Secret(server.url), 1, keepingLog([])));
    const holding = other.transaction(async (transaction) => {
      transaction.lock(['one']);
      await transaction.query('SELECT 1');
      locked.resolve();
      await held.promise;
    });
    await locked.promise;
    let sent = '';
    const waiting = database.transaction(async (transaction) => {
      transaction.lock(['one']);
      transaction.execute(insert, ['a']);
      transaction.execute(insert, ['b']);
      transaction.commit();
    });
    await expect.poll(() => (sent += proxy.sent())).toMatch(/BEGIN.*pg_advisory_xact_lock.*INSERT.*INSERT.*COMMIT/s);
    held.resolve();
    await Promise.all([holding, waiting]);
    await other.close();
    expect(await words()).toEqual(['a', 'b']);
  });

  it('sends what is asked for at one time in one write, and the next in another one', async () => {
    const sockets: CountingSocket[] = [];
    const stream = () => {
      const socket = new CountingSocket();
      sockets.push(socket);
      return socket;
    };
    const counted = createPostgresDatabase(new Pool({ ...connectionSettings(new Secret(server.url)), max: 1, stream }));
    await counted.query('SELECT 1');
    const before = sockets[0]?.writes ?? 0;
    await counted.transaction(async (transaction) => {
      transaction.lock(['one']);
      const first = transaction.query(insert, ['a']);
      transaction.execute(insert, ['b']);
      await first;
      transaction.execute(insert, ['c']);
      transaction.commit();
    });
    expect((sockets[0]?.writes ?? 0) - before).toBe(2);
    await counted.close();
    expect(sockets).toHaveLength(1);
  });

  it('answers statements in the order in which they were asked for', async () => {
    const counts = await database.transaction(async (transaction) => {
      const count = 'SELECT CAST(count(*) AS integer) AS n FROM noted';
      const before = transaction.query(count);
      transaction.execute(insert, ['a']);
      return Promise.all([before, transaction.query(count)]);
    });
    expect(counts).toEqual([[{ n: 0 }], [{ n: 1 }]]);
  });

  it.each([
    ['and commits nothing that was asked for behind it', (transaction: { commit(): void }) => transaction.commit()],
    ['also where the commit was not asked for', () => {}],
  ])('fails with the statement that was refused, %s', async (_, finish) => {
    await database.query(insert, ['a']);
    const failing = database.transaction(async (transaction) => {
      transaction.execute(insert, ['b']);
      transaction.execute(insert, ['a']);
      transaction.execute(insert, ['c']);
      finish(transaction);
    });
    await expect(failing).rejects.toThrow('duplicate key');
    expect(await words()).toEqual(['a']);
  });

  it('fails with what was refused first, whichever answer is waited for', async () => {
    await database.query(insert, ['a']);
    const failing = database.transaction(async (transaction) => {
      transaction.execute(insert, ['a']);
      await transaction.query('SELECT word FROM noted');
    });
    await expect(failing).rejects.toThrow('duplicate key');
    expect(await words()).toEqual(['a']);
  });

  it('is rolled back where its work fails, and what was asked for is waited for', async () => {
    const failing = database.transaction(async (transaction) => {
      transaction.execute(insert, ['a']);
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await words()).toEqual([]);
  });

  it('is not said to be undone where its work fails behind the commit', async () => {
    const failing = database.transaction(async (transaction) => {
      transaction.execute(insert, ['a']);
      transaction.commit();
      throw new Error('too late');
    });
    await expect(failing).rejects.toThrow(StorageUncertainError);
    expect(await words()).toEqual(['a']);
  });

  it.each([
    ['is unknown where the connection was lost with the commit on its way', true, StorageUncertainError],
    ['is undone where the connection was lost before the commit was asked for', false, StorageUnavailableError],
  ])('%s', async (_, commits, expected) => {
    proxy.cutAt('lost', 'before');
    const failing = database.transaction(async (transaction) => {
      transaction.execute(insert, ['lost']);
      await (commits ? transaction.commit() : transaction.query('SELECT word FROM noted'));
    });
    await expect(failing).rejects.toThrow(expected);
    expect(await words()).toEqual([]);
  });

  it('asks the server for nothing where nothing is asked of it', async () => {
    await database.transaction(async (transaction) => transaction.commit());
    expect(proxy.sent()).toBe('');
  });
});
