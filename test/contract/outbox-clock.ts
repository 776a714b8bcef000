import { describe, expect, it } from 'vitest';
import type { Outbox } from '../../src/delivery/ports.ts';
import { acme, claimNext, message, type OutboxHarness, timing } from './outbox-harness.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const retry = { kind: 'wait', delayMs: 60_000, failures: 1, ambiguous: false } as const;
const expired = () => ({ kind: 'end', outcome: { kind: 'expired' } }) as const;

/** The clock of the storage is set, forward or back, while messages wait. */
export function clockTests(harness: () => OutboxHarness): void {
  describe('a clock that is set', () => {
    it('back by an hour costs deliveries to a portal whose bucket is empty no more than a refill', async () => {
      harness().setRate({ burst: 3, perSecond: 1 });
      const { outbox, pacer } = harness().holder('one');
      await pacer.prove(acme);
      await pacer.markFull(acme);
      await outbox.accept(message());
      await harness().jump(-hourMs);
      expect((await outbox.claim(1)).claims).toEqual([]);
      await harness().advance(3_000);
      expect((await outbox.claim(1)).claims).toHaveLength(1);
    });

    it.each([
      ['known', true],
      ['new', false],
    ])('back by an hour costs people who wait for a full portal that is %s no more than a refill', async (_, known) => {
      harness().setRate({ burst: 3, perSecond: 1 });
      const { pacer } = harness().holder('one');
      if (known) {
        await pacer.prove(acme);
      }
      await pacer.markFull(acme);
      await harness().jump(-hourMs);
      const { waitMs } = await pacer.draw(acme);
      expect(waitMs).toBe(2_000);
      await harness().advance(waitMs);
      expect((await pacer.draw(acme)).waitMs).toBe(0);
    });

    it('back by an hour does not let people overtake deliveries for that hour', async () => {
      harness().setRate({ burst: 3, perSecond: 1 });
      const { outbox, pacer } = harness().holder('one');
      await outbox.accept(message({ task: 1 }));
      await outbox.accept(message({ task: 2 }));
      await claimNext(outbox);
      await harness().jump(-hourMs);
      let claimed = 0;
      for (let round = 0; round < 60 && claimed === 0; round += 1) {
        await pacer.draw(acme);
        await harness().advance(500);
        claimed = (await outbox.claim(1)).claims.length;
      }
      expect(claimed).toBe(1);
    });

    it.each([-hourMs, hourMs, -dayMs, dayMs])(
      'by %i ms lets nothing wait longer than it was meant to',
      async (jumpMs) => {
        const { outbox } = harness().holder('one');
        await outbox.accept(message());
        await outbox.settle(await claimNext(outbox), retry, {});
        await outbox.claim(1);
        await harness().jump(jumpMs);
        await outbox.claim(0);
        await harness().advance(retry.delayMs);
        expect((await outbox.claim(1)).claims).toHaveLength(1);
      },
    );

    it('a day forward ends nothing whose deadline had not come, and the day back again changes nothing', async () => {
      const { outbox } = harness().holder('one');
      const sent = message();
      await outbox.accept(sent);
      await outbox.expire(expired);
      for (const jumpMs of [dayMs, -dayMs, dayMs]) {
        await harness().jump(jumpMs);
        await outbox.expire(expired);
        expect(await outbox.find(sent.person, sent.id)).toMatchObject({ state: 'accepted' });
      }
      await harness().advance(timing.deadlineMs - 1);
      await outbox.expire(expired);
      expect(await outbox.find(sent.person, sent.id)).toMatchObject({ state: 'accepted' });
      await harness().advance(1);
      await outbox.expire(expired);
      expect(await outbox.find(sent.person, sent.id)).toMatchObject({ state: 'expired' });
    });

    it('back by an hour puts no deadline off', async () => {
      const { outbox } = harness().holder('one');
      const sent = message();
      await outbox.accept(sent);
      await outbox.expire(expired);
      await harness().jump(-hourMs);
      await outbox.expire(expired);
      await harness().advance(timing.deadlineMs);
      await outbox.expire(expired);
      expect(await outbox.find(sent.person, sent.id)).toMatchObject({ state: 'expired' });
    });

    it('back by an hour holds up no report', async () => {
      const { outbox } = harness().holder('one');
      await outbox.accept(message());
      await outbox.cancelAll({ tenant: 'T1', user: 'U1' }, 'unlink');
      const [report] = await outbox.claimReports(1);
      if (report) {
        await outbox.settleReport(report, { retryInMs: 10_000 });
      }
      await harness().jump(-hourMs);
      expect(await outbox.claimReports(1)).toEqual([]);
      await harness().advance(10_000);
      expect(await outbox.claimReports(1)).toHaveLength(1);
    });

    it('forward by an hour ends no lease that is renewed', async () => {
      const [one, two] = ['one', 'two'].map((name) => harness().holder(name).outbox);
      await one?.accept(message());
      const claim = one && (await claimNext(one));
      await two?.recoverLeases(expired);
      await harness().jump(hourMs);
      expect(await two?.recoverLeases(expired)).toEqual([]);
      expect(claim && (await one?.settle(claim, { kind: 'end', outcome: { kind: 'delivered' } }, {}))).toMatchObject({
        kind: 'written',
      });
    });

    it('is noticed by several processes and counted once', async () => {
      const holders = ['one', 'two', 'three'].map((name) => harness().holder(name).outbox);
      const sent = message();
      await holders[0]?.accept(sent);
      await inParallel(holders);
      await harness().jump(dayMs);
      await inParallel(holders);
      await inParallel(holders);
      const found = await holders[0]?.find(sent.person, sent.id);
      expect(found?.deadlineAt).toBe(harness().now() + timing.deadlineMs);
    });

    it('back while no process ran is noticed by what was accepted last', async () => {
      const earlier = harness().holder('one').outbox;
      await earlier.accept(message());
      await earlier.settle(await claimNext(earlier), retry, {});
      await harness().jump(-hourMs);
      const later = harness().holder('two').outbox;
      await later.claim(1);
      await harness().advance(retry.delayMs);
      expect((await later.claim(1)).claims).toHaveLength(1);
    });
  });
}

async function inParallel(holders: readonly Outbox[]): Promise<void> {
  await Promise.all(holders.map((outbox) => outbox.expire(expired)));
}
