import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { StorageUncertainError } from '../../src/delivery/ports.ts';
import type { Transition } from '../../src/delivery/progress.ts';
import { acme, claimNext, message, type OutboxHarness, timing } from '../contract/outbox-harness.ts';
import { createPostgresHarness, createSqliteHarness, type Watch } from './outbox-harnesses.ts';

const delivered: Transition = { kind: 'end', outcome: { kind: 'delivered' } };
const harnesses = { SQLite: createSqliteHarness, PostgreSQL: createPostgresHarness } as const;

describe.each(Object.entries(harnesses))('a claim whose commit was not confirmed (%s)', (_, create) => {
  let harness: OutboxHarness;
  let loss: 'answer' | 'commit' | undefined;
  /** Loses the answer to the next commit, or the commit itself. */
  const watch: Watch = (database) => ({
    ...database,
    async transaction(work) {
      const lost = loss;
      loss = undefined;
      const value = await database.transaction(async (transaction) => {
        const done = await work(lost === 'commit' ? { ...transaction, commit() {} } : transaction);
        if (lost === 'commit') {
          throw new Error('The commit was refused');
        }
        return done;
      });
      if (lost === 'answer') {
        throw new StorageUncertainError('The connection was lost during the commit');
      }
      return value;
    },
  });
  beforeAll(async () => {
    harness = await create(watch);
  }, 60_000);
  beforeEach(() => harness.reset());
  afterAll(() => harness.close());

  it('is given up by the next one, although its lease is renewed with the others', async () => {
    const { outbox } = harness.holder('one');
    await outbox.accept(message());
    await losing('answer', () => outbox.claim(10));
    expect(await outbox.count()).toMatchObject({ sending: 1 });
    await harness.advance(timing.leaseMs - 1);
    await outbox.renewLeases();

    const claim = await claimNext(outbox);

    expect(claim.progress).toMatchObject({ ambiguous: false, failures: 0 });
    expect(await outbox.settle(claim, delivered, {})).toMatchObject({ kind: 'written' });
  });

  it('is given up also where several were lost, one of them while it gave up another', async () => {
    const { outbox } = harness.holder('one');
    for (const task of [1, 2, 3]) {
      await outbox.accept(message({ task }));
      await losing('answer', () => outbox.claim(10));
    }
    expect((await outbox.claim(10)).claims.map(({ delivery }) => delivery.task).toSorted()).toEqual([1, 2, 3]);
  });

  it('is given up also where the next one comes to nothing', async () => {
    const { outbox } = harness.holder('one');
    await outbox.accept(message());
    await losing('answer', () => outbox.claim(10));
    await losing('commit', () => outbox.claim(10));
    expect((await outbox.claim(10)).claims).toHaveLength(1);
  });

  it('takes nothing from others that were handed out, neither of this holder nor of another', async () => {
    const [one, two] = [harness.holder('one').outbox, harness.holder('two').outbox];
    await one.accept(message({ task: 1 }));
    const theirs = await claimNext(two);
    await one.accept(message({ task: 2 }));
    await losing('answer', () => one.claim(1));
    const lost = await claimNext(one);
    await one.accept(message({ task: 3 }));
    const mine = await claimNext(one);
    expect([lost, mine].map(({ delivery }) => delivery.task)).toEqual([2, 3]);
    for (const [outbox, claim] of [
      [one, mine],
      [one, lost],
      [two, theirs],
    ] as const) {
      expect(await outbox.settle(claim, delivered, {})).toMatchObject({ kind: 'written' });
    }
  });

  it('leaves everything as it was where nothing was written', async () => {
    const { outbox, pacer } = harness.holder('one');
    await outbox.accept(message());
    const before = await pacer.headroom(acme);
    await losing('commit', () => outbox.claim(10));
    expect(await pacer.headroom(acme)).toEqual(before);
    expect(await outbox.count()).toMatchObject({ waiting: 1, sending: 0 });
    expect((await outbox.claim(10)).claims).toHaveLength(1);
  });

  it('with an acceptance begins nothing, and the next one gives it up', async () => {
    const { outbox, pacer } = harness.holder('one');
    await pacer.prove(acme);
    const begun: number[] = [];
    outbox.claimAtOnce((count) => ({ count, begin: (claims) => void begun.push(claims.length) }));
    await losing('answer', () => outbox.accept(message()));
    expect(begun).toEqual([0]);
    expect(await outbox.count()).toMatchObject({ sending: 1 });

    const claim = await claimNext(outbox);

    expect(claim.progress).toMatchObject({ ambiguous: false, failures: 0 });
    expect(await outbox.settle(claim, delivered, {})).toMatchObject({ kind: 'written' });
  });

  async function losing(what: 'answer' | 'commit', work: () => Promise<unknown>): Promise<void> {
    loss = what;
    await expect(work()).rejects.toThrow(what === 'answer' ? StorageUncertainError : 'refused');
  }
});
