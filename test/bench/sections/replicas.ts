import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { z } from 'zod';
import { startPostgres } from '../../support/postgres-server.ts';
import type { BenchPortal } from '../bench-portal.ts';
import { compare, type Findings, median, single } from '../figures.ts';
import type { Harness } from '../harness.ts';
import { makeDatabase } from '../make-database.ts';
import { openPostgresProcessor } from '../postgres-processor.ts';
import type { Program } from '../programs.ts';
import { pairs } from '../rounds.ts';

const people = 50;
/** For each replica: it is added for load that is added, and what shares a commit stays as much. */
const atOnce = 16;
const arriveWithinMs = 120_000;
const fastRate = '100000/100000';
const sampleEveryMs = 20;

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

/** One, two and three replicas on one PostgreSQL, each group on a database of its own, in turns. */
export async function measureReplicas(harness: Harness): Promise<Findings> {
  const { scale } = harness;
  const portal = await harness.openPortal(people, { burst: 1_000_000, perSecond: 1_000_000 });
  const server = await startPostgres();
  harness.onClose(server.stop);
  const databaseMs = await openPostgresProcessor(server.url);
  const groups: Group[] = [];
  for (const count of [1, 2, 3]) {
    harness.say(`replicas: starting ${count}`);
    groups.push(await startGroup(harness, portal, count, await makeDatabase(server.url, `replicas_${count}`)));
  }
  const most = scale.pick(3_000, 900);
  const rounds: Measured[][] = groups.map(() => []);
  for (let round = -1; round < scale.pick(5, 3); round += 1) {
    harness.say(round < 0 ? 'replicas: warming up' : `replicas: round ${round + 1}`);
    for (const [index, group] of groups.entries()) {
      const measured = await measure(harness, portal, group, most, databaseMs);
      if (round >= 0) {
        rounds[index]?.push(measured);
      }
    }
  }
  await Promise.all(groups.flatMap(({ replicas }) => replicas.map((replica) => replica.stop())));
  return findingsOf(rounds, most);
}

async function startGroup(harness: Harness, portal: BenchPortal, count: number, url: string): Promise<Group> {
  const replicas: Program[] = [];
  for (let number = 0; number < count; number += 1) {
    const place = { dataDir: harness.newDir(), portal, rate: fastRate, databaseUrl: url };
    const service = await harness.startService(place);
    if (number === 0) {
      await harness.link(service, portal);
    }
    replicas.push(service);
  }
  return { replicas, url };
}

async function measure(
  harness: Harness,
  portal: BenchPortal,
  { replicas, url }: Group,
  most: number,
  databaseMs: () => number,
): Promise<Measured> {
  const [messages, replies, server] = [(await portal.counts()).messages, await harness.replies(), databaseMs()];
  const before = replicas.map((replica) => replica.processorMs());
  const share = Math.floor(most / replicas.length);
  const load = { kind: 'flood', atOnce, most: share, forMs: arriveWithinMs } as const;
  const count = share * replicas.length;
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

function findingsOf(rounds: readonly (readonly Measured[])[], most: number): Findings {
  const [one = [], ...others] = rounds;
  const aims = [1.6, 2.2];
  const ratios = others.map((group, index) => {
    const naming = { section: 'replicas', baseline: 'one', name: `end to end, ${index + 2} replicas`, unit: '/s' };
    const both = group.flatMap((ours, round) => {
      const baseline = one[round];
      return baseline ? [{ ours, baseline }] : [];
    });
    return [
      compare(
        naming,
        pairs(both, ({ perSecond }) => perSecond),
        { of: 'ratio', bound: 'at least', limit: aims[index] ?? 1 },
      ),
      compare(
        { ...naming, name: `processor time per message, ${index + 2} replicas`, unit: 'ms' },
        pairs(both, ({ processor }) => processor),
        { of: 'ratio', bound: 'at most', limit: 1.2 },
      ),
    ];
  });
  const singles = rounds.flatMap((group, index) => {
    const named = (name: string, unit: string, quantity: (round: Measured) => number) =>
      single({ section: 'replicas', name: `${name}, ${index + 1} replicas`, unit }, median(group.map(quantity)));
    return [
      named('of PostgreSQL per message', 'ms', ({ database }) => database),
      named('connections that wait for a lock', '', ({ waiting }) => waiting),
    ];
  });
  return {
    figures: [...ratios.flat(), ...singles],
    conditions: [
      `${people} people; ${atOnce} commands always on their way to each replica, ${most} in a round, shared by the replicas.`,
      'Where the machine has fewer cores than there are programs, the throughput cannot grow: processor time and waits tell.',
    ],
  };
}
