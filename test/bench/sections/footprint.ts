import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchPortal } from '../bench-portal.ts';
import { compare, type Figure, type Findings, type Pair } from '../figures.ts';
import type { Harness, ServiceProgram } from '../harness.ts';
import type { Program } from '../programs.ts';
import { alternate, pairs } from '../rounds.ts';

const people = 100;
const settleMs = 2_000;
const deliverWithinMs = 120_000;

/** What runs from a clone, and what the image runs. */
const forms = ['source', 'image'] as const;
type Form = (typeof forms)[number];

/** (d) Memory at rest and after many deliveries, and the start until it is ready, against the bare Bolt app. */
export async function measureFootprint(harness: Harness): Promise<Findings> {
  const { scale } = harness;
  const portal = await harness.openPortal(people, { burst: 1_000_000, perSecond: 1_000_000 });
  const dataDir = harness.newDir(await harness.linkedDir(portal));
  const messages = scale.pick(10_000, 2_000);
  await (await harness.startBareBolt()).stop();

  const figures: Figure[] = [];
  for (const form of forms) {
    const startService = () => harness.startService({ dataDir, portal, rate: '100000/100000', form });
    await (await startService()).stop();
    harness.say(`footprint: start and rest of the ${form}`);
    const starts = await alternate(
      scale.pick(9, 3),
      async () => rest(await startService()),
      async () => rest(await harness.startBareBolt()),
    );
    harness.say(`footprint: ${messages} deliveries of the ${form}`);
    const works = await alternate(
      scale.pick(3, 1),
      async () => deliver(harness, portal, await startService(), messages),
      async () => acknowledge(harness, await harness.startBareBolt(), messages),
    );
    figures.push(...startFigures(form, starts), memoryFigure(`${form}: memory after ${messages} deliveries`, works));
  }
  return {
    figures,
    conditions: [
      `Resident memory ${settleMs / 1_000} s after the last thing happened. Both sides with a warm compile cache, SQLite with ${people} linked people.`,
      'Bare Bolt acknowledges as many commands as the service delivers. The image runs the bundle.',
    ],
  };
}

const naming = { section: 'footprint', baseline: 'bare Bolt' };

function startFigures(form: Form, starts: Awaited<ReturnType<typeof alternate<Rest>>>): readonly Figure[] {
  const limit = form === 'image' ? 1.1 : 1.5;
  return [
    compare(
      { ...naming, name: `${form}: start to ready, second start`, unit: 'ms' },
      pairs(starts, ({ readyAfterMs }) => readyAfterMs),
      { of: 'ratio', bound: 'at most', limit },
    ),
    compare(
      { ...naming, name: `${form}: processor time of the start`, unit: 'ms' },
      pairs(starts, ({ processorMs }) => processorMs),
    ),
    memoryFigure(
      `${form}: memory at rest`,
      starts.map(({ ours, baseline }) => ({ ours: ours.restMiB, baseline: baseline.restMiB })),
    ),
  ];
}

function memoryFigure(name: string, rounds: readonly Pair[]): Figure {
  return compare({ ...naming, name, unit: 'MiB' }, rounds, { of: 'ratio', bound: 'at most', limit: 1.3 });
}

type Rest = { readonly readyAfterMs: number; readonly processorMs: number; readonly restMiB: number };

/** What it takes until it is ready and has settled. */
async function rest(program: Program): Promise<Rest> {
  const restMiB = await settledMiB(program);
  const { readyAfterMs } = program;
  const processorMs = program.processorMs();
  await program.stop();
  return { readyAfterMs, processorMs, restMiB };
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
