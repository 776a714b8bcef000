import { describe, expect, it } from 'vitest';
import { defaultTiming } from '../../src/delivery/timing.ts';
import { claimNext, message } from '../contract/outbox-harness.ts';
import { type CourierHarness, delivered, identity, openCourierHarness, type Process } from './couriers.ts';

const me = { tenant: 'T1', user: 'U1' };
const { deadlineMs, keepTextMs, pollMs, stopWithinMs, sweepEveryMs } = defaultTiming;

/** A courier at work, with one attempt on its way. */
async function withOneUnderWay(): Promise<{ harness: CourierHarness; one: Process; id: string }> {
  const harness = await openCourierHarness();
  const one = harness.open('one');
  await one.courier.start();
  const sent = message();
  await one.outbox.accept(sent);
  one.courier.wake();
  await harness.quiet();
  expect(one.attempts).toHaveLength(1);
  return { harness, one, id: sent.id };
}

describe('a courier that stops', () => {
  it('waits for what is on its way until its outcome is written, and begins nothing more', async () => {
    const { harness, one, id } = await withOneUnderWay();
    const stopping = watched(one.courier.stop());
    await one.outbox.accept(message({ task: 52 }));
    one.courier.wake();
    await harness.pass(stopWithinMs - 1_000);
    expect(stopping.isOver()).toBe(false);

    one.answer(delivered);
    await stopping.over;

    expect(await one.outbox.find(me, id)).toMatchObject({ state: 'delivered' });
    expect(await one.outbox.count()).toMatchObject({ waiting: 1, sending: 0 });
    expect(one.attempts).toHaveLength(1);
    expect(one.logged).toEqual([]);
  });

  it('waits no longer than it may, and says what it left to the next start', async () => {
    const { harness, one } = await withOneUnderWay();
    const stopping = watched(one.courier.stop());
    await harness.pass(stopWithinMs);
    expect(stopping.isOver()).toBe(true);
    expect(one.logged).toMatchObject([{ fields: { parts: 1 } }]);
    expect(await one.outbox.count()).toMatchObject({ sending: 1 });
  });

  it('keeps its leases while it waits', async () => {
    const { harness, one } = await withOneUnderWay();
    const two = harness.open('two');
    await two.courier.start();
    await harness.pass(8_000);
    const stopping = one.courier.stop();
    await harness.pass(stopWithinMs - 1_000);
    one.answer(delivered);
    await stopping;
    expect(one.reports).toMatchObject([{ delivery: { state: 'delivered' } }]);
    expect(two.reports).toEqual([]);
  });
});

describe('an outcome that the storage does not take', () => {
  it('is written as soon as it does, after a pause each time, and told once', async () => {
    const { harness, one, id } = await withOneUnderWay();
    const stopping = one.courier.stop();
    const broken = harness.breakStorage();
    one.answer(delivered);
    await harness.quiet();
    expect(broken.tries()).toBe(1);
    await harness.pass(2 * pollMs);
    expect(broken.tries()).toBe(3);
    expect(one.reports).toEqual([]);
    broken.mend();
    await harness.pass(pollMs);
    await stopping;
    expect(await one.outbox.find(me, id)).toMatchObject({ state: 'delivered' });
    expect(one.reports).toMatchObject([{ kind: 'final', delivery: { id } }]);
    expect(one.attempts).toHaveLength(1);
  });
});

describe('the periodic work of a courier', () => {
  it('ends what is past its deadline', async () => {
    const harness = await openCourierHarness();
    const one = harness.open('one');
    const sent = message();
    await one.outbox.accept(sent);
    await one.outbox.settle(
      await claimNext(one.outbox),
      { kind: 'wait', delayMs: 2 * deadlineMs, failures: 1, ambiguous: false },
      {},
    );
    await harness.harness.advance(deadlineMs - 2_000);
    await one.courier.start();
    await harness.pass(1_000);
    expect(one.reports).toEqual([]);
    await harness.pass(1_000);
    expect(one.reports).toMatchObject([{ kind: 'final', delivery: { id: sent.id, outcome: { kind: 'expired' } } }]);
  });

  it('claims what became due without a wake-up', async () => {
    const harness = await openCourierHarness();
    const [one, silent] = [harness.open('one'), harness.open('silent')];
    await one.courier.start();
    await harness.quiet();
    await silent.outbox.accept(message());
    await harness.pass(pollMs);
    expect(one.attempts).toHaveLength(1);
  });

  it('deletes what was kept long enough', async () => {
    const { harness, one, id } = await withOneUnderWay();
    one.answer(delivered);
    await harness.quiet();
    await harness.harness.advance(keepTextMs);
    expect(await one.outbox.contentOf(me, id)).toBeDefined();
    await harness.pass(sweepEveryMs);
    expect(await one.outbox.contentOf(me, id)).toBeUndefined();
  });

  it('resumes what is parked although its person has linked since', async () => {
    const { harness, one } = await withOneUnderWay();
    one.answer({ kind: 'failed', failure: { kind: 'credential-rejected' }, left: true, sinceLeftMs: 10 });
    await harness.quiet();
    expect(await one.outbox.count()).toMatchObject({ parked: 1 });
    one.link({ ...identity, id: 'identity-2' });
    await harness.pass(sweepEveryMs);
    expect(one.attempts).toHaveLength(2);
  });
});

/** A piece of work that a test looks at without waiting for it. */
function watched(work: Promise<void>) {
  let isOver = false;
  const over = work.then(() => {
    isOver = true;
  });
  return { over, isOver: () => isOver };
}
