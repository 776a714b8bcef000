import { join } from 'node:path';
import { startPostgres } from '../../support/postgres-server.ts';
import type { BenchPortal } from '../bench-portal.ts';
import { type Aim, compare, type Figure, type Findings, median, percentile, single } from '../figures.ts';
import { type Harness, type Load, tasks } from '../harness.ts';
import { makeDatabase } from '../make-database.ts';
import { openPostgresProcessor } from '../postgres-processor.ts';
import type { Program } from '../programs.ts';
import { beside, pairs } from '../rounds.ts';
import { travel } from '../travel.ts';

const people = 50;
const atOnce = 32;
const fastRate = '100000/100000';

/** One round of one program. */
type Measured = {
  readonly accepted: number;
  readonly endToEnd: number;
  readonly processor: number;
  readonly p99: number;
  readonly memory: number;
  /** Processor time of PostgreSQL per message, in ms. */
  readonly database: number;
};

/** What commands come over: the same connections again and again, or a new one each. */
type Connections = 'kept' | 'new';

type Peer = {
  readonly name: string;
  /** `nothing`: it only acknowledges. */
  readonly does: 'nothing' | 'posts' | 'posts and replies';
  readonly program: Program;
};

/** (c) The same load for the service and for what people would build instead, in turns. */
export async function measurePeers(harness: Harness): Promise<Findings> {
  const { scale } = harness;
  const portal = await harness.openPortal(people, { burst: 1_000_000, perSecond: 1_000_000 });
  const server = await startPostgres();
  harness.onClose(server.stop);
  const databaseMs = await openPostgresProcessor(server.url);
  const peers = await startPeers(harness, portal, server.url);
  const rounds: Record<Connections, Map<string, Measured[]>> = {
    kept: new Map(peers.map(({ name }) => [name, []])),
    new: new Map(peers.map(({ name }) => [name, []])),
  };

  const load = { kind: 'flood', atOnce, most: scale.pick(2_000, 600), forMs: 60_000 } as const;
  // A service runs for weeks. V8 goes on compiling for more than 10,000 messages, and the more code the longer.
  const warmUps = scale.pick(7, 2);
  for (const peer of peers) {
    harness.say(`peers: warming up ${peer.name}`);
    for (let time = 0; time < warmUps; time += 1) {
      await measure(harness, portal, peer, load, databaseMs);
    }
  }
  for (let round = 0; round < scale.pick(5, 3); round += 1) {
    harness.say(`peers: round ${round + 1}`);
    for (const peer of round % 2 === 0 ? peers : peers.toReversed()) {
      for (const connections of ['kept', 'new'] as const) {
        const measured = await measure(harness, portal, peer, { ...load, connections }, databaseMs);
        rounds[connections].get(peer.name)?.push(measured);
      }
    }
  }
  await Promise.all(peers.map(({ program }) => program.stop()));

  return {
    figures: [
      ...aims(rounds.kept),
      ...overNewConnections(aims(rounds.new)),
      ...figuresOf(rounds.kept),
      ...overNewConnections(figuresOf(rounds.new)),
    ],
    conditions: [
      `${people} people, ${people * tasks} lanes, a portal whose bucket never fills; ${atOnce} commands always on their way until ${load.most} are sent, after ${warmUps * load.most} that are not counted.`,
      'Slack and proxies that keep connections send over the same ones; other proxies open a new one for each request.',
      'Bridges post once and reply once. They keep no order, no pace and no secret, and repeat what may have been sent.',
      'The service runs as `npm start` runs it, which the aims are about; its image is made for less memory.',
      'Processor time is that of the program; "of PostgreSQL" that of all processes of the server meanwhile.',
    ],
  };
}

async function startPeers(harness: Harness, portal: BenchPortal, server: string): Promise<readonly Peer[]> {
  const database = async (name: string) => ({ DATABASE_URL: await makeDatabase(server, name) });
  const file = { DATABASE_FILE: join(harness.newDir(await harness.linkedDir(portal)), 'rows.db') };
  const does = 'posts and replies';
  return [
    { name: names.bolt, does: 'nothing', program: await harness.startBareBolt() },
    { name: names.dozen, does: 'posts', program: await harness.startBridge('dozen-line-bridge', portal) },
    { name: names.row, does, program: await harness.startBridge('synced-row-bridge', portal, file) },
    {
      name: names.boss,
      does,
      program: await harness.startBridge('pg-boss-bridge', portal, await database('boss')),
    },
    {
      name: names.graphile,
      does,
      program: await harness.startBridge('graphile-worker-bridge', portal, await database('graphile')),
    },
    { name: names.sqlite, does, program: await startOnSqlite(harness, portal) },
    {
      name: names.postgres,
      does,
      program: await startOnPostgres(harness, portal, await makeDatabase(server, 'b24task')),
    },
    {
      name: names.image,
      does,
      program: await startOnPostgres(harness, portal, await makeDatabase(server, 'image'), 'image'),
    },
  ];
}

const names = {
  bolt: 'bare Bolt',
  dozen: 'dozen-line bridge',
  row: 'synced SQLite row',
  boss: 'pg-boss bridge',
  graphile: 'graphile-worker bridge',
  sqlite: 'b24task, SQLite',
  postgres: 'b24task, PostgreSQL',
  image: "b24task's image, PostgreSQL",
} as const;

const onPostgres: ReadonlySet<string> = new Set([names.boss, names.graphile, names.postgres, names.image]);

async function startOnSqlite(harness: Harness, portal: BenchPortal): Promise<Program> {
  return harness.startService({ dataDir: harness.newDir(await harness.linkedDir(portal)), portal, rate: fastRate });
}

async function startOnPostgres(
  harness: Harness,
  portal: BenchPortal,
  databaseUrl: string,
  form: 'source' | 'image' = 'source',
): Promise<Program> {
  const service = await harness.startService({ dataDir: harness.newDir(), portal, rate: fastRate, databaseUrl, form });
  await harness.link(service, portal);
  return service;
}

async function measure(
  harness: Harness,
  portal: BenchPortal,
  { does, program }: Peer,
  load: Load,
  databaseMs: () => number,
): Promise<Measured> {
  const before = databaseMs();
  const { sent, lastedMs, processorMs } =
    does === 'nothing'
      ? await acknowledge(harness, program, load)
      : await travel(harness, portal, program, { people, load, replies: does === 'posts and replies' });
  const count = sent.tookMs.length;
  return {
    accepted: (count * 1_000) / (sent.endedAt - (sent.sentAt[0] ?? sent.endedAt)),
    endToEnd: (count * 1_000) / lastedMs,
    processor: processorMs / count,
    p99: percentile(sent.tookMs, 0.99),
    memory: program.rss(),
    database: (databaseMs() - before) / count,
  };
}

async function acknowledge(harness: Harness, program: Program, load: Load) {
  const sent = await harness.send(program, people, load);
  return { sent, lastedMs: Number.NaN, processorMs: sent.processorMs };
}

function overNewConnections(figures: readonly Figure[]): readonly Figure[] {
  return figures.map((figure) => ({ ...figure, name: `${figure.name}, new connections` }));
}

function figuresOf(rounds: Rounds): readonly Figure[] {
  return [...rounds].flatMap(([name, measured]) => figuresOfPeer(name, measured));
}

function figuresOfPeer(name: string, measured: readonly Measured[]): readonly Figure[] {
  const figure = (what: string, unit: string, quantity: (round: Measured) => number) =>
    single({ section: 'peers', name: `${name}: ${what}`, unit }, median(measured.map(quantity)));
  return [
    figure('accepted', '/s', ({ accepted }) => accepted),
    figure('end to end', '/s', ({ endToEnd }) => endToEnd),
    figure('processor time per message', 'ms', ({ processor }) => processor),
    ...(onPostgres.has(name) ? [figure('of PostgreSQL per message', 'ms', ({ database }) => database)] : []),
    figure('acknowledgement p99', 'ms', ({ p99 }) => p99),
    figure('memory', 'MiB', ({ memory }) => memory),
  ].filter(({ ours }) => Number.isFinite(ours));
}

type Rounds = ReadonlyMap<string, readonly Measured[]>;

function aims(rounds: Rounds): readonly Figure[] {
  const atLeast = (limit: number): Aim => ({ of: 'ratio', bound: 'at least', limit });
  const against = (what: string, unit: string, us: string, them: string, quantity: keyof Measured, aim: Aim) => {
    const [ours = [], theirs = []] = [rounds.get(us), rounds.get(them)];
    const naming = { section: 'peers', name: `${what}, ${us.replace('b24task, ', '')}`, unit, baseline: them };
    return compare(
      naming,
      pairs(beside(ours, theirs), (round) => round[quantity]),
      aim,
    );
  };
  const { bolt, dozen, row, boss, sqlite, postgres } = names;
  return [
    against('accepted', '/s', sqlite, bolt, 'accepted', atLeast(0.6)),
    against('accepted', '/s', postgres, better(rounds, 'accepted'), 'accepted', atLeast(1.1)),
    against('end to end', '/s', sqlite, dozen, 'endToEnd', atLeast(0.6)),
    against('end to end', '/s', sqlite, row, 'endToEnd', atLeast(1)),
    against('end to end', '/s', postgres, better(rounds, 'endToEnd'), 'endToEnd', atLeast(1)),
    against('processor time', 'ms', postgres, boss, 'processor', { of: 'ratio', bound: 'at most', limit: 1.5 }),
  ];
}

/** The queue on PostgreSQL that does better. */
function better(rounds: Rounds, quantity: keyof Measured): string {
  const medianOf = (name: string) => median((rounds.get(name) ?? []).map((round) => round[quantity]));
  return medianOf(names.boss) > medianOf(names.graphile) ? names.boss : names.graphile;
}
