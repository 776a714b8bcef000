import { setTimeout as sleep } from 'node:timers/promises';
import { compare, type Findings, type Pair, single } from '../figures.ts';
import type { Harness } from '../harness.ts';

/** Few enough to be linked within one bucket. */
const people = 10;
const messages = 200;
const bucket = { burst: 50, perSecond: 20 };
const minimumMs = ((messages - bucket.burst) / bucket.perSecond) * 1_000;
const untilEmptyMs = (bucket.burst / bucket.perSecond) * 1_000 + 500;

/** (c) A burst at a portal whose bucket is far too small for it: as fast as the bucket allows, and never refused. */
export async function measureBurst(harness: Harness): Promise<Findings> {
  const portal = await harness.openPortal(people, bucket);
  const dataDir = harness.newDir(await harness.linkedDir(portal));
  const service = await harness.startService({ dataDir, portal, rate: `${bucket.burst}/${bucket.perSecond}` });

  const { throttled: throttledBefore } = await portal.counts();
  const rounds: Pair[] = [];
  for (let round = 0; round < harness.scale.pick(3, 1); round += 1) {
    harness.say(`burst: round ${round + 1}`);
    await sleep(untilEmptyMs);
    const before = await portal.counts();
    const { sentAt, firstMark } = await harness.send(service, people, {
      kind: 'flood',
      atOnce: 32,
      most: messages,
      forMs: 60_000,
    });
    await portal.waitForMessages(before.messages + messages, 10 * minimumMs);
    const arrivals = await portal.arrivals(firstMark);
    rounds.push({ ours: Math.max(...arrivals.values()) - (sentAt[0] ?? Number.NaN), baseline: minimumMs });
  }
  const { throttled } = await portal.counts();
  await service.stop();

  const naming = { section: 'burst', baseline: 'what the bucket allows' };
  return {
    figures: [
      compare({ ...naming, name: `${messages} messages, first command to last text`, unit: 'ms' }, rounds, {
        of: 'ratio',
        bound: 'at most',
        limit: 1.05,
      }),
      single({ section: 'burst', name: 'requests that the portal rejected', unit: '' }, throttled - throttledBefore, {
        of: 'value',
        bound: 'at most',
        limit: 0,
      }),
    ],
    conditions: [
      `A bucket of ${bucket.burst} that leaks ${bucket.perSecond} per second, empty at first; ${people} people, everything at once.`,
    ],
  };
}
