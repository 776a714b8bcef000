import { expect, it } from 'vitest';
import { chaosTimeoutMs, runChaos } from './chaos-run.ts';
import { withPostgres } from './engines.ts';

it('loses and doubles nothing on PostgreSQL while it is killed again and again', {
  timeout: chaosTimeoutMs,
}, async () => {
  const { violations, counts } = await withPostgres((storage) =>
    runChaos({ name: 'PostgreSQL', honoursKeys: true, replicas: 1, ...storage }),
  );
  expect(violations).toEqual([]);
  expect(counts.get('delivered')).toBeGreaterThan(30);
  expect(counts.get('faults')).toBeGreaterThan(5);
  expect(counts.get('outages')).toBeGreaterThan(1);
});
