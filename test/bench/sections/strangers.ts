import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { strangers } from '../../support/strangers.ts';
import type { BenchPortal } from '../bench-portal.ts';
import type { Actor } from '../conversation.ts';
import { compare, type Figure, type Findings, median, single } from '../figures.ts';
import type { Harness, Sent, ServiceProgram } from '../harness.ts';

const people = 20;
const connections = 200;
const perSecond = 5;
const heapLimitMiB = 256;
const restMs = 2_000;

/** Slack gives up after this. */
const slackWaitsMs = 3_000;

/** What may lie about until it is collected. */
const wobbleMiB = 32;

/** (g) What strangers without credentials can do to those who have some: answers and memory under siege, by its kind. */
export async function measureStrangers(harness: Harness): Promise<Findings> {
  const portal = await harness.openPortal(people, { burst: 1_000_000, perSecond: 1_000_000 });
  const attackers = harness.programs.startActor('actors/strangers.ts');
  const seconds = harness.scale.pick(60, 5);
  const figures: Figure[] = [];
  let refused = 0;
  for (const kind of Object.keys(strangers)) {
    harness.say(`strangers: ${kind}`);
    const siege = await endure(harness, portal, { attackers, kind, seconds });
    figures.push(...figuresOf(kind, siege));
    refused += siege.sent.refused;
  }
  return {
    figures: [
      ...figures,
      single({ section: 'strangers', name: 'commands that were not accepted', unit: '' }, refused, {
        of: 'value',
        bound: 'at most',
        limit: 0,
      }),
    ],
    conditions: [
      `For each kind ${seconds} s of ${connections} connections, each of which comes again as soon as it is closed. Meanwhile ${perSecond} signed commands a second, on other connections.`,
      `A heap of ${heapLimitMiB} MiB at the most. Heap in use before the siege and ${restMs / 1_000} s after it.`,
    ],
  };
}

type Attack = { readonly attackers: Actor; readonly kind: string; readonly seconds: number };

type Endured = {
  readonly sent: Sent;
  readonly heapMiB: { readonly before: number; readonly after: number };
  readonly connections: number;
};

/** A service of its own for each kind, so that none pays for the one before. */
async function endure(harness: Harness, portal: BenchPortal, { attackers, kind, seconds }: Attack): Promise<Endured> {
  const dataDir = harness.newDir(await harness.linkedDir(portal));
  const service = await harness.startService({ dataDir, portal, rate: '100000/100000', counted: true, heapLimitMiB });
  const send = (count: number) => harness.send(service, people, { kind: 'paced', perSecond, count });
  await send(perSecond);
  const before = await heapOf(service);
  await attackers.call('besiege', { port: Number(new URL(service.url).port), kind, atOnce: connections }, z.unknown());
  const sent = await send(seconds * perSecond);
  const held = await attackers.call('retreat', {}, z.object({ connections: z.number() }));
  await sleep(restMs);
  const after = await heapOf(service);
  await service.stop();
  return { sent, heapMiB: { before, after }, ...held };
}

async function heapOf(service: ServiceProgram): Promise<number> {
  return (await service.metric('nodejs_heap_size_used_bytes')) / 2 ** 20;
}

function figuresOf(kind: string, { sent, heapMiB, connections: held }: Endured): readonly Figure[] {
  const naming = (name: string, unit: string) => ({ section: 'strangers', name: `${kind}: ${name}`, unit });
  return [
    single(naming('slowest answer', 'ms'), Math.max(...sent.tookMs), {
      of: 'value',
      bound: 'at most',
      limit: slackWaitsMs,
    }),
    single(naming('median answer', 'ms'), median(sent.tookMs)),
    compare({ ...naming('heap', 'MiB'), baseline: 'before' }, [{ ours: heapMiB.after, baseline: heapMiB.before }], {
      of: 'difference',
      bound: 'at most',
      limit: wobbleMiB,
    }),
    single(naming('connections', ''), held),
  ];
}
