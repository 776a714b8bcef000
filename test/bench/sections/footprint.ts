import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchPortal } from '../bench-portal.ts';
import { compare, type Findings } from '../figures.ts';
import type { Harness, ServiceProgram } from '../harness.ts';
import type { Program } from '../programs.ts';
import { alternate, pairs } from '../rounds.ts';

const people = 100;
const settleMs = 2_000;
const deliverWithinMs = 120_000;

/** (d) Memory at rest and after many deliveries, and the time from start to ready, against the bare Bolt app. */
export async function measureFootprint(harness: Harness): Promise<Findings> {
  const { scale } = harness;
  const portal = await harness.openPortal(people, { burst: 1_000_000, perSecond: 1_000_000 });
  const dataDir = harness.newDir(await harness.linkedDir(portal));
  const startService = () => harness.startService({ dataDir, portal, rate: '100000/100000' });

  harness.say('footprint: start and rest');
  await (await harness.startBareBolt()).stop();
  const starts = await alternate(
    scale.pick(9, 3),
    async () => rest(await startService()),
    async () => rest(await harness.startBareBolt()),
  );

  const messages = scale.pick(10_000, 2_000);
  harness.say(`footprint: ${messages} deliveries`);
  const works = await alternate(
    scale.pick(3, 1),
    async () => deliver(harness, portal, await startService(), messages),
    async () => acknowledge(harness, await harness.startBareBolt(), messages),
  );

  const naming = { section: 'footprint', baseline: 'bare Bolt' };
  const lean = { of: 'ratio', bound: 'at most', limit: 1.3 } as const;
  return {
    figures: [
      compare(
        { ...naming, name: 'start to ready, second start', unit: 'ms' },
        pairs(starts, (start) => start.readyAfterMs),
        { of: 'ratio', bound: 'at most', limit: 1.5 },
      ),
      compare(
        { ...naming, name: 'memory at rest', unit: 'MiB' },
        pairs(starts, (start) => start.restMiB),
        lean,
      ),
      compare(
        { ...naming, name: `memory after ${messages} deliveries`, unit: 'MiB' },
        pairs(works, (restMiB) => restMiB),
        lean,
      ),
    ],
    conditions: [
      `Resident memory ${settleMs / 1_000} s after the last thing happened. Both sides with a warm compile cache, SQLite with ${people} linked people.`,
      'Bare Bolt acknowledges as many commands as the service delivers.',
    ],
  };
}

async function rest(program: Program): Promise<{ readyAfterMs: number; restMiB: number }> {
  const restMiB = await settledMiB(program);
  await program.stop();
  return { readyAfterMs: program.readyAfterMs, restMiB };
}

async function deliver(
  harness: Harness,
  portal: BenchPortal,
  service: ServiceProgram,
  messages: number,
): Promise<number> {
  const before = await portal.counts();
  const repliesBefore = await harness.replies();
  await acknowledgeAll(harness, service, messages);
  await portal.waitForMessages(before.messages + messages, deliverWithinMs);
  await harness.waitForReplies(repliesBefore + messages, deliverWithinMs);
  const restMiB = await settledMiB(service);
  await service.stop();
  return restMiB;
}

async function acknowledge(harness: Harness, bolt: Program, messages: number): Promise<number> {
  await acknowledgeAll(harness, bolt, messages);
  const restMiB = await settledMiB(bolt);
  await bolt.stop();
  return restMiB;
}

async function acknowledgeAll(harness: Harness, program: Program, messages: number): Promise<void> {
  const load = { kind: 'flood', atOnce: 16, most: messages, forMs: deliverWithinMs } as const;
  const { refused, said } = await harness.send(program, people, load);
  if (refused > 0) {
    throw new Error(`${refused} commands were not accepted: ${said}`);
  }
}

async function settledMiB(program: Program): Promise<number> {
  await sleep(settleMs);
  return program.rss();
}
