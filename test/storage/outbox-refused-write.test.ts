import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Transition } from '../../src/delivery/progress.ts';
import { claimNext, message, type OutboxHarness } from '../contract/outbox-harness.ts';
import { createSqliteHarness } from './outbox-harnesses.ts';

const delivered: Transition = { kind: 'end', outcome: { kind: 'delivered' } };

let harness: OutboxHarness;
beforeAll(async () => {
  harness = await createSqliteHarness();
});
afterAll(() => harness.close());

it('an outcome that the file does not take, nor what was learnt of the portal, is refused, and written later', async () => {
  const { outbox } = harness.holder('one');
  const { database } = harness;
  await outbox.accept(message());
  const claim = await claimNext(outbox);
  for (const table of ['outbox', 'portals']) {
    await database.query(
      `CREATE TRIGGER refuse_${table} BEFORE UPDATE ON ${table} BEGIN SELECT RAISE(ABORT, 'not now'); END`,
    );
  }
  // Both writes fail at once: a failure that nobody waited for would end the process.
  await expect(outbox.settle(claim, delivered, { bucketFull: true })).rejects.toThrow('not now');
  for (const table of ['outbox', 'portals']) {
    await database.query(`DROP TRIGGER refuse_${table}`);
  }
  expect(await outbox.settle(claim, delivered, { bucketFull: true })).toMatchObject({ kind: 'written' });
});
