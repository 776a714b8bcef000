import { describe, expect, it } from 'vitest';
import type { Decide, Transition } from '../../src/delivery/progress.ts';
import { acme, claimNext, message, type OutboxHarness, requestIn, timing } from './outbox-harness.ts';

const delivered: Transition = { kind: 'end', outcome: { kind: 'delivered' } };
const repeat: Decide = ({ failures }) => ({ kind: 'wait', delayMs: 65_000, failures: failures + 1, ambiguous: true });

/** What becomes of claims: transitions, leases, and their loss. */
export function settleTests(harness: () => OutboxHarness): void {
  describe('settle', () => {
    it('sends the parts of a message one after the other, and tells how many are out', async () => {
      const { outbox } = harness().holder('one');
      const sent = message({ requests: ['one', 'two', 'three'] });
      await outbox.accept(sent);
      const requests: string[] = [];
      for (const part of [1, 2, 3]) {
        const claim = await claimNext(outbox);
        expect(claim).toMatchObject({ part, progress: { part, parts: 3, ambiguous: false, failures: 0 } });
        expect(claim.delivery).toMatchObject({ parts: 3, partsDelivered: part - 1 });
        requests.push(requestIn(claim));
        if (part === 2) {
          await outbox.settle(claim, { kind: 'wait', delayMs: 0, failures: 1, ambiguous: true }, {});
          await outbox.settle(await claimNext(outbox), { kind: 'next-part' }, {});
        } else {
          const settled = await outbox.settle(claim, part === 3 ? delivered : { kind: 'next-part' }, {});
          expect(settled).toMatchObject(part === 3 ? { report: { kind: 'final' } } : { kind: 'written' });
        }
      }
      expect(requests).toEqual(['one', 'two', 'three']);
      expect(await outbox.find(sent.person, sent.id)).toMatchObject({ state: 'delivered', partsDelivered: 3 });
    });

    it('says which parts went out when a later one is refused', async () => {
      const { outbox } = harness().holder('one');
      await outbox.accept(message({ requests: ['one', 'two'] }));
      await outbox.settle(await claimNext(outbox), { kind: 'next-part' }, {});
      const outcome = { kind: 'refused', failure: { kind: 'no-access' } } as const;

      const settled = await outbox.settle(await claimNext(outbox), { kind: 'end', outcome }, {});

      expect(settled).toMatchObject({
        kind: 'written',
        report: { kind: 'final', attempts: 0, delivery: { outcome, partsDelivered: 1, endedAt: harness().now() } },
      });
    });

    it('keeps every kind of end with its failure', async () => {
      const { outbox } = harness().holder('one');
      const failure = { kind: 'missing-scope', scopes: ['task'] } as const;
      const outcomes = [
        { kind: 'delivered' },
        { kind: 'refused', failure },
        { kind: 'unknown' },
        { kind: 'unknown', failure: { kind: 'portal-fault', code: 'X' } },
        { kind: 'expired', failure: { kind: 'unexpected', code: 'Y', status: 418 } },
        { kind: 'cancelled', by: 'unlink' },
        { kind: 'refused', failure: { kind: 'moved', to: acme } },
      ] as const;
      for (const outcome of outcomes) {
        const sent = message();
        await outbox.accept(sent);
        await outbox.settle(await claimNext(outbox), { kind: 'end', outcome }, {});
        expect(await outbox.find(sent.person, sent.id)).toMatchObject({ state: outcome.kind, outcome, hasText: true });
      }
    });

    it('takes the outcome of the lease that stands, where an earlier one of this process is settled with it', async () => {
      const { outbox } = harness().holder('one');
      const sent = message();
      await outbox.accept(sent);
      const early = await claimNext(outbox);
      await harness().advance(timing.leaseMs + 1);
      await outbox.recoverLeases(() => ({ kind: 'wait', delayMs: 0, failures: 0, ambiguous: false }), { all: true });
      const late = await claimNext(outbox);

      const settled = await Promise.all([late, early].map((claim) => outbox.settle(claim, delivered, {})));

      expect(settled).toMatchObject([{ kind: 'written' }, { kind: 'lost' }]);
      expect(await outbox.find(sent.person, sent.id)).toMatchObject({ state: 'delivered' });
    });

    it('reports an end as it is read later, and keeps what its sender was told before', async () => {
      const { outbox } = harness().holder('one');
      const sent = message();
      await outbox.accept(sent);
      await harness().advance(timing.waitingNoticeMs);
      const claim = await claimNext(outbox);
      const [notice] = await outbox.claimReports(1);
      expect(notice).toMatchObject({ kind: 'waiting' });
      await outbox.settleReport(notice ?? never(), { made: true });

      const settled = await outbox.settle(claim, delivered, {});

      expect(settled).toMatchObject({
        report: { kind: 'final', delivery: await outbox.find(sent.person, sent.id), losses: [], route: sent.route },
        isMoreDue: false,
      });
      const rows = await harness().database.query('SELECT reported FROM outbox WHERE id = $1', [sent.id]);
      expect(rows).toEqual([{ reported: 'waiting' }]);
      await harness().advance(3 * timing.leaseMs);
      expect(await outbox.claimReports(1)).toMatchObject([{ kind: 'final', attempts: 1 }]);
    });

    it('never forgets that an attempt may have run, until the next part', async () => {
      const { outbox } = harness().holder('one');
      await outbox.accept(message({ requests: ['one', 'two'] }));
      const waits = [true, false, false].map((ambiguous): Transition => {
        return { kind: 'wait', delayMs: 0, failures: 0, ambiguous };
      });
      for (const wait of waits) {
        await outbox.settle(await claimNext(outbox), wait, {});
      }

      const claim = await claimNext(outbox);
      expect(claim.progress.ambiguous).toBe(true);
      expect(claim.delivery.ambiguous).toBe(true);
      await outbox.settle(claim, { kind: 'next-part' }, {});
      expect((await claimNext(outbox)).progress.ambiguous).toBe(false);
    });

    it('waits no less than it is told when that is not a whole number of milliseconds', async () => {
      const { outbox } = harness().holder('one');
      const sent = message();
      await outbox.accept(sent);
      const wait: Transition = { kind: 'wait', delayMs: 150.25, failures: 1, ambiguous: false };

      expect(await outbox.settle(await claimNext(outbox), wait, {})).toMatchObject({ kind: 'written' });

      expect(await outbox.find(sent.person, sent.id)).toMatchObject({ nextAttemptAt: harness().now() + 151 });
      await harness().advance(150);
      expect((await outbox.claim(1)).claims).toEqual([]);
      await harness().advance(1);
      expect((await claimNext(outbox)).progress).toMatchObject({ failures: 1 });
    });

    it('goes on at once under another credential, without taking a second token of the bucket', async () => {
      const { outbox, pacer } = harness().holder('one');
      await outbox.accept(message());
      const claim = await claimNext(outbox);
      const before = await pacer.headroom(acme);

      await outbox.settle(claim, { kind: 'rebind', identityId: 'identity-2' }, { unused: true });

      expect((await claimNext(outbox)).progress.identityId).toBe('identity-2');
      expect(await pacer.headroom(acme)).toEqual(before);
    });

    it('remembers what was last seen of a portal', async () => {
      const { outbox, portalMemory } = harness().holder('one');
      expect(await portalMemory.honoursKey(acme)).toBeUndefined();
      await outbox.accept(message({ requests: ['one', 'two', 'three'] }));
      await outbox.settle(await claimNext(outbox), { kind: 'next-part' }, {});
      expect(await portalMemory.honoursKey(acme)).toBeUndefined();
      for (const honoursKey of [true, false]) {
        const claim = await claimNext(outbox);
        await outbox.settle(claim, { kind: 'wait', delayMs: 0, failures: 0, ambiguous: false }, { honoursKey });
        expect(await portalMemory.honoursKey(acme)).toBe(honoursKey);
        expect(await harness().holder('two').portalMemory.honoursKey(acme)).toBe(honoursKey);
      }
      expect((await claimNext(outbox)).progress.honoursKey).toBe(false);
    });

    it('writes what comes at once in few commits', async () => {
      const { outbox } = harness().holder('one');
      await Promise.all(Array.from({ length: 40 }, (_, index) => outbox.accept(message({ task: index + 1 }))));
      const { claims } = await outbox.claim(40);
      const before = harness().commits();

      const settled = await Promise.all(claims.map((claim) => outbox.settle(claim, delivered, {})));

      expect(settled.every(({ kind }) => kind === 'written')).toBe(true);
      expect(harness().commits() - before).toBeLessThanOrEqual(3);
    });
  });

  describe('leases', () => {
    it('are taken over once they expire, and then only the new holder settles', async () => {
      const one = harness().holder('one').outbox;
      const two = harness().holder('two').outbox;
      const sent = message();
      await one.accept(sent);
      const stale = await claimNext(one);

      await harness().advance(timing.leaseMs);
      expect(await two.recoverLeases(repeat)).toEqual([]);
      expect(await two.find(sent.person, sent.id)).toMatchObject({ state: 'sending' });
      await harness().advance(1);
      await two.recoverLeases(repeat);

      expect(await one.settle(stale, delivered, {})).toEqual({ kind: 'lost' });
      expect(await two.find(sent.person, sent.id)).toMatchObject({
        state: 'accepted',
        ambiguous: true,
        nextAttemptAt: harness().now() + 65_000,
      });
      await harness().advance(65_000);
      expect((await claimNext(two)).progress).toMatchObject({ ambiguous: true, failures: 1, identityId: 'identity-1' });
    });

    it('do not come back to life when the same holder gets the delivery again', async () => {
      const { outbox } = harness().holder('one');
      await outbox.accept(message());
      const stale = await claimNext(outbox);
      await harness().advance(timing.leaseMs + 1);
      const two = harness().holder('two').outbox;
      await two.recoverLeases(() => ({ kind: 'wait', delayMs: 0, failures: 0, ambiguous: true }));
      const fresh = await claimNext(outbox);

      expect(await outbox.settle(stale, delivered, {})).toEqual({ kind: 'lost' });
      expect(await outbox.settle(fresh, delivered, {})).toMatchObject({ kind: 'written' });
      expect(await outbox.settle(fresh, delivered, {})).toEqual({ kind: 'lost' });
    });

    it('hold as long as they are renewed', async () => {
      const one = harness().holder('one').outbox;
      const two = harness().holder('two').outbox;
      await one.accept(message());
      const claim = await claimNext(one);
      for (let round = 0; round < 5; round += 1) {
        await harness().advance(timing.leaseMs - 1_000);
        await one.renewLeases();
        await two.recoverLeases(repeat);
      }
      expect(await one.settle(claim, delivered, {})).toMatchObject({ kind: 'written' });
    });

    it('are renewed by their own holder only', async () => {
      const [one, two] = [harness().holder('one').outbox, harness().holder('two').outbox];
      const [dead, living] = [message({ task: 1 }), message({ task: 2 })];
      await one.accept(dead);
      const lost = await claimNext(one);
      await one.accept(living);
      const kept = await claimNext(two);
      await harness().advance(timing.leaseMs - 1);
      await two.renewLeases();
      await harness().advance(2);

      await two.recoverLeases(repeat);

      expect(await two.find(dead.person, dead.id)).toMatchObject({ state: 'accepted', ambiguous: true });
      expect(await one.settle(lost, delivered, {})).toEqual({ kind: 'lost' });
      await one.recoverLeases(repeat);
      expect(await two.settle(kept, delivered, {})).toMatchObject({ kind: 'written' });
    });

    it('are all recovered when the only process starts', async () => {
      await harness().holder('before').outbox.accept(message());
      await claimNext(harness().holder('before').outbox);
      const { outbox } = harness().holder('after');
      const outcome = { kind: 'unknown', failure: { kind: 'no-answer' } } as const;

      const reports = await outbox.recoverLeases(() => ({ kind: 'end', outcome }), { all: true });

      expect(reports).toMatchObject([{ kind: 'final', attempts: 0, delivery: { outcome, ambiguous: false } }]);
    });

    it('are not ended by their own holder, which may have stood still with the answer in its hands', async () => {
      const { outbox } = harness().holder('one');
      await outbox.accept(message());
      const claim = await claimNext(outbox);
      await harness().advance(timing.leaseMs + 1);
      expect(await outbox.recoverLeases(() => ({ kind: 'end', outcome: { kind: 'unknown' } }))).toEqual([]);
      expect(await outbox.settle(claim, delivered, {})).toMatchObject({ kind: 'written' });
    });

    it('give the new holder what is known about the part', async () => {
      const { outbox } = harness().holder('one');
      await outbox.accept(message({ requests: ['one', 'two'], identityId: 'identity-9' }));
      await outbox.settle(await claimNext(outbox), { kind: 'next-part' }, { honoursKey: true });
      await claimNext(outbox);
      await harness().advance(timing.leaseMs + 1);
      const seen: unknown[] = [];

      await harness()
        .holder('two')
        .outbox.recoverLeases((progress) => {
          seen.push(progress);
          return delivered;
        });

      expect(seen).toMatchObject([
        { part: 2, parts: 2, identityId: 'identity-9', honoursKey: true, now: harness().now() },
      ]);
    });

    it('cannot be settled through another outbox than the one that gave them', async () => {
      await harness().holder('one').outbox.accept(message());
      const claim = await claimNext(harness().holder('one').outbox);
      await expect(harness().holder('one').outbox.settle(claim, delivered, {})).rejects.toThrow('not handed out');
    });
  });
}

function never(): never {
  throw new Error('No report was due');
}
