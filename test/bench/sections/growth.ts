import { randomBytes, randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { z } from 'zod';
import type { NewDelivery } from '../../../src/delivery/ports.ts';
import { defaultTiming } from '../../../src/delivery/timing.ts';
import { portalOriginOf, taskIdOf } from '../../../src/domain/portal.ts';
import { Secret } from '../../../src/domain/secret.ts';
import { openStorage, type Storage } from '../../../src/storage/open.ts';
import { startPostgres } from '../../support/postgres-server.ts';
import { compare, type Findings } from '../figures.ts';
import type { Harness } from '../harness.ts';
import { makeDatabase } from '../make-database.ts';
import { alternate, pairs } from '../rounds.ts';

const perClaim = 100;
const people = 1_000;
const tasks = 40_000;
const delivered = { kind: 'end', outcome: { kind: 'delivered' } } as const;

/** (f) Claiming a hundred deliveries on PostgreSQL while nothing and while very much has ended. */
export async function measureGrowth(harness: Harness): Promise<Findings> {
  const { scale } = harness;
  const finished = scale.pick(1_000_000, 100_000);
  const rounds = scale.pick(30, 10);
  const server = await startPostgres();
  harness.onClose(server.stop);
  const empty = await open(await makeDatabase(server.url, 'empty'));
  const fullUrl = await makeDatabase(server.url, 'grown');
  const grown = await open(fullUrl);
  harness.say(`growth: ${finished} finished deliveries`);
  await finish(grown, fullUrl, finished);
  for (const { outbox } of [grown, empty]) {
    await accept(outbox, (rounds + 3) * perClaim);
  }
  harness.say('growth: claiming');
  const warmUp = await alternate(
    3,
    () => claim(grown),
    () => claim(empty),
  );
  const claims = await alternate(
    rounds,
    () => claim(grown),
    () => claim(empty),
  );
  await Promise.all([grown.close(), empty.close()]);
  return {
    figures: [
      compare(
        {
          section: 'growth',
          name: `claiming ${perClaim} beside ${finished} finished`,
          unit: 'ms',
          baseline: 'beside none',
        },
        pairs(claims, (ms) => ms),
        { of: 'ratio', bound: 'at most', limit: 1.3 },
      ),
    ],
    conditions: [
      `PostgreSQL; ${people} people, ${tasks} tasks of one portal. What was claimed is settled before the next claim; ${warmUp.length} rounds are not counted.`,
    ],
  };
}

function open(url: string): Promise<Storage> {
  return openStorage(
    { databaseUrl: new Secret(url), dataDir: '', encryptionKeys: [new Secret(randomBytes(32).toString('base64'))] },
    {
      timing: defaultTiming,
      rateOf: () => ({ burst: 100_000, perSecond: 100_000 }),
      holder: randomUUID(),
      log: { debug() {}, info() {}, warn() {}, error() {} },
    },
  );
}

const names = z.array(z.object({ column_name: z.string() }));

/** One delivery is delivered, and stands for all: its row is copied. */
async function finish({ outbox }: Storage, url: string, count: number): Promise<void> {
  await outbox.accept(deliveryOf(0));
  await claim({ outbox });
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(
    `SELECT column_name FROM information_schema.columns
    WHERE table_name = 'outbox' AND column_name NOT IN ('seq', 'id', 'lane', 'slack_user', 'task')`,
  );
  const copied = names
    .parse(rows)
    .map((row) => row.column_name)
    .join(', ');
  await client.query(
    `INSERT INTO outbox (id, lane, slack_user, task, ${copied})
    SELECT md5(CAST(i AS text)), 'T1 U' || i % ${people} || ' ' || portal || ' ' || 1 + i % ${tasks}, 'U' || i % ${people},
      1 + i % ${tasks}, ${copied} FROM outbox, generate_series(1, ${count}) AS i`,
  );
  await client.end();
}

async function accept(outbox: Storage['outbox'], count: number): Promise<void> {
  for (let first = 1; first <= count; first += 200) {
    const numbers = Array.from({ length: Math.min(200, count + 1 - first) }, (_, index) => first + index);
    await Promise.all(numbers.map((number) => outbox.accept(deliveryOf(number))));
  }
}

/** How long a claim takes, in ms. */
async function claim({ outbox }: Pick<Storage, 'outbox'>): Promise<number> {
  const begunAt = performance.now();
  const { claims } = await outbox.claim(perClaim);
  const tookMs = performance.now() - begunAt;
  await Promise.all(claims.map((each) => outbox.settle(each, delivered, { honoursKey: true })));
  return tookMs;
}

function deliveryOf(number: number): NewDelivery {
  const [portal, task] = [portalOriginOf('https://acme.bitrix24.com'), taskIdOf(String(1 + (number % tasks)))];
  if (!portal || !task) {
    throw new Error('these are no portal and no task');
  }
  const user = `U${number % people}`;
  const text = 'Build *1* is green: [URL=https://ci.example.com/builds/1]log[/URL], please check the notes & close.';
  return {
    id: randomUUID(),
    person: { tenant: 'T1', user },
    account: { portal, userId: '7', name: 'Anna' },
    identityId: 'link',
    task,
    requests: [JSON.stringify({ fields: { taskId: task, text } })],
    losses: [],
    route: { team: 'T1', user, locale: 'en', place: { channel: 'C1' } },
  };
}
