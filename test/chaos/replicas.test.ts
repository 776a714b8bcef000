import { expect, it } from 'vitest';
import { chaosTimeoutMs, runChaos } from './chaos-run.ts';
import { withPostgres } from './engines.ts';

it('loses and doubles nothing with three replicas of which some die and one loses its database', {
  timeout: chaosTimeoutMs,
}, async () => {
  const { violations, counts } = await withPostgres((storage) =>
    runChaos({ name: 'three replicas', honoursKeys: true, replicas: 3, ...storage }),
  );
  expect(violations).toEqual([]);
  expect(counts.get('delivered')).toBeGreaterThan(30);
  expect(counts.get('faults')).toBeGreaterThan(5);
  expect(counts.get('outages')).toBeGreaterThan(1);
});
