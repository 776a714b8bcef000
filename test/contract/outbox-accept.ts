import { describe, expect, it } from 'vitest';
import { acme, message, type OutboxHarness, other } from './outbox-harness.ts';

/** Acceptance: stored once, with everything that is needed later. */
export function acceptTests(harness: () => OutboxHarness): void {
  describe('accept', () => {
    it('gives the exact request, its place in the lane and the reply route to the process that claims it', async () => {
      const { outbox } = harness().holder('one');
      const sent = message({ text: 'Привет, 51 — "quoted" \\ and \u0001' });
      expect(await outbox.accept(sent)).toEqual({ kind: 'accepted' });

      const { claims } = await outbox.claim(10);

      expect(claims).toHaveLength(1);
      expect(claims[0]).toMatchObject({ part: 1, content: { kind: 'text', request: sent.requests[0] }, losses: [] });
      expect(claims[0]?.delivery).toEqual({
        id: sent.id,
        person: sent.person,
        portal: acme,
        bitrixUserId: '7',
        task: 51,
        parts: 1,
        partsDelivered: 0,
        state: 'sending',
        ambiguous: false,
        parked: false,
        acceptedAt: harness().now(),
        deadlineAt: harness().now() + 23 * 3_600_000,
        hasText: true,
      });
      expect(claims[0]?.route).toEqual(sent.route);
      expect(claims[0]?.route.responseUrl?.reveal()).toBe(sent.route.responseUrl?.reveal());
    });

    it('keeps losses as they were given', async () => {
      const { outbox } = harness().holder('one');
      const loss = { kind: 'cut', detail: ['x', 1] };
      await outbox.accept(message({ losses: JSON.parse(JSON.stringify([loss])) }));
      expect((await outbox.claim(1)).claims[0]?.losses).toEqual([loss]);
    });

    it('takes no more of a person than may wait for a portal, and goes on when some have gone', async () => {
      const { outbox } = harness().holder('one');
      for (let first = 1; first <= 500; first += 50) {
        await Promise.all(Array.from({ length: 50 }, (_, n) => outbox.accept(message({ task: first + n }))));
      }
      const one = message({ task: 1_000 });
      expect(await outbox.accept(one)).toEqual({ kind: 'too-many', most: 500 });
      expect(await outbox.find(one.person, one.id)).toBeUndefined();
      expect(await outbox.accept(message({ user: 'U2' }))).toEqual({ kind: 'accepted' });
      const elsewhere = { portal: other, userId: '7', name: 'Anna Petrova' };
      expect(await outbox.accept(message({ account: elsewhere }))).toEqual({ kind: 'accepted' });

      const [oldest] = await outbox.listOpen(one.person);
      expect(await outbox.cancel(one.person, oldest?.id ?? '')).toBe('cancelled');
      expect(await outbox.accept(one)).toEqual({ kind: 'accepted' });
      expect(await outbox.accept(one)).toEqual({ kind: 'duplicate', same: true });
    });

    it('takes the same interaction once', async () => {
      const { outbox } = harness().holder('one');
      const sent = message();
      await outbox.accept(sent);

      expect(await outbox.accept(sent)).toEqual({ kind: 'duplicate', same: true });
      expect(await outbox.accept({ ...sent, requests: ['other'] })).toEqual({ kind: 'duplicate', same: false });
      expect(await outbox.accept({ ...message({ task: 52 }), id: sent.id })).toEqual({
        kind: 'duplicate',
        same: false,
      });
      expect((await outbox.claim(10)).claims).toHaveLength(1);
    });

    it('takes the same interaction once when it comes several times at once, also from two processes', async () => {
      const one = harness().holder('one').outbox;
      const two = harness().holder('two').outbox;
      const sent = message();

      const answers = await Promise.all([one, two, one, two, two, one].map((outbox) => outbox.accept(sent)));

      expect(answers.filter(({ kind }) => kind === 'accepted')).toHaveLength(1);
      expect(answers.filter((answer) => answer.kind === 'duplicate' && answer.same)).toHaveLength(5);
      expect(await one.count()).toEqual({ waiting: 1, sending: 0, parked: 0 });
    });

    it('knows a duplicate after its delivery has ended and its text is forgotten', async () => {
      const { outbox, sweep } = harness().holder('one');
      const sent = message();
      await outbox.accept(sent);
      const [claim] = (await outbox.claim(1)).claims;
      if (claim) {
        await outbox.settle(claim, { kind: 'end', outcome: { kind: 'delivered' } }, {});
      }
      await harness().advance(25 * 3_600_000);
      await sweep();

      expect(await outbox.accept(sent)).toEqual({ kind: 'duplicate', same: true });
    });

    it('writes what comes at once in few commits', async () => {
      const { outbox } = harness().holder('one');
      const before = harness().commits();

      await Promise.all(Array.from({ length: 100 }, (_, index) => outbox.accept(message({ task: index + 1 }))));

      expect(harness().commits() - before).toBeLessThanOrEqual(4);
      expect((await outbox.count()).waiting).toBe(100);
    });

    it('keeps the order of a lane when its messages come at once', async () => {
      const { outbox } = harness().holder('one');
      const sent = Array.from({ length: 5 }, (_, index) => message({ text: `message ${index}` }));
      await Promise.all(sent.map((each) => outbox.accept(each)));

      const seen: string[] = [];
      for (const _ of sent) {
        const { claims } = await outbox.claim(10);
        expect(claims).toHaveLength(1);
        for (const claim of claims) {
          seen.push(claim.delivery.id);
          await outbox.settle(claim, { kind: 'end', outcome: { kind: 'delivered' } }, {});
        }
      }
      expect(seen).toEqual(sent.map(({ id }) => id));
    });

    it('does not take what was said the same a moment ago, and takes anything else', async () => {
      const { outbox } = harness().holder('one');
      const first = message({ text: 'again' });
      await outbox.accept(first, 120_000);
      await harness().advance(60_000);
      const again = message({ text: 'again' });
      const elsewhere = { portal: other, userId: '7', name: 'Anna' };
      const others = [
        message({ text: 'other' }),
        message({ text: 'again', task: 52 }),
        message({ text: 'again', user: 'U2' }),
        message({ text: 'again', account: elsewhere }),
      ];

      expect(await outbox.accept(again, 120_000)).toMatchObject({ kind: 'said-before', delivery: { id: first.id } });
      expect((await outbox.count()).waiting).toBe(1);
      expect(await outbox.accept(first, 120_000)).toEqual({ kind: 'duplicate', same: true });
      for (const each of others) {
        expect(await outbox.accept(each, 120_000)).toEqual({ kind: 'accepted' });
      }
      await harness().advance(60_001);
      expect(await outbox.accept(again, 120_000)).toEqual({ kind: 'accepted' });
      expect(await outbox.accept(message({ text: 'again' }))).toEqual({ kind: 'accepted' });
    });

    it('takes one of two that say the same at once', async () => {
      const { outbox } = harness().holder('one');
      const twice = [message({ text: 'twice' }), message({ text: 'twice' })];
      const [first, second] = await Promise.all(twice.map((each) => outbox.accept(each, 120_000)));
      expect(first).toEqual({ kind: 'accepted' });
      expect(second).toMatchObject({ kind: 'said-before', delivery: { id: twice[0]?.id } });
      expect((await outbox.count()).waiting).toBe(1);
    });
  });
}
