import { describe, expect, it } from 'vitest';
import type { Outbox } from '../../src/delivery/ports.ts';
import type { Claim, Transition } from '../../src/delivery/progress.ts';
import { message, type OutboxHarness, other } from './outbox-harness.ts';

const delivered: Transition = { kind: 'end', outcome: { kind: 'delivered' } };

/** Several processes on one storage. */
export function concurrencyTests(harness: () => OutboxHarness): void {
  describe('several processes', () => {
    it('send every delivery once and keep the order of every lane', async () => {
      harness().setRate({ burst: 10_000, perSecond: 1 });
      const outboxes = ['one', 'two', 'three'].map((name) => harness().holder(name).outbox);
      await Promise.all(
        Array.from({ length: 150 }, (_, index) => {
          const task = (index % 15) + 1;
          return outboxes[index % 3]?.accept(message({ user: `U${task % 4}`, task }));
        }),
      );

      const lanes = watchLanes();
      await Promise.all(outboxes.map((outbox) => carryAll(outbox, lanes)));

      expect(lanes.overlaps()).toEqual([]);
      expect(lanes.sent()).toHaveLength(150);
      expect(new Set(lanes.sent()).size).toBe(150);
      const stored = await harness().database.query('SELECT id, task FROM outbox ORDER BY seq');
      for (let task = 1; task <= 15; task += 1) {
        const order = stored.filter((row) => row['task'] === task).map((row) => row['id']);
        expect(lanes.sent(task)).toEqual(order);
      }
    });

    it('never have two deliveries of one lane on their way, however they were accepted', async () => {
      const [one, two] = [harness().holder('one').outbox, harness().holder('two').outbox];
      for (let round = 0; round < 15; round += 1) {
        const task = round + 1;
        await Promise.all([one, two, one, two].map((outbox) => outbox.accept(message({ task }))));
        const claims = (await Promise.all([one.claim(10), two.claim(10)])).flatMap((claimed) => claimed.claims);
        expect(claims).toHaveLength(1);
      }
    });

    it('leave nothing behind in a lane that ends while something is added to it', async () => {
      harness().setRate({ burst: 10_000, perSecond: 1 });
      const [one, two] = [harness().holder('one').outbox, harness().holder('two').outbox];
      const lanes = watchLanes();
      for (let round = 0; round < 40; round += 1) {
        await Promise.all([one.accept(message()), two.accept(message({ task: 52 }))]);
        const { claims } = await one.claim(10);
        await Promise.all([
          ...claims.map((claim) => one.settle(claim, delivered, {})),
          two.accept(message()),
          two.accept(message({ task: 52 })),
        ]);
        await carryAll(two, lanes);
        expect(await one.count()).toEqual({ waiting: 0, sending: 0, parked: 0 });
      }
    });

    it('draw from one bucket', async () => {
      harness().setRate({ burst: 10, perSecond: 4 });
      const holders = ['one', 'two', 'three'].map((name) => harness().holder(name));
      const accepting = Array.from({ length: 60 }, (_, index) => message({ user: `U${index}`, task: index + 1 }));
      await Promise.all(accepting.map((each, index) => holders[index % 3]?.outbox.accept(each)));

      const claimed = await Promise.all([...holders, ...holders].map(({ outbox }) => outbox.claim(100)));
      const { portal } = message().account;
      const drawn = await Promise.all([...holders, ...holders].map(({ pacer }) => pacer.draw(portal)));

      expect(claimed.flatMap(({ claims }) => claims)).toHaveLength(7);
      expect(drawn.filter(({ waitMs }) => waitMs === 0)).toHaveLength(2);
    });

    it('do not deadlock when one person’s deliveries are parked, cancelled, linked and sent at once', async () => {
      const { outbox: one, sweep } = harness().holder('one');
      const two = harness().holder('two').outbox;
      const person = { tenant: 'T1', user: 'U1' };
      const { account } = message();
      for (let round = 0; round < 5; round += 1) {
        const sent = Array.from({ length: 12 }, (_, index) => message({ task: (index % 6) + 1 }));
        await Promise.all(sent.map((each, index) => (index % 2 ? one : two).accept(each)));
        const [mine, theirs] = await Promise.all([one.claim(3), two.claim(3)]);
        await Promise.all([
          ...mine.claims.map((claim) => one.settle(claim, { kind: 'park', failure: { kind: 'token-expired' } }, {})),
          ...theirs.claims.map((claim) => two.settle(claim, delivered, { honoursKey: round % 2 === 0 })),
          one.relink(person, account),
          one.move(person, account.portal, { ...account, portal: other }),
          two.move(person, other, account),
          two.cancel(person, sent[11]?.id ?? ''),
          one.claimReports(10),
          two.renewLeases(),
          one.expire(() => delivered),
          two.recoverLeases(() => delivered),
          two.claim(2),
          sweep(),
        ]);
        await two.relink(person, account);
      }
      await one.recoverLeases(() => ({ kind: 'wait', delayMs: 0, failures: 0, ambiguous: false }), { all: true });
      await one.relink(person, account);
      harness().setRate({ burst: 10_000, perSecond: 1_000_000 });
      await harness().advance(1_000);
      await carryAll(one, watchLanes());
      expect(await one.count()).toEqual({ waiting: 0, sending: 0, parked: 0 });
    });
  });
}

/** Watches what is on its way: at most one delivery per lane. */
function watchLanes() {
  const busy = new Set<string>();
  const overlapping: string[] = [];
  const sent: { readonly task: number; readonly id: string }[] = [];
  const laneOf = ({ delivery }: Claim) => `${delivery.person.user} ${delivery.portal} ${delivery.task}`;

  return {
    begin(claim: Claim): void {
      if (busy.has(laneOf(claim))) {
        overlapping.push(claim.delivery.id);
      }
      busy.add(laneOf(claim));
      sent.push({ task: claim.delivery.task, id: claim.delivery.id });
    },
    end: (claim: Claim) => busy.delete(laneOf(claim)),
    overlaps: () => overlapping,
    sent: (task?: number) => sent.filter((each) => task === undefined || each.task === task).map(({ id }) => id),
  };
}

/** Sends whatever is due until nothing is. */
async function carryAll(outbox: Outbox, lanes: ReturnType<typeof watchLanes>): Promise<void> {
  for (let idle = 0; idle < 5; ) {
    const { claims } = await outbox.claim(7);
    idle = claims.length === 0 ? idle + 1 : 0;
    for (const claim of claims) {
      lanes.begin(claim);
    }
    await Promise.all(
      claims.map((claim) => {
        lanes.end(claim);
        return outbox.settle(claim, delivered, {});
      }),
    );
  }
}
