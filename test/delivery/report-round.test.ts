import { expect, it } from 'vitest';
import type { Report } from '../../src/delivery/ports.ts';
import { createReportRound } from '../../src/delivery/report-round.ts';
import { defaultTiming } from '../../src/delivery/timing.ts';
import { type Holder, message } from '../contract/outbox-world.ts';
import { createSqliteWorld } from '../storage/outbox-worlds.ts';
import { manualClock } from '../support/manual-clock.ts';

const me = { tenant: 'T1', user: 'U1' };

it('tells how a message ended only after the notice before it, also where Slack takes that one slowly', async () => {
  const world = await createSqliteWorld();
  const { outbox } = world.holder('one');
  const told: string[] = [];
  const slow = Promise.withResolvers<void>();
  const { round, clock } = openRound(outbox, async ({ kind, delivery }) => {
    if (kind === 'waiting') {
      await slow.promise;
    }
    told.push(`${kind} ${delivery.task}`);
  });
  await outbox.accept(message({ task: 51 }));
  await world.advance(defaultTiming.waitingNoticeMs);
  round.start();
  clock.advance(defaultTiming.pollMs);
  await expect.poll(() => outbox.claimReports(1)).toEqual([]);

  await outbox.cancelAll(me, 'unlink');
  for (const report of await outbox.claimReports(1)) {
    round.notify(report);
  }
  await outbox.accept(message({ task: 52 }));
  await outbox.cancelAll(me, 'unlink');
  for (const report of await outbox.claimReports(1)) {
    round.notify(report);
  }
  await expect.poll(() => told).toEqual(['final 52']);

  slow.resolve();
  await round.stop();
  expect(told).toEqual(['final 52', 'waiting 51', 'final 51']);
  await world.close();
});

it('repeats the note that a reply was made when it fails, and not the reply', async () => {
  const world = await createSqliteWorld();
  const { outbox } = world.holder('one');
  const told: string[] = [];
  const broken = { left: 3 };
  const failing: Holder['outbox'] = {
    ...outbox,
    async settleReport(...args) {
      if (broken.left > 0) {
        broken.left -= 1;
        throw new Error('the storage is gone');
      }
      return outbox.settleReport(...args);
    },
  };
  const { round, clock } = openRound(failing, async ({ kind, delivery }) => {
    told.push(`${kind} ${delivery.task}`);
  });
  round.start();
  await outbox.accept(message({ task: 51 }));
  await outbox.cancelAll(me, 'unlink');
  for (const report of await outbox.claimReports(1)) {
    round.notify(report);
  }
  await expect.poll(() => broken.left).toBe(2);

  await world.advance(defaultTiming.leaseMs * 3);
  clock.advance(defaultTiming.pollMs);
  await expect.poll(() => broken.left).toBe(0);
  clock.advance(defaultTiming.pollMs);
  await world.advance(defaultTiming.leaseMs * 3);
  await expect.poll(async () => (await outbox.claimReports(1)).length).toBe(0);
  await round.stop();

  expect(told).toEqual(['final 51']);
  await world.advance(defaultTiming.leaseMs * 9);
  expect(await outbox.claimReports(1)).toEqual([]);
  await world.close();
});

function openRound(outbox: Holder['outbox'], report: (report: Report) => Promise<void>) {
  const clock = manualClock();
  const round = createReportRound({
    outbox,
    reporter: {
      async report(given) {
        await report(given);
        return 'made';
      },
    },
    clock,
    timing: defaultTiming,
    log: { debug() {}, info() {}, warn() {}, error() {} },
    events: { accepted() {}, stepped() {}, reported() {} },
  });
  return { round, clock };
}
