import { expect, it } from 'vitest';
import type { Report, Told } from '../../src/delivery/ports.ts';
import { createReportRound } from '../../src/delivery/report-round.ts';
import { defaultTiming } from '../../src/delivery/timing.ts';
import { type Holder, message } from '../contract/outbox-harness.ts';
import { createSqliteHarness } from '../storage/outbox-harnesses.ts';
import { manualClock } from '../support/manual-clock.ts';
import { silentEvents } from '../support/silent-events.ts';

/** As many reports as are made in one poll. */
const atOnce = 600;

const me = { tenant: 'T1', user: 'U1' };

it('tells how a message ended only after the notice before it, also where Slack takes that one slowly', async () => {
  const harness = await createSqliteHarness();
  const { outbox } = harness.holder('one');
  const told: string[] = [];
  const slow = Promise.withResolvers<void>();
  const { round, clock } = openRound(outbox, async ({ kind, delivery }) => {
    if (kind === 'waiting') {
      await slow.promise;
    }
    told.push(`${kind} ${delivery.task}`);
  });
  await outbox.accept(message({ task: 51 }));
  await harness.advance(defaultTiming.waitingNoticeMs);
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
  await harness.close();
});

it('repeats the note that a reply was made when it fails, and not the reply', async () => {
  const harness = await createSqliteHarness();
  const { outbox } = harness.holder('one');
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

  await harness.advance(defaultTiming.leaseMs * 3);
  clock.advance(defaultTiming.pollMs);
  await expect.poll(() => broken.left).toBe(0);
  clock.advance(defaultTiming.pollMs);
  await harness.advance(defaultTiming.leaseMs * 3);
  await expect.poll(async () => (await outbox.claimReports(1)).length).toBe(0);
  await round.stop();

  expect(told).toEqual(['final 51']);
  await harness.advance(defaultTiming.leaseMs * 9);
  expect(await outbox.claimReports(1)).toEqual([]);
  await harness.close();
});

it('holds nothing of a message while the note that its sender was told waits for others', async () => {
  const harness = await createSqliteHarness();
  const { outbox } = harness.holder('one');
  const noted: unknown[] = [];
  const stored = Promise.withResolvers<void>();
  const slow: Holder['outbox'] = {
    ...outbox,
    async settleReport(...args) {
      noted.push(args);
      await stored.promise;
    },
  };
  const { round } = openRound(slow, async () => {});
  const sent = message();
  await outbox.accept(sent);
  await outbox.cancelAll(me, 'unlink');
  for (const report of await outbox.claimReports(1)) {
    round.notify(report);
  }
  await expect
    .poll(() => noted)
    .toEqual([[{ kind: 'final', delivery: { id: sent.id, person: sent.person } }, { made: true }]]);

  let isStopped = false;
  const stopping = round.stop().then(() => (isStopped = true));
  await new Promise(setImmediate);
  expect(isStopped).toBe(false);
  stored.resolve();
  await stopping;
  await harness.close();
});

it('tells how a message ended once, also where Slack takes that longer than a report is claimed for', async () => {
  const harness = await createSqliteHarness();
  const { outbox } = harness.holder('one');
  const told: string[] = [];
  const slow = Promise.withResolvers<void>();
  const { round, clock } = openRound(outbox, async ({ kind, delivery }) => {
    told.push(`${kind} ${delivery.task}`);
    await slow.promise;
  });
  round.start();
  await outbox.accept(message({ task: 51 }));
  await outbox.cancelAll(me, 'unlink');
  for (const report of await outbox.claimReports(1)) {
    round.notify(report);
  }
  await expect.poll(() => told).toHaveLength(1);
  await harness.advance(defaultTiming.leaseMs * 3);
  clock.advance(defaultTiming.pollMs);
  // The round has claimed it once more.
  await expect.poll(async () => (await outbox.claimReports(1)).length).toBe(0);
  slow.resolve();
  await round.stop();
  expect(told).toEqual(['final 51']);
  await harness.close();
});

it('tells everybody within one poll that their messages wait, however many they are', async () => {
  const { told, harness } = await openStory((n) => ({ user: `U${n}`, task: n }));
  expect(told.filter((line) => line.startsWith('waiting'))).toHaveLength(450);
  await harness.close();
});

it('tells a thousand people within two polls, and hundreds of messages of five people in five notices', async () => {
  const many = await openStory((n) => ({ user: `U${n}`, task: n }), 1_000);
  expect(many.told.filter((line) => line.startsWith('waiting'))).toHaveLength(1_000);
  await many.harness.close();
  const few = await openStory((n) => ({ user: `U${n % 5}`, task: n }), atOnce);
  expect(few.told).toEqual(Array(5).fill('120 wait'));
  await few.harness.close();
});

it('tells within half a minute of the end of an outage of Slack, whatever its length', () => {
  const longest = defaultTiming.reportRetryMs.map((stepMs) => stepMs * 1.25);
  let triedAt = 0;
  for (let attempt = 0; triedAt < 10 * 60_000; attempt += 1) {
    const waitMs = longest[Math.min(attempt, longest.length - 1)] ?? Number.NaN;
    expect(waitMs).toBeLessThanOrEqual(30_000);
    triedAt += waitMs;
  }
});

it('tells somebody with many waiting messages once, and again a minute later if there are new ones', async () => {
  const { told, clock, harness, outbox } = await openStory((n) => ({ task: n }));
  expect(told).toEqual(['450 wait']);

  await outbox.accept(message({ task: 1_000 }));
  await harness.advance(defaultTiming.waitingNoticeMs);
  clock.advance(defaultTiming.pollMs);
  await expect.poll(() => clock.waiting()).toEqual([defaultTiming.pollMs]);
  expect(told).toEqual(['450 wait']);

  await harness.advance(60_000);
  clock.advance(60_000);
  await expect
    .poll(async () => {
      await harness.advance(defaultTiming.pollMs);
      clock.advance(defaultTiming.pollMs);
      return told;
    })
    .toEqual(['450 wait', 'waiting 1000']);
  await harness.close();
});

it.each([
  ['again', 1, 2_000],
  ['again', 3, 10_000],
  ['again', 44, 60_000],
  [{ againInMs: 20_000 }, 1, 20_500],
] as const)('tries again after %j, tried %i times before, in about %i ms', async (result, tries, inMs) => {
  const harness = await createSqliteHarness();
  const { outbox } = harness.holder('one');
  let settled = 0;
  const counting: Holder['outbox'] = {
    ...outbox,
    async settleReport(...args) {
      await outbox.settleReport(...args);
      settled += 1;
    },
  };
  const { round, clock } = openRound(counting, async () => {}, undefined, result);
  await outbox.accept(message({ task: 51 }));
  await outbox.cancelAll(me, 'unlink');
  round.start();
  for (let n = 1; n <= tries; n += 1) {
    await harness.advance(70_000);
    clock.advance(defaultTiming.pollMs);
    await expect.poll(() => [settled, ...clock.waiting()]).toEqual([n, defaultTiming.pollMs]);
  }
  await round.stop();
  await harness.advance(inMs - 1);
  expect(await outbox.claimReports(1)).toEqual([]);
  await harness.advance(2);
  expect(await outbox.claimReports(1)).toHaveLength(1);
  await harness.close();
});

/** 450 messages that wait for so long that their notices are due, and what was told in one poll. */
async function openStory(about: (n: number) => Parameters<typeof message>[0], messages = 450) {
  const harness = await createSqliteHarness();
  const { outbox } = harness.holder('one');
  const told: string[] = [];
  const { round, clock } = openRound(
    outbox,
    async ({ kind, delivery }) => told.push(`${kind} ${delivery.task}`),
    async (_, waiting) => told.push(`${waiting} wait`),
  );
  await Promise.all(Array.from({ length: messages }, (_, n) => outbox.accept(message(about(n + 1)))));
  await harness.advance(defaultTiming.waitingNoticeMs);
  round.start();
  const untold = () => harness.database.query('SELECT id FROM outbox WHERE report_at IS NOT NULL');
  for (let left = messages; left > 0; left -= atOnce) {
    clock.advance(defaultTiming.pollMs);
    await expect.poll(() => clock.waiting()).toEqual([defaultTiming.pollMs]);
    // Each report that was made is noted a moment later.
    await expect.poll(async () => (await untold()).length).toBe(Math.max(0, left - atOnce));
  }
  return { told, round, clock, harness, outbox };
}

type Tell<Given extends unknown[]> = (...given: Given) => Promise<unknown>;

function openRound(
  outbox: Holder['outbox'],
  report: Tell<[Report]>,
  reportMany: Tell<[Report, number]> = async () => {},
  result: Told = 'made',
) {
  const clock = manualClock();
  const round = createReportRound({
    outbox,
    reporter: {
      async report(given) {
        await report(given);
        return result;
      },
      async reportMany(latest, waiting) {
        await reportMany(latest, waiting);
        return result;
      },
    },
    clock,
    timing: defaultTiming,
    random: () => 0.5,
    log: { debug() {}, info() {}, warn() {}, error() {} },
    events: silentEvents,
  });
  return { round, clock };
}
