import { startPostgres } from '../../support/postgres-server.ts';
import type { BenchPortal } from '../bench-portal.ts';
import { compare, type Figure, type Findings, percentile } from '../figures.ts';
import { type Harness, type Load, type Sent, type ServiceProgram, tasks } from '../harness.ts';
import type { Program } from '../programs.ts';
import { alternate, pairs } from '../rounds.ts';

const people = 200;
const atOnce = 32;
const pacedPerSecond = 100;
/** The portal takes one message per second, so that what is measured is the door and not the delivery behind it. */
const slowRate = '2/1';

/** (a) How many commands are accepted, and how soon they are acknowledged, against a Bolt app that only acknowledges. */
export async function measureAccept(harness: Harness): Promise<Findings> {
  const portal = await harness.openPortal(people, { burst: 1_000_000, perSecond: 1_000_000 });
  const bolt = await harness.startBareBolt();
  const figures: Figure[] = [];

  harness.say('accept: SQLite');
  const dataDir = harness.newDir(await harness.linkedDir(portal));
  const onSqlite = await harness.startService({ dataDir, portal, rate: slowRate, counted: true });
  figures.push(...(await measureEngine(harness, 'SQLite', onSqlite, bolt)));
  await onSqlite.stop();

  harness.say('accept: PostgreSQL');
  const onPostgres = await startOnPostgres(harness, portal);
  if (onPostgres) {
    figures.push(...(await measureEngine(harness, 'PostgreSQL', onPostgres, bolt)));
  }
  await onPostgres?.stop();
  await bolt.stop();

  return {
    figures,
    conditions: [
      `${people} linked people, ${people * tasks} lanes; the portal is paced to 1 per second, so that delivery does not take part.`,
      `Throughput: ${atOnce} requests always on their way. Latency: ${pacedPerSecond} commands per second, whatever the answers do.`,
      ...(onPostgres ? [] : ['No PostgreSQL could be started here.']),
    ],
  };
}

async function startOnPostgres(harness: Harness, portal: BenchPortal): Promise<ServiceProgram | undefined> {
  const server = await startPostgres().catch((error: unknown) => harness.say(String(error)));
  if (!server) {
    return undefined;
  }
  harness.onClose(server.stop);
  const place = { dataDir: harness.newDir(), portal, databaseUrl: server.url };
  const fast = await harness.startService({ ...place, rate: '100000/100000' });
  await harness.link(fast, portal);
  await fast.stop();
  return harness.startService({ ...place, rate: slowRate, counted: true });
}

async function measureEngine(
  harness: Harness,
  engine: string,
  service: ServiceProgram,
  bolt: Program,
): Promise<Figure[]> {
  const { scale } = harness;
  const flood = { kind: 'flood', atOnce, most: 50_000, forMs: scale.pick(3_000, 1_000) } as const;
  const paced = { kind: 'paced', perSecond: pacedPerSecond, count: scale.pick(500, 100) } as const;
  const tally = createTally();
  const throughService = async (load: Load) => tally.add(await harness.send(service, people, load));
  const throughBolt = (load: Load) => harness.send(bolt, people, load);

  const warmUp = { kind: 'flood', atOnce, most: 3_000, forMs: 30_000 } as const;
  await throughService(warmUp);
  await throughBolt(warmUp);
  const floods = await alternate(
    scale.pick(7, 3),
    () => throughService(flood),
    () => throughBolt(flood),
  );
  const paces = await alternate(
    scale.pick(5, 2),
    () => throughService(paced),
    () => throughBolt(paced),
  );
  await tally.check(service);

  const naming = { section: 'accept', baseline: 'bare Bolt' };
  const aim = { of: 'ratio', bound: 'at least', limit: 0.5 } as const;
  return [
    compare(
      { ...naming, name: `accepted commands, ${engine}`, unit: '/s' },
      pairs(floods, perSecond),
      engine === 'SQLite' ? aim : undefined,
    ),
    compare({ ...naming, name: `processor time per command, ${engine}`, unit: 'ms' }, pairs(floods, processorMsEach)),
    compare({ ...naming, name: `acknowledgement at full load p50, ${engine}`, unit: 'ms' }, pairs(floods, tookMs(0.5))),
    compare(
      { ...naming, name: `acknowledgement at full load p99, ${engine}`, unit: 'ms' },
      pairs(floods, tookMs(0.99)),
    ),
    compare({ ...naming, name: `acknowledgement p50, ${engine}`, unit: 'ms' }, pairs(paces, tookMs(0.5))),
    compare({ ...naming, name: `acknowledgement p99, ${engine}`, unit: 'ms' }, pairs(paces, tookMs(0.99))),
  ];
}

/** Counts what was acknowledged, so that it can be held against what the service says it has stored. */
function createTally() {
  let acknowledged = 0;
  return {
    add(sent: Sent): Sent {
      if (sent.refused > 0) {
        throw new Error(`${sent.refused} commands were not accepted: ${sent.said}`);
      }
      acknowledged += sent.tookMs.length;
      return sent;
    },
    async check(service: ServiceProgram): Promise<void> {
      const stored = await service.metric('b24task_accepted_total');
      if (stored !== acknowledged) {
        throw new Error(`${acknowledged} acknowledged, ${stored} stored`);
      }
    },
  };
}

function perSecond({ sentAt, tookMs: took, endedAt }: Sent): number {
  return (took.length * 1_000) / (endedAt - (sentAt[0] ?? endedAt));
}

function processorMsEach({ processorMs, tookMs: took }: Sent): number {
  return processorMs / took.length;
}

function tookMs(share: number): (sent: Sent) => number {
  return (sent) => percentile(sent.tookMs, share);
}
