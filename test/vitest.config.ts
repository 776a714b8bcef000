import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The longest files. Those that wait and those that load a core take turns, so that they fill each other's gaps. */
const longOnes = [
  'chaos/replicas',
  'journeys/failure-replies',
  'chaos/keyless-replicas',
  'start',
  'chaos/looking-replicas',
  'chaos/postgres',
  'admin/outbox',
  'chaos/sqlite',
  'storage/outbox-postgres',
  'chaos/keyless-sqlite',
  'main',
  'chaos/looking-sqlite',
  'pictures/pictures',
  'chaos/strangers',
  'sandbox/prompt',
  'chaos/stop',
  'journeys/connect-tokens',
  'chaos/backlog',
  'journeys/bad-input',
  'journeys/portal-answers',
  'chaos/lost-claim',
  'translation/huge-message',
  'chaos/killed-upload',
  'journeys/moved-portal',
  'storage/outbox-sqlite',
  'chaos/slow-bodies',
  'delivery/looking',
  'chaos/second-process',
  'slack/random-commands',
  'image/bundle',
  'translation/effects',
  'journeys/composer-tasks',
  'slack/view-limits',
  'web/browser',
  'journeys/install-browser',
  'admin/rotate-keys',
  'admin/move',
  'delivery/any-history',
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
    // Twice the cores of a small machine: half of the time is waiting, in the chaos runs more than that.
    maxWorkers: Math.max(4, availableParallelism()),
    sequence: { sequencer: LongFirst },
    // A bound for what hangs, not a measure of speed: machines are slow at times.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000, interval: 20 } },
  },
});
