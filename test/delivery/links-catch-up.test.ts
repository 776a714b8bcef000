import { expect, it } from 'vitest';
import { defaultTiming } from '../../src/delivery/timing.ts';
import { message } from '../contract/outbox-harness.ts';
import { delivered, identity, openCourierHarness } from './couriers.ts';

const rejected = {
  kind: 'failed',
  failure: { kind: 'credential-rejected' },
  left: true,
  sinceLeftMs: 10,
  honoursKey: false,
} as const;

/** A process parks two messages, and dies after it has stored what `link` says, before it tells the outbox. */
async function afterCrash(link: typeof identity | undefined) {
  const harness = await openCourierHarness();
  const one = harness.open('one');
  await one.courier.start();
  await one.outbox.accept(message({ task: 1 }));
  await one.outbox.accept(message({ task: 2 }));
  one.courier.wake();
  await harness.quiet();
  one.answer(rejected);
  await harness.quiet();
  expect(await one.outbox.count()).toMatchObject({ parked: 2 });
  await one.courier.stop();
  const two = harness.open('two');
  two.link(link);
  await two.courier.start();
  await harness.pass(defaultTiming.pollMs);
  two.answer(delivered);
  await harness.pass(defaultTiming.pollMs);
  await two.courier.stop();
  const ended = await two.outbox.listEnded({ tenant: 'T1', user: 'U1' }, 10);
  return ended.map(({ outcome }) => outcome);
}

it('what is parked goes out at the next start where a new link was stored just before a crash', async () => {
  expect(await afterCrash({ ...identity, id: 'identity-2' })).toEqual([{ kind: 'delivered' }, { kind: 'delivered' }]);
});

it('what is parked is taken back at the next start where unlinking was stored just before a crash', async () => {
  const cancelled = { kind: 'cancelled', by: 'unlink' };
  expect(await afterCrash(undefined)).toEqual([cancelled, cancelled]);
});
