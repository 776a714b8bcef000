import { z } from 'zod';
import { type Database, type Dialect, type Queries, StorageUnavailableError } from './database.ts';
import { portalColumns } from './outbox/portals.ts';
import { fullColumns } from './outbox/rows.ts';

type Migration = {
  /** What it adds, for the administrator who is about to start this release. */
  readonly adds: string;
  readonly statements: (dialect: Dialect) => readonly string[];
};

/** What a start would change; `reached` is `undefined` where nothing is stored yet. */
export type SchemaOutlook = {
  readonly reached?: number;
  readonly known: number;
  readonly adds: readonly string[];
};

/** Looks at the version of the tables and changes nothing. Rejects when the storage fails. */
export async function lookAhead(database: Database): Promise<SchemaOutlook> {
  const known = migrations.length;
  const exists =
    database.dialect.engine === 'sqlite'
      ? "SELECT name FROM sqlite_master WHERE name = 'b24task_schema'"
      : "SELECT table_name FROM information_schema.tables WHERE table_name = 'b24task_schema' AND table_schema = current_schema()";
  if ((await database.query(exists)).length === 0) {
    return { known, adds: [] };
  }
  const reached = await versionOf(database);
  return { reached, known, adds: migrations.slice(reached).map(({ adds }) => adds) };
}

/**
 * The tables are not what this release works with: a newer one has written them, or somebody has changed them. The
 * message says which, for the administrator.
 */
export class UnknownSchemaError extends Error {
  override readonly name = 'UnknownSchemaError';
}

/**
 * Brings the tables up to date. Replicas that start together wait for each other. Migrations only ever add, so that the
 * release before this one goes on working beside it. Rejects with `UnknownSchemaError`.
 */
export async function migrate(database: Database): Promise<void> {
  await database.transaction(async (transaction) => {
    transaction.lock(['b24task migrations']);
    await transaction.query('CREATE TABLE IF NOT EXISTS b24task_schema (version INTEGER NOT NULL)');
    const reached = await versionOf(transaction);
    requireKnown(reached);
    for (const migration of migrations.slice(reached)) {
      for (const statement of migration.statements(database.dialect)) {
        await transaction.query(statement);
      }
    }
    if (migrations.length <= reached) {
      return;
    }
    await transaction.query('DELETE FROM b24task_schema');
    await transaction.query('INSERT INTO b24task_schema (version) VALUES ($1)', [migrations.length]);
  });
  await requireColumns(database);
}

function requireKnown(version: number): void {
  if (version > migrations.length) {
    const known = `the database has schema ${version}, this release knows ${migrations.length}`;
    throw new UnknownSchemaError(`A newer release has written here (${known}). Start that release or a later one`);
  }
}

const usedColumns = {
  records: 'key, value',
  portals: portalColumns,
  outbox: `${fullColumns}, said, version, erase`,
  chat_messages: 'portal, message, delivery, part',
  b24task_clock: 'shift',
  b24task_copy: 'taken_at',
};

/** That the version says so does not make it so: a table may have been lost, or restored from another time. */
async function requireColumns(database: Database): Promise<void> {
  for (const [table, columns] of Object.entries(usedColumns)) {
    try {
      await database.query(`SELECT ${columns} FROM ${table} LIMIT 0`);
    } catch (error) {
      if (error instanceof StorageUnavailableError) {
        throw error;
      }
      const reason = error instanceof Error ? error.message : 'unknown reason';
      const cause = `the table ${table} is not as schema ${migrations.length} has it (${reason})`;
      throw new UnknownSchemaError(`The database was changed by hand: ${cause}. Restore a backup`, { cause: error });
    }
  }
}

const versionRow = z.tuple([z.object({ version: z.number() })]).rest(z.unknown());

async function versionOf(queries: Queries): Promise<number> {
  const rows = await queries.query('SELECT version FROM b24task_schema');
  return rows.length === 0 ? 0 : versionRow.parse(rows)[0].version;
}

/** What is here has been run somewhere and stays as it is: every change of the tables is one more at the end. */
const migrations: readonly Migration[] = [
  {
    adds: 'the tables',
    statements: (dialect) => [...clock(dialect), ...records(), ...portals(), ...outbox(dialect)],
  },
  { adds: 'what marks the rows of people who unlinked', statements: () => erasure() },
  { adds: 'what is known of clocks that were set', statements: () => clockShift() },
  {
    adds: 'the history of failed attempts',
    statements: () => ['ALTER TABLE outbox ADD COLUMN history TEXT'],
  },
  {
    adds: 'the mark of a copy',
    statements: () => ['CREATE TABLE b24task_copy (taken_at BIGINT NOT NULL)'],
  },
  { adds: 'what is looked for in the chats of tasks, and files', statements: () => looking() },
  { adds: 'indexes of open rows that serve nothing else', statements: () => openRows() },
];

/** STABLE lets an index serve `column <= b24task_now()`; within one statement the time stands still. */
function clock(dialect: Dialect): readonly string[] {
  if (dialect.engine === 'sqlite') {
    return [];
  }
  return [
    `CREATE OR REPLACE FUNCTION b24task_now() RETURNS bigint LANGUAGE sql STABLE
     AS 'SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint'`,
  ];
}

/** The columns that @keyv/postgres reads and writes. */
function records(): readonly string[] {
  return ['CREATE TABLE records (key VARCHAR(255) PRIMARY KEY, value TEXT NOT NULL)'];
}

/** `tokens` were left at `tokens_at`; `turn` is the turn of the last delivery that was claimed. */
function portals(): readonly string[] {
  return [
    `CREATE TABLE portals (
      portal TEXT PRIMARY KEY,
      tokens DOUBLE PRECISION NOT NULL,
      tokens_at BIGINT NOT NULL,
      turn BIGINT NOT NULL DEFAULT 0,
      claimed_at BIGINT NOT NULL DEFAULT 0,
      honours_key INTEGER
    )`,
  ];
}

/**
 * All but one index are partial: what ended costs nothing to those who look for what is open. `outbox_text` comes after
 * `outbox_ended`, because SQLite takes the younger of two that serve equally well.
 */
function outbox(dialect: Dialect): readonly string[] {
  return [
    `CREATE TABLE outbox (
      seq ${dialect.sequence},
      id TEXT NOT NULL UNIQUE,
      version INTEGER NOT NULL,
      lane TEXT NOT NULL,
      tenant TEXT NOT NULL,
      slack_user TEXT NOT NULL,
      portal TEXT NOT NULL,
      bitrix_user TEXT NOT NULL,
      task BIGINT NOT NULL,
      payload TEXT,
      said TEXT,
      state TEXT NOT NULL,
      turn BIGINT NOT NULL,
      parts INTEGER NOT NULL,
      part INTEGER NOT NULL DEFAULT 1,
      identity_id TEXT NOT NULL,
      ambiguous INTEGER NOT NULL DEFAULT 0,
      failures INTEGER NOT NULL DEFAULT 0,
      failure TEXT,
      not_before BIGINT NOT NULL,
      lease_holder TEXT,
      lease_number BIGINT,
      lease_until BIGINT,
      accepted_at BIGINT NOT NULL,
      deadline_at BIGINT NOT NULL,
      ended_at BIGINT,
      outcome TEXT,
      reported TEXT NOT NULL DEFAULT 'none',
      report_at BIGINT,
      report_attempts INTEGER NOT NULL DEFAULT 0
    )`,
    'CREATE INDEX outbox_lane ON outbox (lane, ended_at, seq)',
    'CREATE INDEX outbox_sender_open ON outbox (tenant, slack_user, portal, turn) WHERE ended_at IS NULL',
    'CREATE INDEX outbox_sender_ended ON outbox (tenant, slack_user, ended_at) WHERE ended_at IS NOT NULL',
    "CREATE INDEX outbox_parked ON outbox (tenant, slack_user, portal) WHERE state = 'parked'",
    "CREATE INDEX outbox_ready ON outbox (portal, turn, seq) WHERE state = 'ready'",
    "CREATE INDEX outbox_delayed ON outbox (not_before) WHERE state = 'delayed'",
    "CREATE INDEX outbox_sending ON outbox (lease_holder, lease_until) WHERE state = 'sending'",
    'CREATE INDEX outbox_deadline ON outbox (deadline_at) WHERE ended_at IS NULL',
    'CREATE INDEX outbox_report ON outbox (report_at) WHERE report_at IS NOT NULL',
    'CREATE INDEX outbox_ended ON outbox (ended_at) WHERE ended_at IS NOT NULL',
    'CREATE INDEX outbox_text ON outbox (ended_at) WHERE payload IS NOT NULL AND ended_at IS NOT NULL',
  ];
}

/** `erase`: its sender unlinked, so that the whole row goes with its text. */
function erasure(): readonly string[] {
  return [
    'ALTER TABLE outbox ADD COLUMN erase INTEGER NOT NULL DEFAULT 0',
    'CREATE INDEX outbox_erase ON outbox (ended_at) WHERE erase = 1',
  ];
}

/**
 * `shift`: how far the clock was set in all, as far as it was seen; whoever sees a jump notes it, so that others need
 * not.
 */
function clockShift(): readonly string[] {
  return ['CREATE TABLE b24task_clock (shift BIGINT NOT NULL)', 'INSERT INTO b24task_clock (shift) VALUES (0)'];
}

/**
 * `attempt_at`: when the first attempt that may have run was begun. `chat_messages`: one message settles one part, ever.
 * `left_out`: the files that were passed over.
 */
function looking(): readonly string[] {
  return [
    'ALTER TABLE outbox ADD COLUMN attempt_at BIGINT',
    'ALTER TABLE outbox ADD COLUMN look TEXT',
    'ALTER TABLE outbox ADD COLUMN resends INTEGER NOT NULL DEFAULT 0',
    'ALTER TABLE outbox ADD COLUMN left_out TEXT',
    `CREATE TABLE chat_messages (
      portal TEXT NOT NULL,
      message TEXT NOT NULL,
      delivery TEXT NOT NULL,
      part INTEGER NOT NULL,
      PRIMARY KEY (portal, message)
    )`,
    'CREATE INDEX chat_messages_delivery ON chat_messages (delivery)',
  ];
}

/**
 * Each of these asks for a column of its own, which what it is for always names. PostgreSQL takes a partial index for
 * every statement that implies its condition; after an ANALYZE while nothing was open it believes that there is never
 * more than one open row, and would read all of a backlog for each look-up of a lane or a person: 28 ms for 15 messages
 * beside 3,000 that wait.
 */
function openRows(): readonly string[] {
  return [
    'DROP INDEX outbox_deadline',
    'CREATE INDEX outbox_deadline ON outbox (deadline_at) WHERE ended_at IS NULL AND deadline_at IS NOT NULL',
    'DROP INDEX outbox_sender_open',
    `CREATE INDEX outbox_sender_open ON outbox (tenant, slack_user, portal, turn)
      WHERE ended_at IS NULL AND tenant IS NOT NULL`,
  ];
}
