import { expect, it } from 'vitest';
import { chaosTimeoutMs, runChaos } from './chaos-run.ts';
import { withPostgres } from './engines.ts';

it('never sends a copy with three replicas to a portal that ignores the key', { timeout: chaosTimeoutMs }, async () => {
  const { violations, counts } = await withPostgres((storage) =>
    runChaos({ name: 'three replicas, key ignored', honoursKeys: false, replicas: 3, ...storage }),
  );
  expect(violations).toEqual([]);
  expect(counts.get('delivered')).toBeGreaterThan(30);
  expect(counts.get('faults')).toBeGreaterThan(5);
  expect(counts.get('outages')).toBeGreaterThan(1);
});
