import { z } from 'zod';
import { compare, type Findings } from '../figures.ts';
import type { Harness, Sent, ServiceProgram } from '../harness.ts';
import { alternate, pairs } from '../rounds.ts';

const people = 100;
const waiting = 10_000;
const slowRate = '2/1';

/** (e) The same acceptance with nothing and with much stored, and the start with much that waits. */
export async function measureStored(harness: Harness): Promise<Findings> {
  const { scale } = harness;
  const stored = scale.pick(100_000, 12_000);
  const portal = await harness.openPortal(people, { burst: 1_000_000, perSecond: 1_000_000 });
  const empty = harness.newDir(await harness.linkedDir(portal));
  const full = harness.newDir(await harness.linkedDir(portal));
  harness.say(`stored: storing ${stored} deliveries`);
  const filler = harness.programs.startActor('actors/outbox-filler.ts');
  await filler.call(
    'fill',
    { dataDir: full, slackOrigin: await harness.slackOrigin(), people, ended: stored - waiting, waiting },
    z.unknown(),
  );

  harness.say('stored: starts');
  const place = { portal, rate: slowRate };
  const starts = await alternate(
    scale.pick(3, 1),
    () => readyAfterMs(() => harness.startService({ ...place, dataDir: full })),
    () => readyAfterMs(() => harness.startService({ ...place, dataDir: empty })),
  );

  harness.say('stored: accepting');
  const onFull = await harness.startService({ ...place, dataDir: full });
  const onEmpty = await harness.startService({ ...place, dataDir: empty });
  const load = { kind: 'flood', atOnce: 32, most: scale.pick(1_000, 500), forMs: 60_000 } as const;
  const warmUp = { ...load, most: 2_000 };
  await harness.send(onFull, people, warmUp);
  await harness.send(onEmpty, people, warmUp);
  const rounds = await alternate(
    scale.pick(9, 3),
    () => harness.send(onFull, people, load),
    () => harness.send(onEmpty, people, load),
  );
  const refusal = rounds.flatMap(({ ours, baseline }) => [ours, baseline]).find(({ refused }) => refused > 0);
  if (refusal) {
    throw new Error(`${refusal.refused} commands were not accepted: ${refusal.said}`);
  }
  await Promise.all([onFull.stop(), onEmpty.stop()]);

  const naming = { section: 'stored', baseline: 'nothing stored' };
  return {
    figures: [
      compare({ ...naming, name: `accepting one with ${stored} stored`, unit: 'ms' }, pairs(rounds, msEach), {
        of: 'ratio',
        bound: 'at most',
        limit: 1.2,
      }),
      compare(
        { ...naming, name: `start to ready with ${waiting} waiting`, unit: 'ms' },
        pairs(starts, (ms) => ms),
        { of: 'value', bound: 'at most', limit: 3_000 },
      ),
    ],
    conditions: [
      `SQLite; of the ${stored} stored deliveries ${waiting} still wait. ${load.atOnce} requests always on their way; the time is that of all divided by their number.`,
    ],
  };
}

async function readyAfterMs(start: () => Promise<ServiceProgram>): Promise<number> {
  const service = await start();
  await service.stop();
  return service.readyAfterMs;
}

function msEach({ sentAt, endedAt }: Sent): number {
  return (endedAt - (sentAt[0] ?? endedAt)) / sentAt.length;
}
