import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { z } from 'zod';
import { startPostgres } from '../../support/postgres-server.ts';
import type { BenchPortal } from '../bench-portal.ts';
import { compare, type Figure, type Findings, median, single } from '../figures.ts';
import type { Harness } from '../harness.ts';
import { heldBack } from '../held-back.ts';
import { makeDatabase } from '../make-database.ts';
import { openPostgresProcessor } from '../postgres-processor.ts';
import type { Program } from '../programs.ts';
import { beside, pairs } from '../rounds.ts';

const people = 50;
/** For each replica: it is added for load that is added, and what shares a commit stays as much. */
const atOnce = 16;
const arriveWithinMs = 120_000;
const fastRate = '100000/100000';
const sampleEveryMs = 20;

/** What runs, in groups of one, two and three. */
const kinds = ['b24task', 'pg-boss bridge'] as const;
type Kind = (typeof kinds)[number];

const sizes = [1, 2, 3] as const;

type Group = { readonly replicas: readonly Program[]; readonly url: string };

/** One round of one group. */
type Measured = {
  readonly perSecond: number;
  /** Of all replicas together, per message, in ms. */
  readonly processor: number;
  readonly database: number;
  /** How many connections waited for somebody's lock, on average. */
  readonly waiting: number;
};

/**
 * One, two and three replicas on one PostgreSQL, each group on a database of its own, in turns; and the same of a queue,
 * which tells what a machine with fewer cores than programs adds to the processor time of each of them.
 */
export async function measureReplicas(harness: Harness): Promise<Findings> {
  const { scale } = harness;
  const portal = await harness.openPortal(people, { burst: 1_000_000, perSecond: 1_000_000 });
  const server = await startPostgres();
  harness.onClose(server.stop);
  const databaseMs = await openPostgresProcessor(server.url);
  const groups: Group[] = [];
  for (const [index, kind] of kinds.entries()) {
    for (const size of sizes) {
      harness.say(`replicas: starting ${size} of ${kind}`);
      const url = await makeDatabase(server.url, `replicas_${index}_${size}`);
      groups.push(await startGroup(harness, portal, kind, { size, url }));
    }
  }
  const warmUp = scale.pick(10_000, 900);
  for (const group of groups) {
    harness.say('replicas: warming up');
    await measure(harness, portal, group, warmUp, databaseMs);
  }
  const most = scale.pick(2_000, 600);
  const rounds: Measured[][] = groups.map(() => []);
  for (let round = 0; round < scale.pick(5, 3); round += 1) {
    harness.say(`replicas: round ${round + 1}`);
    for (const [index, group] of groups.entries()) {
      rounds[index]?.push(await measure(harness, portal, group, most, databaseMs));
    }
  }
  const held: Measured[][] = sizes.map(() => []);
  const fewer = scale.pick(900, 300);
  for (let round = 0; round < scale.pick(5, 2); round += 1) {
    harness.say(`replicas: round ${round + 1}, held back`);
    for (const [index, group] of groups.slice(0, sizes.length).entries()) {
      const { replicas } = group;
      held[index]?.push(await heldBack(replicas, () => measure(harness, portal, group, fewer, databaseMs)));
    }
  }
  await Promise.all(groups.flatMap(({ replicas }) => replicas.map((replica) => replica.stop())));
  return findingsOf(rounds, held, { most, warmUp });
}

async function startGroup(
  harness: Harness,
  portal: BenchPortal,
  kind: Kind,
  { size, url }: { readonly size: number; readonly url: string },
): Promise<Group> {
  const replicas: Program[] = [];
  for (let number = 0; number < size; number += 1) {
    const isFirst = number === 0;
    replicas.push(
      kind === 'b24task'
        ? await startReplica(harness, portal, { url, isFirst })
        : await harness.startBridge('pg-boss-bridge', portal, { DATABASE_URL: url }),
    );
  }
  return { replicas, url };
}

async function startReplica(
  harness: Harness,
  portal: BenchPortal,
  { url, isFirst }: { readonly url: string; readonly isFirst: boolean },
): Promise<Program> {
  const service = await harness.startService({ dataDir: harness.newDir(), portal, rate: fastRate, databaseUrl: url });
  if (isFirst) {
    await harness.link(service, portal);
  }
  return service;
}

/**
 * `most` is for each replica. Were it shared by them, each of many would have carried fewer messages than one alone, and
 * V8 compiles better what ran more often: so much that one after 3,000 takes half as much time again as after 10,000.
 */
async function measure(
  harness: Harness,
  portal: BenchPortal,
  { replicas, url }: Group,
  most: number,
  databaseMs: () => number,
): Promise<Measured> {
  const [messages, replies, server] = [(await portal.counts()).messages, await harness.replies(), databaseMs()];
  const before = replicas.map((replica) => replica.processorMs());
  const load = { kind: 'flood', atOnce, most, forMs: arriveWithinMs } as const;
  const count = most * replicas.length;
  const locks = await watchLocks(url);
  const sent = await Promise.all(replicas.map((replica) => harness.send(replica, people, load)));
  await portal.waitForMessages(messages + count, arriveWithinMs);
  await harness.waitForReplies(replies + count, arriveWithinMs);
  const waiting = await locks.end();
  const refusal = sent.find(({ refused }) => refused > 0);
  if (refusal) {
    throw new Error(`commands were not accepted: ${refusal.said}`);
  }
  const arrivals = await portal.arrivals(Math.min(...sent.map(({ firstMark }) => firstMark)));
  const lastedMs = Math.max(...arrivals.values()) - Math.min(...sent.map(({ sentAt }) => sentAt[0] ?? Infinity));
  const used = replicas.reduce((sum, replica, index) => sum + replica.processorMs() - (before[index] ?? 0), 0);
  return {
    perSecond: (count * 1_000) / lastedMs,
    processor: used / count,
    database: (databaseMs() - server) / count,
    waiting,
  };
}

const waiters = z.tuple([z.object({ waiting: z.coerce.number() })]);

/** Counts again and again who waits for a lock in a database; `end` gives the mean. */
async function watchLocks(url: string) {
  const client = new Client({ connectionString: url });
  await client.connect();
  const counts: number[] = [];
  let watching = true;
  const watched = watch();
  return {
    async end() {
      watching = false;
      await watched;
      await client.end();
      return counts.reduce((sum, count) => sum + count, 0) / Math.max(1, counts.length);
    },
  };

  async function watch(): Promise<void> {
    while (watching) {
      const { rows } = await client.query(
        `SELECT count(*) AS waiting FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
      );
      counts.push(waiters.parse(rows)[0].waiting);
      await sleep(sampleEveryMs);
    }
  }
}

type Rounds = readonly (readonly Measured[])[];

function findingsOf(
  rounds: Rounds,
  held: Rounds,
  { most, warmUp }: { readonly most: number; readonly warmUp: number },
): Findings {
  const [ours, queue] = [rounds.slice(0, sizes.length), rounds.slice(sizes.length)];
  return {
    figures: [
      ...againstOne('replicas held back', held),
      ...againstOne('replicas', ours),
      ...growths(ours, queue),
      ...singles('b24task, held back', held),
      ...singles('b24task', ours),
      ...singles('pg-boss bridge', queue),
    ],
    conditions: [
      `${people} people; ${atOnce} commands always on their way to each replica, ${most} for each in a round, after ${warmUp} that are not counted.`,
      'Held back, each replica gets a fifth of a core, so that two cores have room for three: what they bring together.',
      'Otherwise they share the cores with all else: the throughput cannot grow there, and processor time and waits tell.',
      'There each program also takes more processor time for the same: how much more that is of another queue, in the same rounds, is the measure.',
    ],
  };
}

function againstOne(what: string, [one = [], ...others]: Rounds): readonly Figure[] {
  const limits = [1.6, 2.2];
  return others.flatMap((group, index) => {
    const naming = { section: 'replicas', baseline: 'one' };
    const both = beside(group, one);
    return [
      compare(
        { ...naming, name: `end to end, ${index + 2} ${what}`, unit: '/s' },
        pairs(both, ({ perSecond }) => perSecond),
        { of: 'ratio', bound: 'at least', limit: limits[index] ?? 1 },
      ),
      compare(
        { ...naming, name: `processor time per message, ${index + 2} ${what}`, unit: 'ms' },
        pairs(both, ({ processor }) => processor),
        { of: 'ratio', bound: 'at most', limit: 1.2 },
      ),
    ];
  });
}

/** How many times the processor time of a message with one replica it is with more of them. */
function growths([one = [], ...others]: Rounds, [queueOne = [], ...queues]: Rounds): readonly Figure[] {
  return others.map((group, index) => {
    const growth = (many: readonly Measured[], alone: readonly Measured[]) =>
      beside(many, alone).map(({ ours, baseline }) => ours.processor / baseline.processor);
    const name = `growth of processor time, ${index + 2} ÷ 1 replicas`;
    return compare(
      { section: 'replicas', baseline: 'pg-boss bridge', name, unit: '' },
      beside(growth(group, one), growth(queues[index] ?? [], queueOne)),
      { of: 'ratio', bound: 'at most', limit: 1.1 },
    );
  });
}

function singles(group: string, rounds: Rounds): readonly Figure[] {
  return rounds.flatMap((measured, index) => {
    const named = (name: string, unit: string, quantity: (round: Measured) => number) =>
      single({ section: 'replicas', name: `${group}: ${name}, ${index + 1}`, unit }, median(measured.map(quantity)));
    return [
      named('end to end', '/s', ({ perSecond }) => perSecond),
      named('processor time per message', 'ms', ({ processor }) => processor),
      named('of PostgreSQL per message', 'ms', ({ database }) => database),
      named('connections that wait for a lock', '', ({ waiting }) => waiting),
    ];
  });
}
