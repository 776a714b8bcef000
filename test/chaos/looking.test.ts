import { describe, expect, it } from 'vitest';
import { chaosTimeoutMs, runChaos } from './chaos-run.ts';
import { withPostgres, withSqlite } from './engines.ts';

/** The portal ignores keys, and its chats can be read: nobody is left in doubt. */
describe('nothing is lost, doubled or left unknown where chats can be read', () => {
  it('by one process on SQLite', { timeout: chaosTimeoutMs }, async () => {
    expectCertainty(
      await withSqlite((storage) =>
        runChaos({ name: 'SQLite, chats read', honoursKeys: false, readsChats: true, replicas: 1, ...storage }),
      ),
    );
  });

  it('by two replicas on PostgreSQL', { timeout: chaosTimeoutMs }, async () => {
    expectCertainty(
      await withPostgres((storage) =>
        runChaos({ name: 'two replicas, chats read', honoursKeys: false, readsChats: true, replicas: 2, ...storage }),
      ),
    );
  });
});

function expectCertainty({ violations, counts }: Awaited<ReturnType<typeof runChaos>>): void {
  expect(violations).toEqual([]);
  expect(counts.get('delivered')).toBeGreaterThan(30);
  expect(counts.get('faults')).toBeGreaterThan(5);
  expect(counts.get('outages')).toBeGreaterThan(1);
}
