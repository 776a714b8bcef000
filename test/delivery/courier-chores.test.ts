import { describe, expect, it } from 'vitest';
import { defaultTiming } from '../../src/delivery/timing.ts';
import { claimNext, message } from '../contract/outbox-world.ts';
import { type CourierScene, delivered, identity, openCourierScene, type Process } from './couriers.ts';

const me = { tenant: 'T1', user: 'U1' };
const { deadlineMs, keepTextMs, pollMs, stopWithinMs, sweepEveryMs } = defaultTiming;

/** A courier at work, with one attempt on its way. */
async function withOneUnderWay(): Promise<{ scene: CourierScene; one: Process; id: string }> {
  const scene = await openCourierScene();
  const one = scene.open('one');
  await one.courier.start();
  const sent = message();
  await one.outbox.accept(sent);
  one.courier.wake();
  await scene.quiet();
  expect(one.attempts).toHaveLength(1);
  return { scene, one, id: sent.id };
}

describe('a courier that stops', () => {
  it('waits for what is on its way until its outcome is written, and begins nothing more', async () => {
    const { scene, one, id } = await withOneUnderWay();
    const stopping = watched(one.courier.stop());
    await one.outbox.accept(message({ task: 52 }));
    one.courier.wake();
    await scene.pass(stopWithinMs - 1_000);
    expect(stopping.isOver()).toBe(false);

    one.answer(delivered);
    await stopping.over;

    expect(await one.outbox.find(me, id)).toMatchObject({ state: 'delivered' });
    expect(await one.outbox.count()).toMatchObject({ waiting: 1, sending: 0 });
    expect(one.attempts).toHaveLength(1);
    expect(one.logged).toEqual([]);
  });

  it('waits no longer than it may, and says what it left to the next start', async () => {
    const { scene, one } = await withOneUnderWay();
    const stopping = watched(one.courier.stop());
    await scene.pass(stopWithinMs);
    expect(stopping.isOver()).toBe(true);
    expect(one.logged).toMatchObject([{ fields: { parts: 1 } }]);
    expect(await one.outbox.count()).toMatchObject({ sending: 1 });
  });

  it('keeps its leases while it waits', async () => {
    const { scene, one } = await withOneUnderWay();
    const two = scene.open('two');
    await two.courier.start();
    await scene.pass(8_000);
    const stopping = one.courier.stop();
    await scene.pass(stopWithinMs - 1_000);
    one.answer(delivered);
    await stopping;
    expect(one.reports).toMatchObject([{ delivery: { state: 'delivered' } }]);
    expect(two.reports).toEqual([]);
  });
});

describe('an outcome that the storage does not take', () => {
  it('is written as soon as it does, after a pause each time, and told once', async () => {
    const { scene, one, id } = await withOneUnderWay();
    const stopping = one.courier.stop();
    const broken = scene.breakStorage();
    one.answer(delivered);
    await scene.quiet();
    expect(broken.tries()).toBe(1);
    await scene.pass(2 * pollMs);
    expect(broken.tries()).toBe(3);
    expect(one.reports).toEqual([]);
    broken.mend();
    await scene.pass(pollMs);
    await stopping;
    expect(await one.outbox.find(me, id)).toMatchObject({ state: 'delivered' });
    expect(one.reports).toMatchObject([{ kind: 'final', delivery: { id } }]);
    expect(one.attempts).toHaveLength(1);
  });
});

describe('what a courier looks after while it runs', () => {
  it('is the deadline of what waits', async () => {
    const scene = await openCourierScene();
    const one = scene.open('one');
    const sent = message();
    await one.outbox.accept(sent);
    await one.outbox.settle(
      await claimNext(one.outbox),
      { kind: 'wait', delayMs: 2 * deadlineMs, failures: 1, ambiguous: false },
      {},
    );
    await scene.world.advance(deadlineMs - 2_000);
    await one.courier.start();
    await scene.pass(1_000);
    expect(one.reports).toEqual([]);
    await scene.pass(1_000);
    expect(one.reports).toMatchObject([{ kind: 'final', delivery: { id: sent.id, outcome: { kind: 'expired' } } }]);
  });

  it('is what became due without anybody saying so', async () => {
    const scene = await openCourierScene();
    const [one, silent] = [scene.open('one'), scene.open('silent')];
    await one.courier.start();
    await scene.quiet();
    await silent.outbox.accept(message());
    await scene.pass(pollMs);
    expect(one.attempts).toHaveLength(1);
  });

  it('is what has been kept long enough', async () => {
    const { scene, one, id } = await withOneUnderWay();
    one.answer(delivered);
    await scene.quiet();
    await scene.world.advance(keepTextMs);
    expect(await one.outbox.contentOf(me, id)).toBeDefined();
    await scene.pass(sweepEveryMs);
    expect(await one.outbox.contentOf(me, id)).toBeUndefined();
  });

  it('is what is parked although its person has linked since', async () => {
    const { scene, one } = await withOneUnderWay();
    one.answer({ kind: 'failed', failure: { kind: 'credential-rejected' }, left: true, sinceLeftMs: 10 });
    await scene.quiet();
    expect(await one.outbox.count()).toMatchObject({ parked: 1 });
    one.link({ ...identity, id: 'identity-2' });
    await scene.pass(sweepEveryMs);
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
