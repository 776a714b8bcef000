import { describe, expect, it } from 'vitest';
import type { Transition } from '../../src/delivery/progress.ts';
import { claimNext, message, type OutboxHarness, timing } from './outbox-harness.ts';

const delivered: Transition = { kind: 'end', outcome: { kind: 'delivered' } };
const handedOutMs = timing.leaseMs * 3;

/** What senders are told, and when. */
export function reportTests(harness: () => OutboxHarness): void {
  describe('reports', () => {
    it('tell once that a delivery waits, with the reason, and once how it ended', async () => {
      const { outbox } = harness().holder('one');
      const sent = message();
      await outbox.accept(sent);
      const failure = { kind: 'unreachable' } as const;
      const wait = { kind: 'wait', delayMs: 5_000, failures: 1, ambiguous: false, failure } as const;
      await outbox.settle(await claimNext(outbox), wait, {});
      await harness().advance(timing.waitingNoticeMs - 1);
      expect(await outbox.claimReports(10)).toEqual([]);
      await harness().advance(1);

      const [waiting] = await outbox.claimReports(10);
      expect(waiting).toMatchObject({
        kind: 'waiting',
        attempts: 0,
        delivery: { id: sent.id, waitingFor: failure, nextAttemptAt: harness().now() + 3_000 },
      });
      expect(waiting?.route).toEqual(sent.route);
      if (waiting) {
        await outbox.settleReport(waiting, { made: true });
      }
      await harness().advance(60_000);
      expect(await outbox.claimReports(10)).toEqual([]);

      const settled = await outbox.settle(await claimNext(outbox), delivered, {});
      expect(settled).toMatchObject({ kind: 'written', report: { kind: 'final' } });
      if (settled.kind === 'written' && settled.report) {
        await outbox.settleReport(settled.report, { made: true });
      }
      await harness().advance(handedOutMs * 2);
      expect(await outbox.claimReports(10)).toEqual([]);
    });

    it('come again when whoever had them did not say that they were made', async () => {
      const { outbox } = harness().holder('one');
      await outbox.accept(message());
      await outbox.settle(await claimNext(outbox), delivered, {});
      expect(await outbox.claimReports(10)).toEqual([]);
      await harness().advance(handedOutMs);

      expect(await harness().holder('two').outbox.claimReports(10)).toMatchObject([{ kind: 'final', attempts: 1 }]);
      expect(await outbox.claimReports(10)).toEqual([]);
    });

    it('are tried again when they are wanted again, and count how often', async () => {
      const { outbox } = harness().holder('one');
      await outbox.accept(message());
      await outbox.cancelAll({ tenant: 'T1', user: 'U1' }, 'unlink');
      for (const attempts of [0, 1, 2]) {
        const [report] = await outbox.claimReports(10);
        expect(report).toMatchObject({ kind: 'final', attempts });
        if (report) {
          await outbox.settleReport(report, { retryInMs: 10_000 });
        }
        await harness().advance(9_999);
        expect(await outbox.claimReports(10)).toEqual([]);
        await harness().advance(1);
      }
    });

    it('do not say that something waits once it has ended', async () => {
      const { outbox } = harness().holder('one');
      await outbox.accept(message());
      const settled = await outbox.settle(await claimNext(outbox), delivered, {});
      if (settled.kind === 'written' && settled.report) {
        await outbox.settleReport(settled.report, { made: true });
      }
      await harness().advance(timing.waitingNoticeMs * 100);
      expect(await outbox.claimReports(10)).toEqual([]);
    });

    it('of the end stay due when a notice about waiting is made late', async () => {
      const { outbox } = harness().holder('one');
      await outbox.accept(message());
      const claim = await claimNext(outbox);
      await harness().advance(timing.waitingNoticeMs);
      const [late] = await outbox.claimReports(10);
      await outbox.settle(claim, delivered, {});
      if (late) {
        await outbox.settleReport(late, { made: true });
      }
      await harness().advance(handedOutMs);

      expect(await outbox.claimReports(10)).toMatchObject([{ kind: 'final' }]);
    });

    it('of a delivery that is being sent leave its lease alone', async () => {
      const { outbox } = harness().holder('one');
      await outbox.accept(message());
      const claim = await claimNext(outbox);
      await harness().advance(timing.waitingNoticeMs);
      const [waiting] = await outbox.claimReports(10);
      if (waiting) {
        await outbox.settleReport(waiting, { made: true });
      }

      expect(waiting).toMatchObject({ kind: 'waiting', delivery: { state: 'sending' } });
      expect(await outbox.settle(claim, delivered, {})).toMatchObject({ kind: 'written' });
    });

    it('are not made due again by a process that was too slow', async () => {
      const { outbox } = harness().holder('one');
      await outbox.accept(message());
      const settled = await outbox.settle(await claimNext(outbox), delivered, {});
      await harness().advance(handedOutMs);
      const [again] = await outbox.claimReports(10);
      if (again) {
        await outbox.settleReport(again, { made: true });
      }
      if (settled.kind === 'written' && settled.report) {
        await outbox.settleReport(settled.report, { retryInMs: 0 });
      }
      await harness().advance(handedOutMs * 2);

      expect(await outbox.claimReports(10)).toEqual([]);
    });

    it('that were made at once are noted in few commits', async () => {
      const { outbox } = harness().holder('one');
      await Promise.all(Array.from({ length: 150 }, (_, index) => outbox.accept(message({ task: index + 1 }))));
      await outbox.cancelAll({ tenant: 'T1', user: 'U1' }, 'unlink');
      const reports = await outbox.claimReports(200);
      const before = harness().commits();

      await Promise.all(reports.map((report) => outbox.settleReport(report, { made: true })));

      expect(reports).toHaveLength(150);
      expect(harness().commits() - before).toBeLessThanOrEqual(3);
      await harness().advance(handedOutMs);
      expect(await outbox.claimReports(200)).toEqual([]);
    });

    it('go to one of two processes that ask at once', async () => {
      const one = harness().holder('one').outbox;
      const two = harness().holder('two').outbox;
      await Promise.all(Array.from({ length: 30 }, (_, index) => one.accept(message({ task: index + 1 }))));
      await harness().advance(timing.waitingNoticeMs);

      const taken = (await Promise.all([one, two, one, two].map((outbox) => outbox.claimReports(20)))).flat();

      expect(new Set(taken.map(({ delivery }) => delivery.id)).size).toBe(taken.length);
      const rest = await one.claimReports(100);
      expect(taken.length + rest.length).toBe(30);
    });
  });
}
