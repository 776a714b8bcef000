import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: '.',
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/postgres-setup.ts'],
    pool: 'forks',
    // A bound for what hangs, not a measure of speed: machines are slow at times.
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
