import { expect, it } from 'vitest';
import { chaosTimeoutMs, runChaos } from './chaos-run.ts';
import { withPostgres } from './engines.ts';

it('loses, doubles and leaves nothing unknown with two replicas where chats can be read', {
  timeout: chaosTimeoutMs,
}, async () => {
  const { violations, counts } = await withPostgres((storage) =>
    runChaos({ name: 'two replicas, chats read', honoursKeys: false, readsChats: true, replicas: 2, ...storage }),
  );
  expect(violations).toEqual([]);
  expect(counts.get('delivered')).toBeGreaterThan(30);
  expect(counts.get('faults')).toBeGreaterThan(5);
  expect(counts.get('outages')).toBeGreaterThan(1);
});
