import { expect, it } from 'vitest';
import { chaosTimeoutMs, runChaos } from './chaos-run.ts';
import { withSqlite } from './engines.ts';

it('never sends a copy on SQLite to a portal that ignores the key', { timeout: chaosTimeoutMs }, async () => {
  const { violations, counts } = await withSqlite((storage) =>
    runChaos({ name: 'SQLite, key ignored', honoursKeys: false, replicas: 1, ...storage }),
  );
  expect(violations).toEqual([]);
  expect(counts.get('delivered')).toBeGreaterThan(30);
  expect(counts.get('faults')).toBeGreaterThan(5);
  expect(counts.get('outages')).toBeGreaterThan(1);
});
