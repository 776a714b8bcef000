import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AttemptResult, NewDelivery } from '../../../src/delivery/ports.ts';
import type { Claim } from '../../../src/delivery/progress.ts';
import { afterAttempt } from '../../../src/delivery/state-machine.ts';
import { defaultTiming } from '../../../src/delivery/timing.ts';
import { type PortalOrigin, portalOriginOf, taskIdOf } from '../../../src/domain/portal.ts';
import { openStorage, type Storage } from '../../../src/storage/open.ts';
import { type Figure, type Findings, percentile, single } from '../figures.ts';
import type { Harness } from '../harness.ts';

const workspaces = 10_000;
const portals = 3_000;
const rate = { burst: 50, perSecond: 2 };
const minute = 60_000;
/** Messages come for so long, most of them in the middle. */
const burstMs = 20 * minute;
/** Every tenth portal is in a region that cannot be reached from then until then. */
const outage = { from: 5 * minute, until: 35 * minute };
const stepMs = 250;
const answerMs = 300;
/** As the courier has it: so many attempts may have been begun within a second, unless they are over. */
const maxBegun = 100;
const momentMs = 1_000;
const giveUpMs = defaultTiming.leaveWithinMs;

type Message = { readonly at: number; readonly portal: number; readonly delivery: NewDelivery };
type Underway = { readonly claim: Claim; readonly begunAt: number; readonly endsAt: number; readonly isDead: boolean };

/** A Monday morning of many workspaces, on the real claim and pacing code with a clock of its own: who waits how long. */
export async function measureMonday(harness: Harness): Promise<Findings> {
  const count = harness.scale.pick(60_000, 20_000);
  const root = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'b24task-monday-'));
  const startedAt = Date.UTC(2026, 10, 30, 6);
  let now = startedAt;
  const storage = await openStorage(
    { dataDir: root },
    { timing: defaultTiming, rateOf: () => rate, holder: randomUUID(), log: silent, clock: () => now },
  );
  try {
    const messages = planMessages(count);
    const deliveredAt = await simulate(harness, storage, messages, { startedAt, setNow: (time) => (now = time) });
    return findingsOf(messages, deliveredAt, startedAt);
  } finally {
    await storage.close();
    rmSync(root, { recursive: true });
  }
}

type Time = { readonly startedAt: number; readonly setNow: (time: number) => void };

/** When each message was delivered, by its id. */
async function simulate(
  harness: Harness,
  { outbox }: Storage,
  messages: readonly Message[],
  { startedAt, setNow }: Time,
): Promise<ReadonlyMap<string, number>> {
  const deliveredAt = new Map<string, number>();
  let underway: Underway[] = [];
  let accepted = 0;
  for (let elapsed = 0; deliveredAt.size < messages.length; elapsed += stepMs) {
    const now = startedAt + elapsed;
    setNow(now);
    const due = messages.slice(accepted).findIndex(({ at }) => at > elapsed);
    const until = due < 0 ? messages.length : accepted + due;
    await Promise.all(messages.slice(accepted, until).map(({ delivery }) => outbox.accept(delivery)));
    accepted = until;

    const over = underway.filter(({ endsAt }) => endsAt <= now);
    underway = underway.filter(({ endsAt }) => endsAt > now);
    await Promise.all(over.map((attempt) => settle(attempt)));
    const begun = underway.filter(({ begunAt }) => begunAt > now - momentMs).length;
    const { claims } = await outbox.claim(maxBegun - begun);
    underway.push(...claims.map((claim) => begin(claim, now)));
    if (elapsed % (10 * minute) === 0) {
      harness.say(`monday: minute ${elapsed / minute}, ${deliveredAt.size} of ${messages.length} delivered`);
    }
  }
  return deliveredAt;

  function begin(claim: Claim, now: number): Underway {
    const elapsed = now - startedAt;
    const isDead = isInRegion(claim.delivery.portal) && elapsed >= outage.from && elapsed < outage.until;
    return { claim, begunAt: now, endsAt: now + (isDead ? giveUpMs : answerMs), isDead };
  }

  async function settle({ claim, isDead, endsAt }: Underway): Promise<void> {
    const result: AttemptResult = isDead
      ? { kind: 'failed', failure: { kind: 'unreachable' }, left: false, sinceLeftMs: 0 }
      : { kind: 'delivered', honoursKey: true };
    await outbox.settle(claim, afterAttempt(claim.progress, result, defaultTiming, 0.5), {});
    if (!isDead) {
      deliveredAt.set(claim.delivery.id, endsAt);
    }
  }
}

/** Workspaces are spread over portals as sizes of companies are: the n-th has a share of 1/n. */
function planMessages(count: number): readonly Message[] {
  const random = createRandom(20_261_130);
  const portalOfWorkspace = Array.from({ length: workspaces }, () => pickPortal(random()));
  return Array.from({ length: count }, () => (random() + random()) / 2)
    .toSorted((one, other) => one - other)
    .map((moment, index) => {
      const workspace = Math.floor(random() * workspaces);
      const portal = portalOfWorkspace[workspace] ?? 0;
      const person = { tenant: `T${workspace}`, user: `U${Math.floor(random() * 20)}` };
      return { at: moment * burstMs, portal, delivery: deliveryOf(index, person, portal, Math.floor(random() * 200)) };
    });
}

const harmonic = Array.from({ length: portals }, (_, rank) => 1 / (rank + 1)).reduce((sum, share) => sum + share, 0);

function pickPortal(chance: number): number {
  let left = chance * harmonic;
  for (let rank = 0; rank < portals; rank += 1) {
    left -= 1 / (rank + 1);
    if (left <= 0) {
      return rank;
    }
  }
  return portals - 1;
}

function originOf(portal: number): PortalOrigin {
  const origin = portalOriginOf(`https://p${portal}.bitrix24.com`);
  if (!origin) {
    throw new Error('this is no origin');
  }
  return origin;
}

function isInRegion(origin: PortalOrigin): boolean {
  return Number(/p(\d+)\./.exec(origin)?.[1]) % 10 === 3;
}

function deliveryOf(index: number, person: NewDelivery['person'], portal: number, number: number): NewDelivery {
  const task = taskIdOf(String(number + 1));
  if (!task) {
    throw new Error('this is no task');
  }
  return {
    id: `monday-${index}`,
    person,
    account: { portal: originOf(portal), userId: '7', name: person.user },
    identityId: 'link',
    task,
    requests: [JSON.stringify({ fields: { taskId: task, text: `Message ${index}` } })],
    losses: [],
    route: { team: person.tenant, user: person.user, locale: 'en', place: { channel: 'C1' } },
  };
}

function findingsOf(
  messages: readonly Message[],
  deliveredAt: ReadonlyMap<string, number>,
  startedAt: number,
): Findings {
  const perPortal = Map.groupBy(messages, ({ portal }) => portal);
  const queued = new Set([...perPortal.values()].flatMap(findQueued));
  const isDead = ({ portal }: Message) => isInRegion(originOf(portal));
  const groups: readonly [string, (message: Message) => boolean][] = [
    ['portals with room', (message) => !queued.has(message) && !isDead(message)],
    ['portals that get more than they take', (message) => queued.has(message) && !isDead(message)],
    ['the region that is away', isDead],
  ];
  const figures = groups.flatMap(([group, belongs]) => {
    const waits = messages
      .filter(belongs)
      .map(({ at, delivery }) => (deliveredAt.get(delivery.id) ?? Number.NaN) - startedAt - at);
    return [0.5, 0.99, 1].map((share): Figure => {
      const name = `${group}, ${waits.length} messages: ${share === 1 ? 'longest' : `p${share * 100}`}`;
      return single({ section: 'monday', name, unit: 's' }, percentile(waits, share) / 1_000);
    });
  });
  const busiest = Math.max(...[...perPortal.values()].map((each) => each.length));
  return {
    figures,
    conditions: [
      `${workspaces} workspaces on ${perPortal.size} of ${portals} portals, ${messages.length} messages within ${burstMs / minute} minutes, most in the middle; the largest portal gets ${busiest}.`,
      `Every tenth portal cannot be reached from minute ${outage.from / minute} to minute ${outage.until / minute}.`,
      `Every portal takes ${rate.burst} at once and ${rate.perSecond} a second. One process, storage on SQLite; its clock is moved by hand.`,
    ],
  };
}

/** The messages of one portal that its own bucket would keep waiting for a second if there were no other portal. */
function findQueued(messages: readonly Message[]): readonly Message[] {
  const capacity = rate.burst - 3;
  let [level, last] = [capacity, 0];
  return messages.filter(({ at }) => {
    level = Math.min(capacity, level + ((at - last) * rate.perSecond) / 1_000) - 1;
    last = at;
    return level < -rate.perSecond;
  });
}

/** The same morning every time. Source: mulberry32, a generator in the public domain. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const silent = { debug() {}, info() {}, warn() {}, error() {} };
