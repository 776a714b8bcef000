import { describe, expect, it } from 'vitest';
import type { Outbox } from '../../src/delivery/ports.ts';
import type { Transition } from '../../src/delivery/progress.ts';
import { acme, claimNext, message, type OutboxHarness, other, requestIn, requestOf } from './outbox-harness.ts';

const rejected = { kind: 'credential-rejected' } as const;
const park: Transition = { kind: 'park', failure: rejected };
const delivered: Transition = { kind: 'end', outcome: { kind: 'delivered' } };
const anna = { tenant: 'T1', user: 'U1' };
const there = { portal: other, userId: '7', name: 'Anna Petrova' };

/** The portal acme is at the address of `other` now. */
export function movingTests(harness: () => OutboxHarness): void {
  const open = () => harness().holder('one').outbox;

  describe('a portal that has moved', () => {
    it('keeps ids, keys, texts and order of what waits, and has it due at once', async () => {
      const outbox = open();
      const mine = [message({ text: 'one' }), message({ text: 'two' }), message({ task: 52, text: 'three' })];
      for (const each of mine) {
        await outbox.accept(each);
      }
      await outbox.settle(await claimNext(outbox), hourLater, {});
      expect(await outbox.earlierPortals(anna, there)).toEqual([acme]);
      expect(await outbox.move(anna, acme, there)).toBe(3);
      expect(await outbox.earlierPortals(anna, there)).toEqual([]);
      expect(await sendAll(outbox)).toEqual([
        [mine[0]?.id, other, requestOf('one')],
        [mine[2]?.id, other, requestOf('three', 52)],
        [mine[1]?.id, other, requestOf('two')],
      ]);
    });

    it('takes along what is parked, which goes on with the new link', async () => {
      const outbox = open();
      const mine = [message({ text: 'one' }), message({ text: 'two' })];
      for (const each of mine) {
        await outbox.accept(each);
      }
      await outbox.settle(await claimNext(outbox), park, {});
      await outbox.move(anna, acme, there);
      expect((await outbox.claim(10)).claims).toEqual([]);
      expect(await outbox.relink(anna, there)).toEqual({ resumed: 2, cancelled: 0 });
      expect((await sendAll(outbox)).map(([id]) => id)).toEqual(mine.map(({ id }) => id));
    });

    it('leaves a lane of which something is on its way until that is back, and nobody else goes along', async () => {
      const outbox = open();
      const mine = [message({ text: 'one' }), message({ text: 'two' }), message({ task: 52 })];
      const others = [message({ user: 'U2' }), message({ task: 53, account: { ...there, portal: acme, userId: '8' } })];
      for (const each of [...mine, ...others]) {
        await outbox.accept(each);
      }
      const claim = await claimNext(outbox);
      expect(await outbox.move(anna, acme, there)).toBe(1);
      expect(await outbox.settle(claim, delivered, {})).toMatchObject({ kind: 'written', report: { kind: 'final' } });
      expect(await outbox.move(anna, acme, there)).toBe(1);
      const portals = new Map((await sendAll(outbox)).map(([id, portal]) => [id, portal]));
      expect(mine.slice(1).map(({ id }) => portals.get(id))).toEqual([other, other]);
      expect(others.map(({ id }) => portals.get(id))).toEqual([acme, acme]);
    });

    it('puts what was said before in front of what was said at the new address', async () => {
      const outbox = open();
      const [first, second] = [message({ text: 'one' }), message({ text: 'two' })];
      const third = message({ text: 'three', account: there });
      for (const each of [first, second, third]) {
        await outbox.accept(each);
      }
      await outbox.move(anna, acme, there);
      expect((await sendAll(outbox)).map(([id]) => id)).toEqual([first.id, second.id, third.id]);
    });

    it.each([true, false])('lets one of a lane go at a time, parked before: %s', async (isParked) => {
      const outbox = open();
      const [first, second] = [message({ text: 'one' }), message({ text: 'two' })];
      await outbox.accept(first);
      await outbox.accept(second);
      const held = await claimNext(outbox);
      await outbox.accept(message({ text: 'three', account: there }));
      const claim = await claimNext(outbox);
      await outbox.settle(held, isParked ? park : hourLater, {});
      await outbox.move(anna, acme, there);
      await outbox.relink(anna, there);
      expect((await outbox.claim(10)).claims).toEqual([]);
      await outbox.settle(claim, delivered, {});
      expect((await sendAll(outbox)).map(([id]) => id)).toEqual([first.id, second.id]);
    });

    it('takes along what has ended, with its text while that is kept', async () => {
      const outbox = open();
      const sent = message({ text: 'one' });
      await outbox.accept(sent);
      await outbox.settle(await claimNext(outbox), delivered, {});
      await outbox.move(anna, acme, there);
      expect(await outbox.find(anna, sent.id)).toMatchObject({ portal: other, state: 'delivered' });
      expect(await outbox.contentOf(anna, sent.id)).toMatchObject({
        account: { portal: other },
        requests: [requestOf('one')],
      });
      expect(await outbox.accept({ ...sent, account: there })).toEqual({ kind: 'duplicate', same: true });
      await harness().advance(48 * 3_600_000);
      await harness().holder('one').sweep();
      await outbox.move(anna, other, { ...there, portal: acme });
      expect(await outbox.find(anna, sent.id)).toMatchObject({ portal: acme, hasText: false });
    });

    it('is asked about the same words as before', async () => {
      const outbox = open();
      const said = message({ text: 'one' });
      await outbox.accept(said);
      await outbox.move(anna, acme, there);
      expect(await outbox.accept(message({ text: 'one', account: there }), 60_000)).toMatchObject({
        kind: 'said-before',
        delivery: { id: said.id },
      });
    });

    it('is moved once by several who move it at once, also from two processes', async () => {
      const outboxes = [open(), harness().holder('two').outbox];
      const mine = Array.from({ length: 6 }, (_, task) => message({ task: task + 1 }));
      for (const each of mine) {
        await open().accept(each);
      }
      const moved = await Promise.all([...outboxes, ...outboxes].map((outbox) => outbox.move(anna, acme, there)));
      expect(moved.reduce((sum, one) => sum + one)).toBe(6);
      expect((await sendAll(open())).map(([id]) => id).toSorted()).toEqual(mine.map(({ id }) => id).toSorted());
    });

    it('goes on where a process died in the middle: each lane stands for itself', async () => {
      const outbox = open();
      const mine = Array.from({ length: 3 }, (_, task) => message({ task: task + 1 }));
      for (const each of mine) {
        await outbox.accept(each);
      }
      const claim = await claimNext(outbox);
      expect(await outbox.move(anna, acme, there)).toBe(2);
      expect(
        await harness()
          .holder('two')
          .outbox.recoverLeases(() => hourLater, { all: true }),
      ).toEqual([]);
      expect(await outbox.settle(claim, delivered, {})).toEqual({ kind: 'lost' });
      expect(await outbox.move(anna, acme, there)).toBe(1);
      expect((await sendAll(outbox)).map(([, portal]) => portal)).toEqual([other, other, other]);
    });

    it('leaves what cannot be read, and says so', async () => {
      const outbox = open();
      const [broken, fine] = [message({ task: 1 }), message({ task: 2 })];
      await outbox.accept(broken);
      await outbox.accept(fine);
      await harness().database.query("UPDATE outbox SET payload = 'v2.00000000.AAAA' WHERE id = $1", [broken.id]);
      expect(await outbox.move(anna, acme, there)).toBe(1);
      expect((await outbox.claim(10)).claims.map(({ delivery }) => delivery.id)).toEqual([fine.id]);
      expect(harness().logged.map(({ message: text }) => text)).toContain(
        'A delivery cannot go along with its portal: it cannot be read',
      );
    });
  });
}

const hourLater: Transition = {
  kind: 'wait',
  delayMs: 3_600_000,
  failures: 1,
  ambiguous: false,
  failure: { kind: 'unreachable' },
};

/** Delivers whatever is due, one after the other. */
async function sendAll(outbox: Outbox): Promise<[id: string, portal: string, request: string][]> {
  const sent: [string, string, string][] = [];
  for (;;) {
    const [claim] = (await outbox.claim(1)).claims;
    if (!claim) {
      return sent;
    }
    sent.push([claim.delivery.id, claim.delivery.portal, requestIn(claim)]);
    await outbox.settle(claim, delivered, {});
  }
}
