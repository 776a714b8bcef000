import { expect, it } from 'vitest';
import { chaosTimeoutMs, runChaos } from './chaos-run.ts';
import { withSqlite } from './engines.ts';

it('loses and doubles nothing on SQLite while it is killed again and again', { timeout: chaosTimeoutMs }, async () => {
  const { violations, counts } = await withSqlite((storage) =>
    runChaos({ name: 'SQLite', honoursKeys: true, replicas: 1, ...storage }),
  );
  expect(violations).toEqual([]);
  expect(counts.get('delivered')).toBeGreaterThan(30);
  expect(counts.get('faults')).toBeGreaterThan(5);
  expect(counts.get('outages')).toBeGreaterThan(1);
});
