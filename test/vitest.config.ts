import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The longest files. Those that load a core of their own stand apart, so that two of them at most run side by side. */
const longOnes = [
  'chaos/backlog',
  'chaos/replicas',
  'journeys/failure-replies',
  'chaos/keyless-replicas',
  'journeys/connect-tokens',
  'chaos/postgres',
  'journeys/composer-tasks',
  'chaos/sqlite',
  'journeys/bad-input',
  'chaos/keyless-sqlite',
  'journeys/smoke',
  'journeys/waiting',
  'chaos/stop',
  'journeys/doctor',
  'chaos/lost-claim',
  'storage/outbox-postgres',
  'slack/random-commands',
  'journeys/home',
  'delivery/any-history',
  'journeys/send',
  'admin/rotate-keys',
];

/** Starts the longest files first, so that the short ones fill the gaps at the end. */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => placeOf(one) - placeOf(other));
  }
}

function placeOf({ moduleId }: TestSpecification): number {
  const place = longOnes.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
  return place < 0 ? longOnes.length : place;
}

export default defineConfig({
  test: {
    root: '.',
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/postgres-setup.ts'],
    // Workers and the programs that tests start read compiled code instead of compiling it, also in later runs.
    env: { NODE_COMPILE_CACHE: resolve('node_modules/.cache/compiled') },
    pool: 'forks',
    // Files share nothing but modules without state, and importing those once more would cost more than most tests do.
    isolate: false,
    // One more than the cores of a small machine: a good deal of the time is waiting.
    maxWorkers: Math.max(3, availableParallelism()),
    sequence: { sequencer: LongFirst },
    // A bound for what hangs, not a measure of speed: machines are slow at times.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000, interval: 20 } },
  },
});
