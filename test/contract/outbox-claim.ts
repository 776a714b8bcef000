import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Outbox } from '../../src/delivery/ports.ts';
import type { Claim } from '../../src/delivery/progress.ts';
import { acme, message, type OutboxHarness, other } from './outbox-harness.ts';

const elsewhere = { portal: other, userId: '7', name: 'Anna Petrova' };

/** Claims: who may send what, when. */
export function claimTests(harness: () => OutboxHarness): void {
  describe('claim', () => {
    it('lets nobody wait for another task, sender or portal', async () => {
      const { outbox } = harness().holder('one');
      await outbox.accept(message());
      expect((await outbox.claim(10)).claims).toHaveLength(1);
      const behind = message();
      const free = [message({ task: 52 }), message({ user: 'U2' }), message({ account: elsewhere })];
      for (const each of [behind, ...free]) {
        await outbox.accept(each);
      }

      const { claims } = await outbox.claim(10);

      expect(idsOf(claims).toSorted()).toEqual(free.map(({ id }) => id).toSorted());
    });

    it('serves people in turn, however much one of them has sent', async () => {
      const { outbox } = harness().holder('one');
      for (let task = 1; task <= 10; task += 1) {
        await outbox.accept(message({ user: 'busy', task }));
      }
      await outbox.accept(message({ user: 'quiet' }));

      const { claims } = await outbox.claim(2);

      expect(claims.map(({ delivery }) => delivery.person.user).toSorted()).toEqual(['busy', 'quiet']);
    });

    it('does not make a newcomer wait for what others queued before, nor overtake for ever', async () => {
      const { outbox } = harness().holder('one');
      for (let task = 1; task <= 6; task += 1) {
        await outbox.accept(message({ user: 'busy', task }));
      }
      await claimOne(outbox);
      await claimOne(outbox);
      for (let task = 1; task <= 3; task += 1) {
        await outbox.accept(message({ user: 'late', task }));
      }

      const users: (string | undefined)[] = [];
      for (let turn = 0; turn < 6; turn += 1) {
        users.push((await claimOne(outbox))?.delivery.person.user);
      }

      expect(users.filter((user) => user === 'late')).toHaveLength(3);
      expect(users.slice(0, 2)).toContain('late');
      expect(users.slice(0, 4).filter((user) => user === 'busy').length).toBeGreaterThanOrEqual(2);
    });

    it('does not make a newcomer wait for what was tried in vain and is due again', async () => {
      const { outbox } = harness().holder('one');
      for (let task = 1; task <= 6; task += 1) {
        await outbox.accept(message({ user: 'busy', task }));
      }
      const retry = { kind: 'wait', delayMs: 1_000, failures: 1, ambiguous: false } as const;
      for (let round = 0; round < 3; round += 1) {
        for (const claim of (await outbox.claim(6)).claims) {
          await outbox.settle(claim, retry, {});
        }
        await harness().advance(10_000);
      }
      await outbox.accept(message({ user: 'late' }));

      const { claims } = await outbox.claim(2);

      expect(claims.map(({ delivery }) => delivery.person.user)).toContain('late');
    });

    it('lets others go on beside somebody whose messages are tried every second', async () => {
      harness().setRate({ burst: 10, perSecond: 2 });
      const { outbox } = harness().holder('one');
      const retry = { kind: 'wait', delayMs: 1_000, failures: 1, ambiguous: false } as const;
      for (let task = 1; task <= 4; task += 1) {
        await outbox.accept(message({ user: 'busy', task }));
      }
      let delivered = 0;
      for (let second = 0; second < 60; second += 1) {
        if (second % 5 === 0) {
          await outbox.accept(message({ user: 'quiet', task: second + 10 }));
        }
        for (const claim of (await outbox.claim(10)).claims) {
          const isQuiet = claim.delivery.person.user === 'quiet';
          if (isQuiet) {
            delivered += 1;
          }
          await outbox.settle(claim, isQuiet ? { kind: 'end', outcome: { kind: 'delivered' } } : retry, {});
        }
        await harness().advance(1_000);
      }
      expect(delivered).toBeGreaterThanOrEqual(11);
    });

    it.each([
      ['who ask for their links', false, 15, 80],
      ['who search at every key press', true, 90, 80],
    ])('finds room for deliveries beside people %s without pause', async (_, yields, mostly, also) => {
      harness().setRate({ burst: 50, perSecond: 2 });
      const { outbox, pacer } = harness().holder('one');
      for (let task = 1; task <= 120; task += 1) {
        await outbox.accept(message({ task }));
      }
      let [asked, delivered] = [0, 0];
      for (let step = 0; step < 400; step += 1) {
        while ((await pacer.draw(acme, { yields })).waitMs === 0) {
          asked += 1;
        }
        for (const claim of (await outbox.claim(10)).claims) {
          delivered += 1;
          await outbox.settle(claim, { kind: 'end', outcome: { kind: 'delivered' } }, {});
        }
        await harness().advance(250);
      }
      expect(delivered).toBeGreaterThan(mostly);
      expect(asked).toBeGreaterThan(also);
      expect(asked + delivered).toBeLessThanOrEqual(49 + 200);
    });

    it('goes on after the clock was set back', async () => {
      harness().setRate({ burst: 3, perSecond: 1 });
      const { pacer } = harness().holder('one');
      expect((await pacer.draw(acme)).waitMs).toBe(0);
      await harness().jump(-3_600_000);
      while ((await pacer.draw(acme)).waitMs === 0) {}
      await harness().advance(1_000);
      expect((await pacer.draw(acme)).waitMs).toBe(0);
    });

    it('shares its capacity between portals', async () => {
      const { outbox } = harness().holder('one');
      for (let task = 1; task <= 10; task += 1) {
        await outbox.accept(message({ task }));
      }
      for (let task = 1; task <= 10; task += 1) {
        await outbox.accept(message({ task, account: elsewhere }));
      }

      const { claims, nextInMs } = await outbox.claim(4);

      expect(claims.filter(({ delivery }) => delivery.portal === other)).toHaveLength(2);
      expect(claims).toHaveLength(4);
      expect(nextInMs).toBe(0);
    });

    it('takes turns between portals when only one delivery may run at a time', async () => {
      const { outbox } = harness().holder('one');
      for (let task = 1; task <= 3; task += 1) {
        await outbox.accept(message({ task }));
        await outbox.accept(message({ task, account: elsewhere }));
      }
      const portals = new Set<string | undefined>();
      for (let turn = 0; turn < 2; turn += 1) {
        await harness().advance(1);
        portals.add((await claimOne(outbox))?.delivery.portal);
      }
      expect(portals).toEqual(new Set([acme, other]));
    });

    it('leaves what waits until its time, and says when that is', async () => {
      const { outbox } = harness().holder('one');
      await outbox.accept(message());
      const claim = await claimOne(outbox);
      const failure = { kind: 'unreachable' } as const;
      if (claim) {
        await outbox.settle(claim, { kind: 'wait', delayMs: 700, failures: 3, ambiguous: true, failure }, {});
      }

      expect(await outbox.claim(10)).toEqual({ claims: [], nextInMs: 700 });
      await harness().advance(699);
      expect(await outbox.claim(10)).toEqual({ claims: [], nextInMs: 1 });
      await harness().advance(1);
      expect((await claimOne(outbox))?.progress).toEqual({
        part: 1,
        parts: 1,
        identityId: 'identity-1',
        isFile: false,
        ambiguous: true,
        resends: 0,
        attemptedAt: harness().now() - 700,
        failures: 3,
        waitingFor: failure,
        now: harness().now(),
        deadlineAt: harness().now() - 700 + 23 * 3_600_000,
        honoursKey: false,
      });
    });

    it('asks to be called again after the poll interval when nothing is known to become due', async () => {
      const { outbox } = harness().holder('one');
      expect(await outbox.claim(10)).toEqual({ claims: [], nextInMs: 1_000 });
      expect(await outbox.claim(0)).toEqual({ claims: [], nextInMs: 1_000 });
    });

    it('leaves a margin of one and a reserve of two in the bucket, and says when there is room again', async () => {
      const { outbox, pacer } = harness().holder('one');
      harness().setRate({ burst: 10, perSecond: 4 });
      for (let task = 1; task <= 20; task += 1) {
        await outbox.accept(message({ task }));
      }

      const first = await outbox.claim(100);
      expect(first.claims).toHaveLength(7);
      expect(first.nextInMs).toBe(250);
      expect(await pacer.headroom(acme)).toEqual({ left: 2, burst: 10, perSecond: 4 });

      await harness().advance(249);
      expect(await outbox.claim(100)).toEqual({ claims: [], nextInMs: 1 });
      await harness().advance(1);
      expect((await outbox.claim(100)).claims).toHaveLength(1);
    });

    it('lets calls that a person waits for use the reserve', async () => {
      const { outbox, pacer } = harness().holder('one');
      harness().setRate({ burst: 10, perSecond: 4 });
      for (let task = 1; task <= 20; task += 1) {
        await outbox.accept(message({ task }));
      }
      await outbox.claim(100);

      expect(await pacer.draw(acme)).toEqual({ waitMs: 0 });
      expect(await pacer.draw(acme)).toEqual({ waitMs: 0 });
      expect(await pacer.draw(acme)).toEqual({ waitMs: 250 });
      expect(await pacer.draw(other)).toEqual({ waitMs: 0 });
    });

    it('remembers no portal before it has proved to be one, but paces what it is asked', async () => {
      const { pacer } = harness().holder('one');
      harness().setRate({ burst: 3, perSecond: 1 });
      const rows = () => harness().database.query('SELECT portal FROM portals ORDER BY portal');
      const drawn = [await pacer.draw(acme), await pacer.draw(acme), await pacer.draw(acme)];
      expect(drawn).toEqual([{ waitMs: 0 }, { waitMs: 0 }, { waitMs: 1_000 }]);
      await pacer.markFull(other);
      expect(await pacer.headroom(other)).toMatchObject({ left: 0 });
      expect(await rows()).toEqual([]);
      await pacer.prove(acme);
      await pacer.prove(acme);
      expect(await rows()).toEqual([{ portal: acme }]);
      expect(await pacer.draw(acme)).toEqual({ waitMs: 1_000 });
    });

    it('works with the smallest buckets', async () => {
      const { outbox } = harness().holder('one');
      for (let task = 1; task <= 3; task += 1) {
        await outbox.accept(message({ task }));
      }
      for (const burst of [2, 3]) {
        harness().setRate({ burst, perSecond: 1 });
        await harness().advance(10_000);
        expect((await outbox.claim(10)).claims).toHaveLength(1);
      }
    });

    it('sends nothing for a while when the portal said that its bucket is full', async () => {
      const { outbox, pacer } = harness().holder('one');
      for (let task = 1; task <= 3; task += 1) {
        await outbox.accept(message({ task }));
      }
      const claim = await claimOne(outbox);
      const failure = { kind: 'throttled' } as const;
      const wait = { kind: 'wait', delayMs: 1_000, failures: 0, ambiguous: false, failure } as const;
      if (claim) {
        await outbox.settle(claim, wait, { bucketFull: true });
      }

      expect((await outbox.claim(10)).claims).toEqual([]);
      expect(await pacer.headroom(acme)).toMatchObject({ left: 0 });
      await harness().advance(1_999);
      expect((await outbox.claim(10)).claims).toEqual([]);
      await harness().advance(1);
      expect((await outbox.claim(10)).claims).toHaveLength(1);
    });

    it('never sends more than the bucket leaks, over any stretch of time', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.record({ burst: fc.integer({ min: 2, max: 20 }), perSecond: fc.constantFrom(0.5, 1, 2, 3, 7.3) }),
          fc.array(fc.record({ act: fc.constantFrom('claim', 'draw', 'pass'), ms: fc.nat(1_500) }), {
            minLength: 5,
            maxLength: 25,
          }),
          async (rate, steps) => {
            await harness().reset();
            harness().setRate(rate);
            const { outbox, pacer } = harness().holder('one');
            await Promise.all(Array.from({ length: 60 }, (_, task) => outbox.accept(message({ task: task + 1 }))));
            const calls: number[] = [];
            for (const { act, ms } of steps) {
              if (act === 'claim') {
                for (const _ of (await outbox.claim(100)).claims) {
                  calls.push(harness().now());
                }
              }
              if (act === 'draw' && (await pacer.draw(acme)).waitMs === 0) {
                calls.push(harness().now());
              }
              await harness().advance(ms);
            }
            expect(highestLevel(calls, rate.perSecond)).toBeLessThanOrEqual(Math.max(1, rate.burst - 1) + 0.001);
          },
        ),
        { numRuns: 15 },
      );
    });
  });
}

/** The highest that a leaky bucket gets which these calls (epoch ms, in order) fall into. */
function highestLevel(calls: readonly number[], perSecond: number): number {
  let level = 0;
  let highest = 0;
  let last = calls[0] ?? 0;
  for (const call of calls) {
    level = Math.max(0, level - ((call - last) * perSecond) / 1_000) + 1;
    last = call;
    highest = Math.max(highest, level);
  }
  return highest;
}

function idsOf(claims: readonly Claim[]): string[] {
  return claims.map(({ delivery }) => delivery.id);
}

async function claimOne(outbox: Outbox): Promise<Claim | undefined> {
  return (await outbox.claim(1)).claims[0];
}
