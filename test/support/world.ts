import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type SandboxWorld, startWorld, type WorldOptions } from '../../src/sandbox/world.ts';
import { patientSlack } from './patient-slack.ts';
import { createTestDatabase } from './postgres.ts';
import { testKey } from './test-key.ts';

export type Engine = 'SQLite' | 'PostgreSQL';
type Mode = 'http' | 'socket';

/** A way in which the service is reached, and the engine that it keeps its data in. */
export type Setup = { readonly mode: Mode; readonly engine: Engine };

export const overHttp: Setup = { mode: 'http', engine: 'SQLite' };
export const overSocket: Setup = { mode: 'socket', engine: 'SQLite' };
export const onPostgres: Setup = { mode: 'http', engine: 'PostgreSQL' };

export type TestWorld = SandboxWorld & {
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
  reportRetryMs: [100],
};

/** The same for tests that read why a message waits: by the time of the notice its first attempt has failed. */
export const patientTiming = { ...quickTiming, waitingNoticeMs: 1_500 };

/** Starts a world of its own for one test, at the most talkative log level, and ends it with the test. */
export async function openWorld(engine: Engine = 'SQLite', options: WorldOptions = {}): Promise<TestWorld> {
  const dataDir = mkdtempSync(join(tmpdir(), 'b24task-test-'));
  const database = engine === 'PostgreSQL' ? await createTestDatabase() : undefined;
  const log: string[] = [];
  const world = await startWorld({
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
    await world.close();
    await database?.drop();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return Object.assign(Object.create(world), { dataDir, log, ...(database ? { databaseUrl: database.url } : {}) });
}
