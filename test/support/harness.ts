import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, vi } from 'vitest';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/sandbox.ts';
import { patientSlack } from './patient-slack.ts';
import { createTestDatabase, inDatabase } from './postgres.ts';
import { clockAhead } from './postgres-time.ts';
import { testKey } from './test-key.ts';

/** The database that the service keeps its data in. */
export type Engine = 'SQLite' | 'PostgreSQL';
type Mode = 'http' | 'socket';

/** A way in which the service is reached, and the engine that it keeps its data in. */
export type Setup = { readonly mode: Mode; readonly engine: Engine };

/** Requests over HTTP, SQLite: the setup of most tests. */
export const overHttp: Setup = { mode: 'http', engine: 'SQLite' };
/** Socket Mode, SQLite. */
export const overSocket: Setup = { mode: 'socket', engine: 'SQLite' };
/** Requests over HTTP, PostgreSQL. */
export const onPostgres: Setup = { mode: 'http', engine: 'PostgreSQL' };

/** The service between a local Slack and a local portal, with its data and its log at hand. */
export type Harness = Sandbox & {
  readonly dataDir: string;
  readonly databaseUrl?: string;
  /** What the service logged, one JSON object per line. */
  readonly log: readonly string[];
};

/** Waits of production, shortened: what takes minutes there takes a moment here. Nothing else differs. */
export const quickTiming = {
  waitingNoticeMs: 200,
  pollMs: 50,
  unreachableMs: [150],
  throttledMs: 100,
  lookSoonMs: 50,
  lookSurelyMs: 300,
  lookAgainMs: 100,
  reportRetryMs: [100],
};

/** A harness whose storage has a clock that the test puts forward. */
export type NoticeHarness = Harness & {
  /**
   * Resolves when the first attempts of `messages` deliveries have failed and notices about them are due: a notice says
   * why its message waits.
   */
  noticesAfter(messages: number): Promise<void>;
  /** Puts the clock of the storage forward. */
  advance(ms: number): Promise<void>;
};

/** How long the clock of a `NoticeHarness` has to go on until a notice is due. */
export const noticeMs = 20_000;

/** Starts a harness of its own for one test, at the most talkative log level, and ends it with the test. */
export async function openHarness(engine: Engine = 'SQLite', options: SandboxOptions = {}): Promise<Harness> {
  const dataDir = mkdtempSync(join(tmpdir(), 'b24task-test-'));
  const database = engine === 'PostgreSQL' ? await createTestDatabase() : undefined;
  const log: string[] = [];
  const harness = await startSandbox({
    ...options,
    slack: { ...patientSlack, ...options.slack },
    settings: {
      DATA_DIR: dataDir,
      LOG_LEVEL: 'trace',
      ...(database ? { DATABASE_URL: database.url, ENCRYPTION_KEYS: testKey(7).toString('base64') } : {}),
      ...options.settings,
    },
    overrides: { logSink: { write: (line) => void log.push(line) }, timing: quickTiming, ...options.overrides },
  });
  onTestFinished(async () => {
    await harness.close();
    await database?.drop();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return Object.assign(Object.create(harness), { dataDir, log, ...(database ? { databaseUrl: database.url } : {}) });
}

/** Starts a harness in which a message is announced as waiting when the test says so. */
export async function openNoticeHarness(
  { overrides, ...options }: SandboxOptions = {},
  engine: Engine = 'SQLite',
): Promise<NoticeHarness> {
  let leapt = 0;
  // A lease outlives the leap: what is under way goes on.
  const timing = { ...quickTiming, waitingNoticeMs: noticeMs, leaseMs: 6 * noticeMs, ...overrides?.timing };
  const storageClock = () => Date.now() + leapt;
  const harness = await openHarness(engine, { ...options, overrides: { ...overrides, timing, storageClock } });
  const advance = async (ms: number) => {
    if (harness.databaseUrl !== undefined) {
      await inDatabase(harness.databaseUrl, clockAhead(leapt + ms));
    }
    leapt += ms;
  };
  return Object.assign(Object.create(harness), {
    advance,
    async noticesAfter(messages: number) {
      await vi.waitFor(async () => expect(await countFailed(harness)).toBe(messages), {
        timeout: 20_000,
        interval: 20,
      });
      await advance(noticeMs);
    },
  });
}

/** How many deliveries that have not ended have a failure. */
async function countFailed({ dataDir, databaseUrl }: Harness): Promise<number> {
  const text = 'SELECT count(*) AS failed FROM outbox WHERE failure IS NOT NULL AND ended_at IS NULL';
  if (databaseUrl !== undefined) {
    return Number((await inDatabase(databaseUrl, text))[0]?.['failed']);
  }
  const file = new DatabaseSync(join(dataDir, 'b24task.db'), { readOnly: true });
  try {
    return Number(file.prepare(text).get()?.['failed']);
  } finally {
    file.close();
  }
}
