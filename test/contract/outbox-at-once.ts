import { describe, expect, it } from 'vitest';
import type { ReserveSlots } from '../../src/delivery/ports.ts';
import type { Claim, Transition } from '../../src/delivery/progress.ts';
import type { PortalFailure } from '../../src/domain/failure.ts';
import { acme, claimNext, message, type OutboxHarness, other, requestIn, requestOf, timing } from './outbox-harness.ts';

const delivered: Transition = { kind: 'end', outcome: { kind: 'delivered' } };
const elsewhere = { portal: other, userId: '7', name: 'Anna Petrova' };
const rejected: PortalFailure = { kind: 'credential-rejected' };

/** Places as a courier offers them. Counts those that are kept free. */
function offered(most: number) {
  const begun: Claim[] = [];
  let kept = 0;
  const reserve: ReserveSlots = (wanted) => {
    const count = Math.min(wanted, most);
    kept += count;
    return {
      count,
      begin(claims) {
        kept -= count;
        begun.push(...claims);
      },
    };
  };
  return { reserve, begun, kept: () => kept };
}

/** Claims that come with the acceptance of their deliveries. */
export function atOnceTests(harness: () => OutboxHarness): void {
  describe('a claim at once', () => {
    it('is all that a claim of its own would be, in the commit that accepts', async () => {
      const { outbox } = harness().holder('one');
      const slots = offered(10);
      const given = message({
        requests: [requestOf('first'), requestOf('second')],
        losses: [],
        wording: { excerpt: 'first', mrkdwn: 'first second' },
      });
      await outbox.accept({ ...given, id: 'claimed' });
      const usual = await claimNext(outbox);
      await outbox.settle(usual, delivered, { honoursKey: false });
      const commits = harness().commits();
      outbox.claimAtOnce(slots.reserve);

      await outbox.accept(given);

      expect(harness().commits() - commits).toBe(1);
      const [claim] = slots.begun;
      expect(claim).toEqual({ ...usual, delivery: { ...usual.delivery, id: given.id } });
      expect(slots.kept()).toBe(0);
      expect(await outbox.count()).toMatchObject({ waiting: 0, sending: 1 });
      expect((await outbox.claim(10)).claims).toEqual([]);
    });

    it('is settled and recovered like every other one', async () => {
      const { outbox } = harness().holder('one');
      const slots = offered(10);
      outbox.claimAtOnce(slots.reserve);
      await outbox.accept(message({ task: 1 }));
      await outbox.accept(message({ task: 2 }));
      const [first, second] = slots.begun;

      expect(await settle(first, outbox)).toMatchObject({ kind: 'written', report: { kind: 'final' } });
      await harness().advance(timing.leaseMs + 1);
      const recovered: number[] = [];
      await harness()
        .holder('two')
        .outbox.recoverLeases((progress) => {
          recovered.push(progress.attemptedAt);
          return { kind: 'wait', delayMs: 0, failures: 1, ambiguous: true };
        });

      expect(recovered).toEqual([second?.progress.now]);
      expect(await settle(second, outbox)).toEqual({ kind: 'lost' });
    });

    it('draws from the bucket of the portal, and leaves what it has no room for', async () => {
      harness().setRate({ burst: 5, perSecond: 1 });
      const { outbox, pacer } = harness().holder('one');
      const slots = offered(10);
      outbox.claimAtOnce(slots.reserve);

      await Promise.all([1, 2, 3, 4].map((task) => outbox.accept(message({ task }))));

      expect(slots.begun).toHaveLength(2);
      expect(await pacer.headroom(acme)).toMatchObject({ left: 2 });
      expect(await outbox.count()).toMatchObject({ waiting: 2, sending: 2 });
      await outbox.accept(message({ account: elsewhere }));
      expect(slots.begun).toHaveLength(3);
    });

    it('is only for as many as there are slots, and for nobody when they are withdrawn', async () => {
      const { outbox } = harness().holder('one');
      const slots = offered(2);
      outbox.claimAtOnce(slots.reserve);
      await Promise.all([1, 2, 3].map((task) => outbox.accept(message({ task }))));
      expect(slots.begun).toHaveLength(2);

      outbox.claimAtOnce(undefined);
      await outbox.accept(message({ account: elsewhere }));

      expect(slots.begun).toHaveLength(2);
      expect(await outbox.count()).toMatchObject({ waiting: 2 });
    });

    it('overtakes nobody: neither in its lane nor among those who wait for the portal', async () => {
      const { outbox } = harness().holder('one');
      const slots = offered(10);
      await outbox.accept(message({ user: 'waiting', task: 1 }));
      outbox.claimAtOnce(slots.reserve);
      await outbox.accept(message({ user: 'late', task: 2 }));
      expect(slots.begun).toEqual([]);

      const claims = await outbox.claim(10);
      expect(claims.claims.map(({ delivery }) => delivery.person.user)).toEqual(['waiting', 'late']);
      await outbox.accept(message({ user: 'waiting', task: 1, text: 'behind' }));
      await outbox.accept(message({ user: 'waiting', task: 3, text: 'free' }));

      expect(slots.begun.map(requestIn)).toEqual([requestOf('free', 3)]);
    });

    it('is for one of a lane where several are accepted together', async () => {
      const { outbox } = harness().holder('one');
      const slots = offered(10);
      outbox.claimAtOnce(slots.reserve);

      const texts = ['first', 'second', 'third'];
      await Promise.all(texts.map((text) => outbox.accept(message({ text }))));

      expect(slots.begun.map(requestIn)).toEqual([requestOf('first')]);
      expect(await settle(slots.begun[0], outbox)).toMatchObject({ isMoreDue: true });
      expect(requestIn(await claimNext(outbox))).toBe(requestOf('second'));
    });

    it('is not for somebody whose credential is known to be broken', async () => {
      const { outbox } = harness().holder('one');
      const slots = offered(10);
      await outbox.accept(message({ task: 1 }));
      await outbox.settle(await claimNext(outbox), { kind: 'park', failure: rejected }, {});
      outbox.claimAtOnce(slots.reserve);

      expect(await outbox.accept(message({ task: 2 }))).toMatchObject({ kind: 'accepted', parked: rejected });

      expect(slots.begun).toEqual([]);
    });

    it('gives its slots back where nothing was accepted', async () => {
      const { outbox } = harness().holder('one');
      const slots = offered(10);
      outbox.claimAtOnce(slots.reserve);
      const same = message();
      await outbox.accept(same);

      await outbox.accept(same);
      await expect(outbox.accept({ ...message({ task: 2 }), identityId: undefined as never })).rejects.toThrow();

      expect(slots.begun).toHaveLength(1);
      expect(slots.kept()).toBe(0);
    });
  });
}

async function settle(claim: Claim | undefined, outbox: ReturnType<OutboxHarness['holder']>['outbox']) {
  if (!claim) {
    throw new Error('Nothing was claimed');
  }
  return outbox.settle(claim, delivered, {});
}
