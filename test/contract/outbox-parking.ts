import { describe, expect, it } from 'vitest';
import type { Outbox } from '../../src/delivery/ports.ts';
import type { Claim, Transition } from '../../src/delivery/progress.ts';
import { acme, claimNext, message, type OutboxHarness, other, timing } from './outbox-harness.ts';

const rejected = { kind: 'credential-rejected' } as const;
const park: Transition = { kind: 'park', failure: rejected };
const anna = { portal: acme, userId: '7', name: 'Anna Petrova' };
const maybeRun: Transition = { kind: 'wait', delayMs: 0, failures: 1, ambiguous: true };

/** A broken credential: everything of the sender on that portal waits for a new link. */
export function parkingTests(harness: () => OutboxHarness): void {
  describe('parking', () => {
    it('takes everything that waits for that sender on that portal, with one notice', async () => {
      const { outbox } = harness().holder('one');
      const mine = [message(), message(), message({ task: 52 })];
      const elsewhere = message({ account: { ...anna, portal: other } });
      for (const each of [...mine, elsewhere, message({ user: 'U2' })]) {
        await outbox.accept(each);
      }
      const claim = await claimedOf(outbox, mine[0]?.id);

      const settled = await outbox.settle(claim, park, {});

      expect(settled).toMatchObject({
        report: {
          kind: 'parked',
          delivery: { id: mine[0]?.id, parked: true, state: 'accepted', waitingFor: rejected },
        },
      });
      expect(await outbox.count()).toMatchObject({ parked: 2 });
      const open = await outbox.listOpen(claim.delivery.person);
      expect(open.map(({ id, parked, state }) => [id, parked, state])).toEqual([
        [mine[0]?.id, true, 'accepted'],
        [mine[1]?.id, true, 'accepted'],
        [mine[2]?.id, false, 'sending'],
        [elsewhere.id, false, 'sending'],
      ]);
    });

    it('tells once, also when several attempts come back with the same answer', async () => {
      const { outbox } = harness().holder('one');
      for (let task = 1; task <= 4; task += 1) {
        await outbox.accept(message({ task }));
      }
      const { claims } = await outbox.claim(10);
      const together = await Promise.all(claims.slice(0, 2).map((claim) => outbox.settle(claim, park, {})));
      const later: unknown[] = [];
      for (const claim of claims.slice(2)) {
        later.push(await outbox.settle(claim, park, {}));
      }

      const reports = [...together, ...later].filter((settled) => JSON.stringify(settled).includes('"report"'));
      expect(reports).toHaveLength(1);
      expect((await outbox.claim(10)).claims).toEqual([]);
      await harness().advance(timing.waitingNoticeMs + timing.leaseMs * 3);
      expect((await outbox.claimReports(10)).map(({ kind }) => kind)).toEqual(['parked']);
    });

    it('is listed by person and account, with the credential that was refused', async () => {
      const { outbox } = harness().holder('one');
      await outbox.accept(message({ identityId: 'identity-2' }));
      await outbox.accept(message({ task: 52, identityId: 'identity-1' }));
      await outbox.accept(message({ user: 'U2' }));
      const { claims } = await outbox.claim(1);
      for (const claim of claims) {
        await outbox.settle(claim, park, {});
      }
      expect(await outbox.listParked()).toEqual([
        { person: { tenant: 'T1', user: 'U1' }, account: { portal: acme, userId: '7' }, identityId: 'identity-2' },
      ]);
    });

    it('parks what the sender writes meanwhile, and says so', async () => {
      const { outbox } = harness().holder('one');
      await outbox.accept(message());
      await outbox.settle(await claimNext(outbox), park, {});

      expect(await outbox.accept(message())).toEqual({ kind: 'accepted', parked: rejected });
      expect(await outbox.accept(message({ task: 99 }))).toEqual({ kind: 'accepted', parked: rejected });
      expect(await outbox.accept(message({ user: 'U2' }))).toEqual({ kind: 'accepted' });
      expect(await outbox.accept(message({ account: { ...anna, portal: other } }))).toEqual({ kind: 'accepted' });
      expect(await outbox.count()).toEqual({ waiting: 5, sending: 0, parked: 3 });
    });

    it('leaves alone what may have been sent: a new credential would not help it', async () => {
      const { outbox } = harness().holder('one');
      const doubtful = message({ task: 1 });
      await outbox.accept(doubtful);
      await outbox.settle(await claimNext(outbox), maybeRun, {});
      await outbox.accept(message({ task: 2 }));
      const claims = (await outbox.claim(10)).claims;
      const [unlucky] = claims.filter(({ delivery }) => delivery.id !== doubtful.id);
      const [again] = claims.filter(({ delivery }) => delivery.id === doubtful.id);
      if (again) {
        await outbox.settle(again, maybeRun, {});
      }
      if (unlucky) {
        await outbox.settle(unlucky, park, {});
      }

      expect((await claimNext(outbox)).delivery.id).toBe(doubtful.id);
    });

    it('ends with a new link of the same account: everything goes on, in order', async () => {
      const { outbox } = harness().holder('one');
      const mine = [message(), message(), message({ task: 52 })];
      for (const each of mine) {
        await outbox.accept(each);
      }
      const { claims } = await outbox.claim(10);
      for (const claim of claims) {
        await outbox.settle(claim, park, {});
      }
      await outbox.accept(message());

      expect(await outbox.relink({ tenant: 'T1', user: 'U1' }, { ...anna, name: 'Renamed' })).toEqual({
        resumed: 4,
        cancelled: 0,
      });

      const first = (await outbox.claim(10)).claims;
      expect(first.map(({ delivery }) => delivery.id).toSorted()).toEqual([mine[0]?.id, mine[2]?.id].toSorted());
      expect(first[0]?.progress.waitingFor).toBeUndefined();
      for (const claim of first) {
        await outbox.settle(claim, { kind: 'end', outcome: { kind: 'delivered' } }, {});
      }
      expect((await claimNext(outbox)).delivery.id).toBe(mine[1]?.id);
      expect(await outbox.accept(message())).toEqual({ kind: 'accepted' });
    });

    it('does not queue new messages behind what was parked long ago', async () => {
      const { outbox } = harness().holder('one');
      for (let task = 1; task <= 5; task += 1) {
        await outbox.accept(message({ task }));
      }
      await outbox.settle(await claimNext(outbox), park, {});
      for (let task = 1; task <= 20; task += 1) {
        await outbox.accept(message({ user: 'U2', task }));
        await claimNext(outbox);
      }
      await outbox.relink({ tenant: 'T1', user: 'U1' }, anna);
      await outbox.accept(message({ user: 'U3' }));

      const users = [await claimNext(outbox), await claimNext(outbox)].map(({ delivery }) => delivery.person.user);
      expect(users.toSorted()).toEqual(['U1', 'U3']);
    });

    it('is told again when the new credential is broken as well', async () => {
      const { outbox } = harness().holder('one');
      await outbox.accept(message());
      await outbox.settle(await claimNext(outbox), park, {});
      await outbox.relink({ tenant: 'T1', user: 'U1' }, anna);

      expect(await outbox.settle(await claimNext(outbox), park, {})).toMatchObject({ report: { kind: 'parked' } });
    });

    it('does not hold up a lane behind what a link to another account took back', async () => {
      const { outbox } = harness().holder('one');
      const old = [message({ task: 1 }), message({ task: 2 }), message({ task: 3 })];
      for (const each of old) {
        await outbox.accept(each);
      }
      const claims = (await outbox.claim(10)).claims;
      await outbox.settle(byId(claims, old[0]?.id), park, {});
      await outbox.settle(byId(claims, old[1]?.id), maybeRun, {});
      const person = { tenant: 'T1', user: 'U1' };
      const boris = { portal: acme, userId: '8', name: 'Boris' };
      const fresh = message({ account: boris, task: 1 });

      expect(await outbox.relink(person, boris)).toEqual({ resumed: 0, cancelled: 2 });
      await outbox.accept(fresh);

      expect(await outbox.find(person, old[0]?.id ?? '')).toMatchObject({
        outcome: { kind: 'cancelled', by: 'relink' },
      });
      expect(await outbox.find(person, old[1]?.id ?? '')).toMatchObject({ outcome: { kind: 'unknown' } });
      expect(await outbox.find(person, old[2]?.id ?? '')).toMatchObject({ state: 'sending' });
      expect((await claimNext(outbox)).delivery).toMatchObject({ id: fresh.id, bitrixUserId: '8' });
      expect((await outbox.claimReports(10)).map(({ kind }) => kind)).toEqual(['final', 'final']);
    });
  });
}

async function claimedOf(outbox: Outbox, id: string | undefined): Promise<Claim> {
  return byId((await outbox.claim(100)).claims, id);
}

function byId(claims: readonly Claim[], id: string | undefined): Claim {
  const found = claims.find(({ delivery }) => delivery.id === id);
  if (!found) {
    throw new Error('This one is not due');
  }
  return found;
}
