import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import type { Rate } from '../../src/domain/portal.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { Database } from '../../src/storage/database.ts';
import { createCipher } from '../../src/storage/encryption/cipher.ts';
import { migrate } from '../../src/storage/migrations.ts';
import { createOutbox } from '../../src/storage/outbox/outbox.ts';
import { createPostgresDatabase } from '../../src/storage/postgres/database.ts';
import { createPool } from '../../src/storage/postgres/pool.ts';
import { openSqlite } from '../../src/storage/sqlite/database.ts';
import { keepingLog, type OutboxHarness, startOfTime, timing } from '../contract/outbox-harness.ts';
import { createTestDatabase } from '../support/postgres.ts';
import { holdTime } from '../support/postgres-time.ts';
import { testKey } from '../support/test-key.ts';

/** Looks at what a holder asks of its database. */
export type Watch = (database: Database) => Database;

const cipher = createCipher([testKey(7)]);

/** A harness on one SQLite file; its holders share the connection, as one process does. */
export async function createSqliteHarness(watch: Watch = (database) => database): Promise<OutboxHarness> {
  const folder = mkdtempSync(join(tmpdir(), 'b24task-outbox-'));
  let now = startOfTime;
  const database = openSqlite(join(folder, 'b24task.db'), { clock: () => now });
  await migrate(database);
  return createHarness({
    database,
    connect: () => watch(database),
    now: () => now,
    setNow: async (time) => {
      now = time;
    },
    close: async () => {
      await database.close();
      rmSync(folder, { recursive: true });
    },
  });
}

/** A harness on a fresh PostgreSQL database; each holder has connections of its own. */
export async function createPostgresHarness(watch: Watch = (database) => database): Promise<OutboxHarness> {
  const { url, drop } = await createTestDatabase();
  const pools: Pool[] = [];
  const connect = () => {
    const pool = createPool(new Secret(url), 4, keepingLog([]));
    pools.push(pool);
    return createPostgresDatabase(pool);
  };
  const database = connect();
  await migrate(database);
  const setNow = await holdTime(database);
  let now = startOfTime;
  await setNow(now);
  return createHarness({
    database,
    connect: () => watch(connect()),
    now: () => now,
    setNow: async (time) => {
      await setNow(time);
      now = time;
    },
    close: async () => {
      await Promise.all(pools.map((pool) => pool.end()));
      await drop();
    },
  });
}

type Ground = {
  readonly database: Database;
  connect(): Database;
  now(): number;
  setNow(time: number): Promise<void>;
  close(): Promise<void>;
};

function createHarness(ground: Ground): OutboxHarness {
  const logged: { fields: object; message: string }[] = [];
  let rate: Rate = { burst: 50, perSecond: 2 };
  let commits = 0;
  let steady = 0;

  function counting(database: Database): Database {
    let writing = 0;
    return {
      ...database,
      async query(text, values) {
        if (text.startsWith('SELECT')) {
          return database.query(text, values);
        }
        commits += writing === 0 ? 1 : 0;
        writing += 1;
        try {
          return await database.query(text, values);
        } finally {
          writing -= 1;
        }
      },
      transaction: async (work) => {
        const value = await database.transaction(work);
        commits += 1;
        return value;
      },
    };
  }

  return {
    holder: (name) =>
      createOutbox({
        database: counting(ground.connect()),
        cipher,
        timing,
        rateOf: () => rate,
        holder: name,
        log: keepingLog(logged),
        steady: () => steady,
        wake: () => {},
      }),
    database: ground.database,
    commits: () => commits,
    logged,
    now: ground.now,
    advance(ms) {
      steady += ms;
      return ground.setNow(ground.now() + ms);
    },
    jump: (ms) => ground.setNow(ground.now() + ms),
    setRate: (given) => {
      rate = given;
    },
    async reset() {
      await ground.database.query('DELETE FROM outbox');
      await ground.database.query('DELETE FROM chat_messages');
      await ground.database.query('DELETE FROM portals');
      await ground.database.query('UPDATE b24task_clock SET shift = 0');
      await ground.setNow(startOfTime);
      rate = { burst: 50, perSecond: 2 };
      logged.length = 0;
    },
    close: ground.close,
  };
}
