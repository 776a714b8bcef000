import { expect, it } from 'vitest';
import { chaosTimeoutMs, runChaos } from './chaos-run.ts';
import { withSqlite } from './engines.ts';

it('loses, doubles and leaves nothing unknown on SQLite where chats can be read', {
  timeout: chaosTimeoutMs,
}, async () => {
  const { violations, counts } = await withSqlite((storage) =>
    runChaos({ name: 'SQLite, chats read', honoursKeys: false, readsChats: true, replicas: 1, ...storage }),
  );
  expect(violations).toEqual([]);
  expect(counts.get('delivered')).toBeGreaterThan(30);
  expect(counts.get('faults')).toBeGreaterThan(5);
  expect(counts.get('outages')).toBeGreaterThan(1);
});
