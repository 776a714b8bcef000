import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Transition } from '../../src/delivery/progress.ts';
import { acme, claimNext, message, type OutboxHarness, other } from './outbox-harness.ts';

const unreachable = {
  kind: 'wait',
  delayMs: 60_000,
  failures: 1,
  ambiguous: false,
  failure: { kind: 'unreachable' },
} as const satisfies Transition;
const park: Transition = { kind: 'park', failure: { kind: 'credential-rejected' } };
const ids = (listed: readonly { readonly delivery: { readonly id: string } }[]) =>
  listed.map((each) => each.delivery.id);

/** What an administrator sees and does beside the running service. */
export function administrationTests(harness: () => OutboxHarness): void {
  describe('administration', () => {
    it('lists what is open by state, person, portal and task, oldest first', async () => {
      const { outbox, administration } = harness().holder('one');
      const [sent, mine, second, theirs, far] = [
        message(),
        message(),
        message({ task: 52 }),
        message({ user: 'U2' }),
        message({ user: 'U3', account: { portal: other, userId: '9', name: 'Boris' } }),
      ];
      await outbox.accept(sent);
      await outbox.settle(await claimNext(outbox), { kind: 'end', outcome: { kind: 'delivered' } }, {});
      for (const each of [mine, second, theirs, far]) {
        await outbox.accept(each);
      }
      const listed = async (filter: object) => ids(await administration.list({ limit: 10, ...filter }));
      expect(await listed({})).toEqual([mine.id, second.id, theirs.id, far.id]);
      expect(await listed({ limit: 2 })).toEqual([mine.id, second.id]);
      expect(await listed({ state: 'delivered' })).toEqual([sent.id]);
      expect(await listed({ state: 'parked' })).toEqual([]);
      expect(await listed({ state: 'waiting', task: 52 })).toEqual([second.id]);
      expect(await listed({ person: { tenant: 'T1', user: 'U2' } })).toEqual([theirs.id]);
      expect(await listed({ portal: other })).toEqual([far.id]);
      expect(await administration.tally()).toMatchObject([
        { portal: acme, state: 'delivered', count: 1 },
        { portal: acme, state: 'waiting', count: 3 },
        { portal: other, state: 'waiting', count: 1 },
      ]);
    });

    it('shows the failed attempts of one delivery: the same trouble in a row is one line', async () => {
      const { outbox, administration } = harness().holder('one');
      const smooth = message();
      await outbox.accept(smooth);
      await outbox.settle(await claimNext(outbox), { kind: 'end', outcome: { kind: 'delivered' } }, {});
      const rough = message();
      await outbox.accept(rough);
      for (let attempt = 1; attempt <= 3; attempt += 1) {
        await outbox.settle(await claimNext(outbox), unreachable, {});
        await harness().advance(60_000);
      }
      const failure = { kind: 'portal-closed' } as const;
      await outbox.settle(await claimNext(outbox), { kind: 'end', outcome: { kind: 'refused', failure } }, {});
      expect(await administration.find(smooth.id)).toMatchObject({ history: [], state: 'delivered' });
      const found = await administration.find(rough.id);
      expect(found).toMatchObject({
        state: 'refused',
        history: [
          { times: 3, part: 1, step: 'wait', failure: 'unreachable' },
          { times: 1, part: 1, step: 'refused', failure: 'portal-closed' },
        ],
      });
      const [waits] = found && found !== 'several' ? found.history : [];
      expect((waits?.lastAt ?? 0) - (waits?.firstAt ?? 0)).toBe(120_000);
    });

    it('knows an id by its first letters, where one delivery begins so', async () => {
      const { outbox, administration } = harness().holder('one');
      await outbox.accept(message({ id: 'aa_1-first' }));
      await outbox.accept(message({ id: 'aa_1-second' }));
      await outbox.accept(message({ id: 'aab1-third' }));
      expect(await administration.find('aa_1-f')).toMatchObject({ delivery: { id: 'aa_1-first' } });
      expect(await administration.find('aa_1')).toBe('several');
      expect(await administration.find('aab')).toMatchObject({ delivery: { id: 'aab1-third' } });
      expect(await administration.find('AAB')).toBeUndefined();
      expect(await administration.find('%')).toBeUndefined();
      expect(await administration.find('')).toBeUndefined();
    });

    it('cancels what waits, has its sender told, and lets the next of its lane go', async () => {
      const { outbox, administration } = harness().holder('one');
      const [first, second] = [message(), message()];
      await outbox.accept(first);
      await outbox.accept(second);
      const claim = await claimNext(outbox);
      expect(await administration.cancel(claim.delivery)).toBe('sending');
      await outbox.settle(claim, unreachable, {});
      expect(await administration.cancel(claim.delivery)).toBe('cancelled');
      expect(await administration.cancel(claim.delivery)).toBe('ended');
      expect(await administration.cancel({ ...claim.delivery, id: 'never-there' })).toBe('absent');
      expect(await outbox.claimReports(10)).toMatchObject([
        { kind: 'final', delivery: { id: first.id, outcome: { kind: 'cancelled', by: 'administrator' } } },
      ]);
      expect((await claimNext(outbox)).delivery.id).toBe(second.id);
    });

    it('keeps that it cancelled in words which the release before reads as well, and reads all that was written', async () => {
      const { outbox, administration } = harness().holder('one');
      await outbox.accept(message());
      const claim = await claimNext(outbox);
      const { person, id } = claim.delivery;
      await outbox.settle(claim, unreachable, {});
      expect(await administration.cancel(claim.delivery)).toBe('cancelled');
      const [kept] = await harness().database.query('SELECT outcome FROM outbox WHERE id = $1', [id]);
      const before = z.object({ kind: z.literal('cancelled'), by: z.enum(['sender', 'unlink', 'relink']) });
      expect(before.parse(JSON.parse(String(kept?.['outcome'])))).toEqual({ kind: 'cancelled', by: 'sender' });
      for (const by of ['sender', 'unlink', 'relink', 'administrator']) {
        const outcome = { kind: 'cancelled', by };
        await harness().database.query('UPDATE outbox SET outcome = $1 WHERE id = $2', [JSON.stringify(outcome), id]);
        expect((await outbox.find(person, id))?.outcome).toEqual(outcome);
      }
    });

    it('never calls cancelled what may have arrived, nor has it repeated before its time', async () => {
      const { outbox, administration } = harness().holder('one');
      await outbox.accept(message());
      const claim = await claimNext(outbox);
      await outbox.settle(claim, { ...unreachable, ambiguous: true }, {});
      expect(await administration.retry({ id: claim.delivery.id })).toBe(0);
      expect(await administration.retry({ portal: acme })).toBe(0);
      expect((await outbox.claim(10)).claims).toEqual([]);
      expect(await administration.cancel(claim.delivery)).toBe('uncertain');
      expect(await outbox.find(claim.delivery.person, claim.delivery.id)).toMatchObject({ state: 'unknown' });
    });

    it('makes due what waits for its next attempt, one or all of a portal', async () => {
      const { outbox, administration } = harness().holder('one');
      const all = [message(), message({ task: 52 }), message({ account: { portal: other, userId: '7', name: 'A' } })];
      for (const each of all) {
        await outbox.accept(each);
      }
      for (const claim of (await outbox.claim(10)).claims) {
        await outbox.settle(claim, unreachable, {});
      }
      expect((await outbox.claim(10)).claims).toEqual([]);
      expect(await administration.retry({ id: all[0]?.id ?? '' })).toBe(1);
      expect((await claimNext(outbox)).delivery.id).toBe(all[0]?.id);
      expect(await administration.retry({ portal: acme })).toBe(1);
      expect((await claimNext(outbox)).delivery.id).toBe(all[1]?.id);
      expect((await outbox.claim(10)).claims).toEqual([]);
    });

    it('releases what is parked, of one person or of a portal, in its order', async () => {
      const { outbox, administration } = harness().holder('one');
      const [mine, next, theirs] = [message(), message(), message({ user: 'U2' })];
      for (const each of [mine, next, theirs]) {
        await outbox.accept(each);
      }
      for (const claim of (await outbox.claim(10)).claims) {
        await outbox.settle(claim, park, {});
      }
      expect(await outbox.count()).toMatchObject({ parked: 3 });
      expect(await administration.release({ portal: other })).toBe(0);
      expect(await administration.release({ person: mine.person })).toBe(2);
      expect((await claimNext(outbox)).delivery.id).toBe(mine.id);
      expect((await outbox.claim(10)).claims).toEqual([]);
      expect(await administration.release({ portal: acme })).toBe(1);
      expect((await claimNext(outbox)).delivery.id).toBe(theirs.id);
    });

    it('knows when a message of a person last arrived', async () => {
      const { outbox, administration } = harness().holder('one');
      const sent = message();
      expect(await administration.lastDeliveredAt(sent.person)).toBeUndefined();
      await outbox.accept(sent);
      await outbox.settle(await claimNext(outbox), { kind: 'end', outcome: { kind: 'delivered' } }, {});
      expect(await administration.lastDeliveredAt(sent.person)).toBe(harness().now());
      expect(await administration.lastDeliveredAt({ tenant: 'T1', user: 'U9' })).toBeUndefined();
    });
  });
}
