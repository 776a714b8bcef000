import { describe, expect, it } from 'vitest';
import type { Decide, Transition } from '../../src/delivery/progress.ts';
import { claimNext, message, type OutboxHarness, timing } from './outbox-harness.ts';

const me = { tenant: 'T1', user: 'U1' };
const maybeRun = {
  kind: 'wait',
  delayMs: 5_000,
  failures: 1,
  ambiguous: true,
  failure: { kind: 'no-answer' },
} as const satisfies Transition;
const expired: Decide = ({ ambiguous }) => ({ kind: 'end', outcome: { kind: ambiguous ? 'unknown' : 'expired' } });

/** Ends that no attempt brings about: cancelling, unlinking, the deadline, forgetting. */
export function endingTests(harness: () => OutboxHarness): void {
  describe('ending', () => {
    it('takes one waiting delivery back, reports it, and lets the next of its lane go on', async () => {
      const { outbox } = harness().holder('one');
      const [first, second] = [message(), message()];
      await outbox.accept(first);
      await outbox.accept(second);

      expect(await outbox.cancel(me, first.id)).toBe('cancelled');

      expect(await outbox.find(me, first.id)).toMatchObject({
        state: 'cancelled',
        outcome: { kind: 'cancelled', by: 'sender' },
      });
      expect((await claimNext(outbox)).delivery.id).toBe(second.id);
      expect(await outbox.claimReports(10)).toMatchObject([{ kind: 'final', delivery: { id: first.id } }]);
    });

    it('remembers what its author has deleted from the chat again, of what was delivered only', async () => {
      const { outbox } = harness().holder('one');
      const [sent, waiting] = [message(), message()];
      await outbox.accept(sent);
      await outbox.settle(await claimNext(outbox), { kind: 'end', outcome: { kind: 'delivered' } }, {});
      await outbox.accept(waiting);
      await outbox.noteTakenBack({ tenant: 'T1', user: 'U2' }, sent.id);
      expect(await outbox.find(me, sent.id)).toMatchObject({ outcome: { kind: 'delivered' } });
      for (const { id } of [sent, sent, waiting]) {
        await outbox.noteTakenBack(me, id);
      }
      expect(await outbox.find(me, sent.id)).toMatchObject({
        state: 'delivered',
        outcome: { kind: 'delivered', takenBack: true },
      });
      expect(await outbox.find(me, waiting.id)).toMatchObject({ state: 'accepted' });
      expect((await outbox.find(me, waiting.id))?.outcome).toBeUndefined();
      await outbox.settle(await claimNext(outbox), { kind: 'end', outcome: { kind: 'delivered' } }, {});
    });

    it('takes back one from the middle of a lane', async () => {
      const { outbox } = harness().holder('one');
      const lane = [message(), message(), message()];
      for (const each of lane) {
        await outbox.accept(each);
      }
      expect(await outbox.cancel(me, lane[1]?.id ?? '')).toBe('cancelled');
      await outbox.settle(await claimNext(outbox), { kind: 'end', outcome: { kind: 'delivered' } }, {});
      expect((await claimNext(outbox)).delivery.id).toBe(lane[2]?.id);
    });

    it('does not take back what is being sent, may have been sent, has ended, or is somebody else’s', async () => {
      const { outbox } = harness().holder('one');
      const sent = message();
      await outbox.accept(sent);
      expect(await outbox.cancel({ tenant: 'T1', user: 'U2' }, sent.id)).toBe('absent');
      expect(await outbox.cancel({ tenant: 'T2', user: 'U1' }, sent.id)).toBe('absent');
      const claim = await claimNext(outbox);
      expect(await outbox.cancel(me, sent.id)).toBe('sending');
      await outbox.settle(claim, maybeRun, {});
      expect(await outbox.cancel(me, sent.id)).toBe('ambiguous');
      await harness().advance(5_000);
      await outbox.settle(await claimNext(outbox), { kind: 'end', outcome: { kind: 'delivered' } }, {});
      expect(await outbox.cancel(me, sent.id)).toBe('ended');
      expect(await outbox.cancel(me, 'nothing')).toBe('absent');
    });

    it('takes everything back that waits for a person, and nothing else', async () => {
      const { outbox } = harness().holder('one');
      const [sending, doubtful, behind, waiting] = [
        message({ task: 1 }),
        message({ task: 2 }),
        message({ task: 2 }),
        message({ task: 3 }),
      ];
      const foreign = message({ user: 'U2' });
      for (const each of [sending, doubtful]) {
        await outbox.accept(each);
      }
      const { claims } = await outbox.claim(10);
      for (const claim of claims) {
        if (claim.delivery.id === doubtful.id) {
          await outbox.settle(claim, maybeRun, {});
        }
      }
      for (const each of [behind, waiting, foreign]) {
        await outbox.accept(each);
      }

      expect(await outbox.cancelAll(me, 'unlink')).toBe(3);

      const outcomes = await Promise.all([doubtful, behind, waiting].map(({ id }) => outbox.find(me, id)));
      expect(outcomes.map((found) => found?.outcome)).toEqual([
        { kind: 'unknown', failure: { kind: 'no-answer' } },
        { kind: 'cancelled', by: 'unlink' },
        { kind: 'cancelled', by: 'unlink' },
      ]);
      expect(await outbox.find(me, sending.id)).toMatchObject({ state: 'sending' });
      expect((await claimNext(outbox)).delivery.id).toBe(foreign.id);
      expect(await outbox.claimReports(10)).toHaveLength(3);
      expect(await outbox.cancelAll(me, 'unlink')).toBe(0);
    });

    it('ends what waits past its deadline, also behind others and parked, and reports each', async () => {
      const { outbox } = harness().holder('one');
      const late = [message({ task: 1 }), message({ task: 1 }), message({ task: 2 })];
      for (const each of late) {
        await outbox.accept(each);
      }
      const doubtful = (await outbox.claim(10)).claims.find(({ delivery }) => delivery.id === late[2]?.id);
      if (doubtful) {
        await outbox.settle(doubtful, { ...maybeRun, delayMs: timing.deadlineMs * 2 }, {});
      }
      await harness().advance(timing.deadlineMs - 1);
      await outbox.renewLeases();
      const young = message({ task: 3 });
      await outbox.accept(young);
      expect(await outbox.expire(expired)).toEqual([]);
      await harness().advance(1);

      const reports = await outbox.expire(expired);

      expect(reports.map(({ kind, delivery }) => [kind, delivery.id, delivery.state])).toEqual([
        ['final', late[1]?.id, 'expired'],
        ['final', late[2]?.id, 'unknown'],
      ]);
      expect(await outbox.find(me, late[0]?.id ?? '')).toMatchObject({ state: 'sending' });
      expect(await outbox.find(me, young.id)).toMatchObject({ state: 'accepted' });
      expect(await outbox.expire(expired)).toEqual([]);
    });

    it('ends hundreds past their deadline in one go', async () => {
      const { outbox } = harness().holder('one');
      await Promise.all(Array.from({ length: 250 }, () => outbox.accept(message())));
      await harness().advance(timing.deadlineMs);
      expect(await outbox.expire(expired)).toHaveLength(250);
      expect(await outbox.count()).toEqual({ waiting: 0, sending: 0, parked: 0 });
    });

    it('forgets a person with everything of theirs, whatever state it is in', async () => {
      const { outbox } = harness().holder('one');
      await outbox.accept(message({ task: 1 }));
      const claim = await claimNext(outbox);
      await outbox.accept(message({ task: 2 }));
      await outbox.cancel(me, message().id);
      const foreign = message({ user: 'U2' });
      await outbox.accept(foreign);

      expect(await outbox.forget(me)).toBe(2);

      expect(await outbox.listOpen(me)).toEqual([]);
      expect(await outbox.settle(claim, { kind: 'end', outcome: { kind: 'delivered' } }, {})).toEqual({ kind: 'lost' });
      expect((await claimNext(outbox)).delivery.id).toBe(foreign.id);
    });
  });
}
