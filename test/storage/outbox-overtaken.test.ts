import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Report } from '../../src/delivery/ports.ts';
import type { Decide, Transition } from '../../src/delivery/progress.ts';
import { claimNext, type Holder, message, type OutboxHarness, timing } from '../contract/outbox-harness.ts';
import { createHolding } from './held-database.ts';
import { createPostgresHarness, createSqliteHarness } from './outbox-harnesses.ts';

const me = { tenant: 'T1', user: 'U1' };
const delivered: Transition = { kind: 'end', outcome: { kind: 'delivered' } };
const decide: Decide = () => ({ kind: 'end', outcome: { kind: 'unknown' } });
const harnesses = { SQLite: createSqliteHarness, PostgreSQL: createPostgresHarness } as const;

describe.each(Object.entries(harnesses))('what changes between being found and being decided (%s)', (_, create) => {
  const holding = createHolding();
  let harness: OutboxHarness;
  let one: Holder['outbox'];
  let two: Holder['outbox'];
  beforeAll(async () => {
    harness = await create(holding.watch);
    [one, two] = [harness.holder('one').outbox, harness.holder('two').outbox];
  }, 60_000);
  beforeEach(() => harness.reset());
  afterAll(() => harness.close());

  it('is decided once where its holder settles it after all', async () => {
    const sent = message();
    await one.accept(sent);
    const claim = await claimNext(one);
    await harness.advance(timing.leaseMs + 1);

    const reports = await overtaken(
      () => two.recoverLeases(decide),
      async () => expect(await one.settle(claim, delivered, {})).toMatchObject({ kind: 'written' }),
    );

    expect(reports).toEqual([]);
    expect(await two.find(me, sent.id)).toMatchObject({ outcome: { kind: 'delivered' } });
  });

  it('is left to its holder where that renews the lease after all', async () => {
    await one.accept(message());
    const claim = await claimNext(one);
    await harness.advance(timing.leaseMs + 1);

    const reports = await overtaken(
      () => two.recoverLeases(decide),
      () => one.renewLeases(),
    );

    expect(reports).toEqual([]);
    expect(await one.settle(claim, delivered, {})).toMatchObject({ kind: 'written' });
  });

  it('is left to whoever has it now', async () => {
    await one.accept(message());
    await claimNext(one);
    await harness.advance(timing.leaseMs + 1);
    let current: Awaited<ReturnType<typeof claimNext>> | undefined;

    const reports = await overtaken(
      () => two.recoverLeases(decide),
      async () => {
        const three = harness.holder('three').outbox;
        await three.recoverLeases(() => ({ kind: 'wait', delayMs: 0, failures: 1, ambiguous: true }));
        current = await claimNext(one);
      },
    );

    expect(reports).toEqual([]);
    expect(current && (await one.settle(current, delivered, {}))).toMatchObject({ kind: 'written' });
  });

  it('does not expire where its sender takes it back first', async () => {
    const sent = message();
    await one.accept(sent);
    await harness.advance(timing.deadlineMs);

    const reports = await overtaken(
      () => two.expire(decide),
      async () => expect(await one.cancel(me, sent.id)).toBe('cancelled'),
    );

    expect(reports).toEqual([]);
    expect(await two.find(me, sent.id)).toMatchObject({ outcome: { kind: 'cancelled', by: 'sender' } });
  });

  it('does not expire while it is being sent', async () => {
    await one.accept(message());
    await harness.advance(timing.deadlineMs);
    let claim: Awaited<ReturnType<typeof claimNext>> | undefined;

    const reports = await overtaken(
      () => two.expire(decide),
      async () => {
        claim = await claimNext(one);
      },
    );

    expect(reports).toEqual([]);
    expect(claim && (await one.settle(claim, delivered, {}))).toMatchObject({ kind: 'written' });
  });

  /** Does `meanwhile` after the rows were found, and before they are locked. */
  async function overtaken(
    deciding: () => Promise<readonly Report[]>,
    meanwhile: () => Promise<void>,
  ): Promise<readonly Report[]> {
    const held = holding.transaction();
    const reports = deciding();
    await held.arrived;
    await meanwhile();
    held.release();
    return reports;
  }
});
