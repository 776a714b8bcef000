import { z } from 'zod';
import { compare, type Findings } from '../figures.ts';
import { alternate, pairs } from '../rounds.ts';
import type { Sent, ServiceProgram, Stage } from '../stage.ts';

const people = 100;
const waiting = 10_000;
const slowRate = '2/1';

/** (e) The same acceptance with nothing and with much stored, and the start with much that waits. */
export async function measureStored(stage: Stage): Promise<Findings> {
  const { scale } = stage;
  const stored = scale.pick(100_000, 12_000);
  const portal = await stage.openPortal(people, { burst: 1_000_000, perSecond: 1_000_000 });
  const empty = stage.newDir(await stage.linkedDir(portal));
  const full = stage.newDir(await stage.linkedDir(portal));
  stage.say(`stored: storing ${stored} deliveries`);
  const filler = stage.programs.startActor('actors/outbox-filler.ts');
  await filler.call(
    'fill',
    { dataDir: full, slackOrigin: await stage.slackOrigin(), people, ended: stored - waiting, waiting },
    z.unknown(),
  );

  stage.say('stored: starts');
  const place = { portal, rate: slowRate };
  const starts = await alternate(
    scale.pick(3, 1),
    () => readyAfterMs(() => stage.startService({ ...place, dataDir: full })),
    () => readyAfterMs(() => stage.startService({ ...place, dataDir: empty })),
  );

  stage.say('stored: accepting');
  const onFull = await stage.startService({ ...place, dataDir: full });
  const onEmpty = await stage.startService({ ...place, dataDir: empty });
  const load = { kind: 'flood', atOnce: 32, most: scale.pick(1_000, 500), forMs: 60_000 } as const;
  const warmUp = { ...load, most: 2_000 };
  await stage.send(onFull, people, warmUp);
  await stage.send(onEmpty, people, warmUp);
  const rounds = await alternate(
    scale.pick(9, 3),
    () => stage.send(onFull, people, load),
    () => stage.send(onEmpty, people, load),
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
