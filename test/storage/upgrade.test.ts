import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { doctor } from '../../src/admin/diagnostics.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { Database } from '../../src/storage/database.ts';
import { migrate, UnknownSchemaError } from '../../src/storage/migrations.ts';
import type { Storage, StorageConfig } from '../../src/storage/open.ts';
import { createPostgresDatabase } from '../../src/storage/postgres/database.ts';
import { createPool } from '../../src/storage/postgres/pool.ts';
import { createTaskMemory } from '../../src/storage/records/task-memory.ts';
import { runCommand, settingsFor } from '../admin/run-command.ts';
import { acme, keepingLog, requestIn, startOfTime } from '../contract/outbox-harness.ts';
import type { Engine } from '../support/harness.ts';
import { createTestDatabase } from '../support/postgres.ts';
import { holdTime } from '../support/postgres-time.ts';
import { testKey } from '../support/test-key.ts';
import { openTestStorage } from './open-test-storage.ts';

/**
 * Databases as the release with schema 2 left them at `startOfTime`, with the key of `openTestStorage`: links, a default, a
 * thread's task, an installation, and messages in every state.
 */
const dumps = { SQLite: read('schema-2-sqlite.sql'), PostgreSQL: read('schema-2-postgres.sql') } as const;

function read(name: string): string {
  return readFileSync(new URL(`../fixtures/storage/${name}`, import.meta.url), 'utf8');
}

const anna = { tenant: 'T1', user: 'U1' };
const vera = { tenant: 'T1', user: 'U3' };

describe.each(['SQLite', 'PostgreSQL'] as const)('a database of an earlier release on %s', (engine) => {
  it('gives every link, token, default and task back', async () => {
    const storage = await upgraded(engine);
    expect(await storage.identities.find(anna)).toMatchObject({ id: 'identity-1', account: { userId: '7' } });
    const boris = await storage.identities.find({ tenant: 'T1', user: 'U2' });
    expect(boris?.credential.kind === 'oauth' && boris.credential.refreshToken.reveal()).toBe('test-refresh');
    expect((await storage.installations.find('T1'))?.bot.token.reveal()).toBe('test-bot-token');
    const memory = createTaskMemory(storage.records);
    expect(await memory.channelDefault({ tenant: 'T1', channel: 'C1' })).toEqual({ portal: acme, task: 51 });
    expect(await memory.threadTask({ tenant: 'T1', channel: 'C1', thread: '1.2' })).toEqual({ portal: acme, task: 52 });
    expect(await memory.recent(anna)).toMatchObject([{ title: 'Report' }]);
    expect(await storage.portalMemory.honoursKey(acme)).toBe(true);
  });

  it('sends everything that waited once, in its order, and nothing of what had ended', async () => {
    const storage = await upgraded(engine);
    await takeUp(storage);
    const sent: string[] = [];
    await sendAll(storage, sent);
    expect(sent.toSorted()).toEqual(
      ['delayed', 'part 2', 'part 3', 'under-way', 'waiting', 'waiting-behind'].toSorted(),
    );
    expect(sent.indexOf('waiting')).toBeLessThan(sent.indexOf('waiting-behind'));

    expect(await storage.outbox.listOpen(vera)).toMatchObject([{ parked: true }, { parked: true }]);
    await storage.outbox.relink(vera, { portal: acme, userId: '9', name: 'Vera' });
    const resumed: string[] = [];
    await sendAll(storage, resumed);
    expect(resumed).toEqual(['parked', 'parked-behind']);
    expect((await storage.outbox.claim(100)).claims).toEqual([]);
  });

  it('tells the sender of what had ended, and offers its text', async () => {
    const storage = await upgraded(engine);
    const due = await storage.outbox.claimReports(100);
    expect(due.filter(({ kind }) => kind === 'final').map(({ delivery }) => delivery.id)).toEqual(['ended-untold']);
    expect(await storage.outbox.contentOf(anna, 'ended-untold')).toMatchObject({
      account: { portal: acme, userId: '7' },
      requests: ['{"text":"ended-untold"}'],
    });
  });

  it('has its texts bound to their senders by rotating the keys, with the same key', async () => {
    const { storage, database } = await upgradedWithDoor(engine);
    const starts = async () => {
      const rows = await database.query('SELECT substr(payload, 1, 3) AS start FROM outbox ORDER BY seq');
      return new Set(rows.map(({ start }) => start));
    };
    expect(await starts()).toEqual(new Set(['v1.']));
    expect(await storage.rotateKeys(() => {})).toMatchObject({ rewritten: 9, unreadable: [], left: 0 });
    expect(await starts()).toEqual(new Set(['v2.']));
    await takeUp(storage);
    const sent: string[] = [];
    await sendAll(storage, sent);
    expect(sent).toHaveLength(6);
    await database.query("UPDATE outbox SET slack_user = 'U1' WHERE id = 'parked'");
    await expect(storage.outbox.contentOf(anna, 'parked')).rejects.toThrow('cannot be decrypted');
  });

  it('is left as it is by the doctor, who says what the start of this release will add', async () => {
    const { database, config } = await loaded(engine);
    const settings = {
      dataDir: config.dataDir,
      ...(config.databaseUrl ? { databaseUrl: config.databaseUrl.reveal() } : {}),
    };
    const env = { ...settingsFor(settings, testKey(9).toString('base64')), SLACK_API_URL: 'http://127.0.0.1:9/api/' };
    const before = await runCommand(doctor, env);
    expect(before.text).toMatch(
      new RegExp(
        `WARNING ${engine}: is of an earlier release \\(schema 2 of \\d+\\).* adds .*the history of failed attempts`,
      ),
    );
    expect(await database.query('SELECT version FROM b24task_schema')).toMatchObject([{ version: 2 }]);
    await (await openTestStorage(config)).close();
    expect((await runCommand(doctor, env)).text).toContain(`OK      ${engine}: opens, writes and reads`);
  });

  it('is made by the migrations as they were then', async () => {
    const statements: string[] = [];
    await migrate(recording(engine, statements));
    const [then = ''] = dumps[engine].split('DELETE FROM b24task_schema');
    expect(statements.join('').replaceAll(/\n\s+/g, ' ')).toContain(
      then.replaceAll(';\n', '').replace('CREATE TABLE IF NOT EXISTS b24task_schema (version INTEGER NOT NULL)', ''),
    );
  });
});

describe.each(['SQLite', 'PostgreSQL'] as const)('a database that this release does not know, on %s', (engine) => {
  it.each([
    ['of a newer release', 'UPDATE b24task_schema SET version = 99', 'A newer release has written here'],
    ['that lost a column', 'ALTER TABLE outbox DROP COLUMN said', 'the table outbox is not as schema'],
    ['that lost a table', 'DROP TABLE portals', 'the table portals is not as schema'],
  ] as const)('is refused by the start and by the doctor, and left as it is: one %s', async (_, change, message) => {
    const { storage, database, config } = await upgradedWithDoor(engine);
    await storage.close();
    await database.query(change);
    await expect(openTestStorage(config)).rejects.toThrow(UnknownSchemaError);
    const settings = {
      dataDir: config.dataDir,
      ...(config.databaseUrl ? { databaseUrl: config.databaseUrl.reveal() } : {}),
    };
    const ran = await runCommand(doctor, {
      ...settingsFor(settings, testKey(9).toString('base64')),
      SLACK_API_URL: 'http://127.0.0.1:9/api/',
    });
    expect(ran.code).toBe(1);
    expect(ran.text).toContain(`PROBLEM ${engine}: `);
    expect(ran.text).toContain(message);
  });
});

type Upgraded = {
  readonly storage: Storage;
  readonly database: Database | DirectSqlite;
  readonly config: Pick<StorageConfig, 'dataDir' | 'databaseUrl'>;
};

type DirectSqlite = Pick<Database, 'query'>;

async function upgraded(engine: Engine): Promise<Storage> {
  return (await upgradedWithDoor(engine)).storage;
}

const now = startOfTime + 60_000;

async function loaded(engine: Engine): Promise<Omit<Upgraded, 'storage'>> {
  const dataDir = mkdtempSync(join(tmpdir(), 'b24task-upgrade-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true }));
  const { databaseUrl, database } = engine === 'SQLite' ? loadSqlite(dataDir) : await loadPostgres(now);
  return { database, config: { dataDir, ...(databaseUrl ? { databaseUrl } : {}) } };
}

/** Loads the dump and opens it with this release, a minute later. */
async function upgradedWithDoor(engine: Engine): Promise<Upgraded> {
  const { database, config } = await loaded(engine);
  const storage = await openTestStorage(config, { clock: () => now, holder: 'new' });
  onTestFinished(() => storage.close().catch(() => {}));
  return { storage, database, config };
}

function loadSqlite(dataDir: string) {
  const path = join(dataDir, 'b24task.db');
  const first = new DatabaseSync(path);
  first.exec(dumps.SQLite);
  first.close();
  const database: DirectSqlite = {
    async query(text) {
      const connection = new DatabaseSync(path);
      try {
        return connection.prepare(text).all();
      } finally {
        connection.close();
      }
    },
  };
  return { databaseUrl: undefined, database };
}

async function loadPostgres(now: number) {
  const { url, drop } = await createTestDatabase();
  const pool = createPool(new Secret(url), 2, keepingLog([]));
  onTestFinished(async () => {
    await pool.end();
    await drop();
  });
  await pool.query(dumps.PostgreSQL);
  const database = createPostgresDatabase(pool);
  await (await holdTime(database))(now);
  return { databaseUrl: new Secret(url), database };
}

/** What the process that died had under way is taken up as not having left. */
async function takeUp({ outbox }: Storage): Promise<void> {
  const again = { kind: 'wait', delayMs: 0, failures: 0, ambiguous: false } as const;
  await outbox.recoverLeases(() => again, { all: true });
}

const textOf = z.object({ text: z.string() });

async function sendAll({ outbox }: Storage, sent: string[]): Promise<void> {
  for (;;) {
    const { claims } = await outbox.claim(10);
    if (claims.length === 0) {
      return;
    }
    for (const claim of claims) {
      sent.push(textOf.parse(JSON.parse(requestIn(claim))).text);
      const isLast = claim.part === claim.delivery.parts;
      const done = isLast
        ? ({ kind: 'end', outcome: { kind: 'delivered' } } as const)
        : ({ kind: 'next-part' } as const);
      await outbox.settle(claim, done, {});
    }
  }
}

/** A database that does nothing and keeps what it is asked. */
function recording(engine: Engine, statements: string[]): Database {
  const queries = {
    rowsPerStatement: 1,
    async query(text: string) {
      statements.push(text);
      return [];
    },
  };
  const sqlite = engine === 'SQLite';
  return {
    ...queries,
    dialect: {
      engine: sqlite ? 'sqlite' : 'postgres',
      forUpdate: '',
      skipLocked: '',
      sequence: sqlite ? 'INTEGER PRIMARY KEY' : 'BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY',
    },
    transaction: (work) => work({ ...queries, execute: (text) => void queries.query(text), lock() {}, commit() {} }),
    probe: async () => {},
    dropDeleted: async () => {},
    vacuum: async () => {},
    close: async () => {},
  };
}
