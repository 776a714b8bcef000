import { describe, expect, it } from 'vitest';
import { defaultTiming } from '../../src/delivery/timing.ts';
import { claimNext, message } from '../contract/outbox-harness.ts';
import { delivered, openCourierHarness } from './couriers.ts';

const me = { tenant: 'T1', user: 'U1' };
const { leaseMs, repeatAfterMs, lookSoonMs } = defaultTiming;

describe('an attempt that takes longer than a lease', () => {
  it.each([1, 2])('is left alone by the other couriers: %i under way', async (count) => {
    const harness = await openCourierHarness();
    const [one, two] = [harness.open('one'), harness.open('two')];
    await one.courier.start();
    await two.courier.start();
    const sent = Array.from({ length: count }, (_, index) => message({ task: index + 1 }));
    await Promise.all(sent.map((each) => one.outbox.accept(each)));
    one.courier.wake();
    await harness.quiet();
    expect(one.attempts).toHaveLength(count);

    await harness.pass(5 * leaseMs);
    expect(await one.outbox.count()).toMatchObject({ sending: count });
    one.answer(delivered);
    await harness.quiet();

    expect(one.reports.map(({ kind, delivery }) => [kind, delivery.state])).toEqual(
      sent.map(() => ['final', 'delivered']),
    );
    expect([two.attempts, two.reports]).toEqual([[], []]);
  });
});

describe('a courier that starts', () => {
  it('leaves unexpired leases of other replicas alone', async () => {
    const harness = await openCourierHarness();
    const [one, two] = [harness.open('one'), harness.open('two')];
    await one.courier.start();
    const sent = message();
    await one.outbox.accept(sent);
    one.courier.wake();
    await harness.quiet();

    await two.courier.start();
    one.answer(delivered);
    await harness.quiet();

    expect(one.reports).toMatchObject([{ delivery: { state: 'delivered' } }]);
    expect(two.reports).toEqual([]);
    expect(await two.outbox.find(me, sent.id)).toMatchObject({ state: 'delivered', ambiguous: false });
  });

  it('takes over expired leases of a dead process at once', async () => {
    const harness = await openCourierHarness();
    const dead = harness.open('dead');
    await dead.outbox.accept(message());
    await claimNext(dead.outbox);
    await harness.pass(leaseMs + 1_000);
    const fresh = harness.open('fresh');
    await fresh.courier.start();
    await harness.pass(lookSoonMs);
    expect(fresh.reports).toMatchObject([{ kind: 'final', delivery: { outcome: { kind: 'unknown' } } }]);
  });

  it('recovers every lease at its start when it is the only process', async () => {
    const harness = await openCourierHarness();
    const before = harness.open('before');
    await before.outbox.accept(message());
    await claimNext(before.outbox);
    const after = harness.open('after', { singleProcess: true });
    await after.courier.start();
    await harness.pass(lookSoonMs);
    expect(after.reports).toMatchObject([{ kind: 'final', delivery: { outcome: { kind: 'unknown' } } }]);
  });
});

describe('what a process that died had under way', () => {
  it('is looked for by another soon after the end of its lease', async () => {
    const harness = await openCourierHarness();
    const [dead, living] = [harness.open('dead'), harness.open('living')];
    await living.courier.start();
    await dead.outbox.accept(message());
    await claimNext(dead.outbox);
    await harness.pass(leaseMs);
    expect(living.reports).toEqual([]);
    await harness.pass(1_000 + lookSoonMs);
    expect(living.reports).toMatchObject([{ kind: 'final', delivery: { outcome: { kind: 'unknown' } } }]);
  });

  it('is repeated by another where the portal honours the key, and sent once more only', async () => {
    const harness = await openCourierHarness();
    const [dead, living] = [harness.open('dead'), harness.open('living')];
    await living.courier.start();
    await dead.outbox.accept(message({ requests: ['one', 'two'] }));
    await dead.outbox.settle(await claimNext(dead.outbox), { kind: 'next-part' }, { honoursKey: true });
    const lost = await claimNext(dead.outbox);
    await harness.pass(leaseMs + 1_000 + repeatAfterMs);
    expect(living.attempts).toMatchObject([{ key: `${lost.delivery.id}.2`, request: 'two' }]);
    living.answer({ kind: 'key-reused' });
    await harness.quiet();
    expect(living.reports).toMatchObject([{ kind: 'final', delivery: { state: 'delivered', partsDelivered: 2 } }]);
    expect(living.attempts).toHaveLength(1);
  });
});
