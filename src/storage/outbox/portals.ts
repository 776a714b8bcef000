import { z } from 'zod';
import type { Pacer, PortalMemory, PortalObservation } from '../../delivery/ports.ts';
import { createLru } from '../../domain/lru.ts';
import type { PortalOrigin, Rate } from '../../domain/portal.ts';
import { portalOrigin } from '../codecs.ts';
import type { Queries, SqlValue, Transaction } from '../database.ts';
import { capacityOf, fullLevel, type Level, refill, reserveOf, waitForMs } from './bucket.ts';
import type { OutboxContext } from './context.ts';
import { storageNow } from './transition.ts';

/** Columns of `portalRow`. */
export const portalColumns = 'portal, tokens, tokens_at, turn, claimed_at, honours_key, b24task_now() AS now';

/** The stored state of one portal. `tokens` were left at `tokens_at`. */
export const portalRow = z.object({
  portal: portalOrigin,
  tokens: z.number(),
  tokens_at: z.number(),
  turn: z.number(),
  claimed_at: z.number(),
  honours_key: z.number().nullable(),
  now: z.number(),
});

/** The parsed form of `portalRow`. */
export type PortalRow = z.infer<typeof portalRow>;

/**
 * Notes portals that were not known before: nobody has called them yet, so their buckets are full. Gives those of which
 * that was true, held.
 */
export async function addPortals(
  context: OutboxContext,
  transaction: Transaction,
  portals: readonly PortalOrigin[],
): Promise<readonly PortalRow[]> {
  const added: PortalRow[] = [];
  for (const portal of portals.toSorted()) {
    const rows = await transaction.query(
      `INSERT INTO portals (portal, tokens, tokens_at) VALUES ($1, $2, b24task_now())
      ON CONFLICT (portal) DO NOTHING RETURNING ${portalColumns}`,
      [portal, capacityOf(context.rateOf(portal))],
    );
    added.push(...rows.map((found) => portalRow.parse(found)));
  }
  return added;
}

const turnRow = z.object({ turn: z.number() });

/** The turn of the last delivery that was claimed for a portal; 0 for one that is not known. */
export async function turnOf(queries: Queries, portal: PortalOrigin): Promise<number> {
  const [found] = await queries.query('SELECT turn FROM portals WHERE portal = $1', [portal]);
  return found ? turnRow.parse(found).turn : 0;
}

/** The observation of one settled claim about its portal. */
export type ObservedPortal = { readonly portal: PortalOrigin; readonly observation: PortalObservation };

/** Notes what was learnt about portals, each portal once: many deliveries of one are settled together. */
export function storeObservations(transaction: Transaction, observed: readonly ObservedPortal[]): void {
  const portals = [...new Set(observed.map(({ portal }) => portal))].toSorted();
  for (const portal of portals) {
    const observations = observed.filter((each) => each.portal === portal).map(({ observation }) => observation);
    storeLearnt(transaction, portal, observations);
  }
}

function storeLearnt(transaction: Transaction, portal: PortalOrigin, observations: readonly PortalObservation[]): void {
  const honoursKey = observations.map((each) => each.honoursKey).findLast((each) => each !== undefined);
  if (honoursKey !== undefined) {
    transaction.execute(
      'UPDATE portals SET honours_key = $2 WHERE portal = $1 AND (honours_key IS NULL OR honours_key <> $2)',
      [portal, honoursKey ? 1 : 0],
    );
  }
  const unused = observations.filter((each) => each.unused).length;
  if (unused > 0) {
    transaction.execute('UPDATE portals SET tokens = tokens + $2 WHERE portal = $1', [portal, unused]);
  }
  if (observations.some(({ bucketFull }) => bucketFull)) {
    transaction.execute(...emptying(portal));
  }
}

/** The level of a portal's bucket as its row tells it, at the time the row was read. */
export function levelOf(context: OutboxContext, found: PortalRow): Level {
  return refill({ tokens: found.tokens, at: found.tokens_at }, context.rateOf(found.portal), found.now);
}

/**
 * The clock was set back since: its times are written anew even where nothing is drawn, so that the bucket fills from
 * there on, and whoever waits does so for a refill at most.
 */
export function isFromFuture({ tokens_at, claimed_at, now }: PortalRow): boolean {
  return tokens_at > now || claimed_at > now;
}

/** Takes as many places from a portal's bucket as rows were leased at these turns, and moves the portal's turn on. */
export function drawFor(transaction: Transaction, portal: PortalRow, level: Level, turns: readonly number[]): void {
  transaction.execute('UPDATE portals SET tokens = $2, tokens_at = $3, turn = $4, claimed_at = $5 WHERE portal = $1', [
    portal.portal,
    level.tokens - turns.length,
    level.at,
    Math.max(portal.turn, ...turns),
    portal.now,
  ]);
}

/** Writes the level back. */
function storeLevel(transaction: Transaction, portal: PortalOrigin, level: Level): void {
  transaction.execute(
    `UPDATE portals SET tokens = $2, tokens_at = $3, claimed_at = CASE WHEN claimed_at > $3 THEN $3 ELSE claimed_at END
    WHERE portal = $1`,
    [portal, level.tokens, level.at],
  );
}

/** The statement after which a portal's bucket is as empty as when the portal says that it is full. */
function emptying(portal: PortalOrigin): readonly [text: string, values: readonly SqlValue[]] {
  return ['UPDATE portals SET tokens = $2, tokens_at = b24task_now() WHERE portal = $1', [portal, fullLevel]];
}

/** `suffix` of the SELECT: whether it is held. */
async function readPortal(queries: Queries, portal: PortalOrigin, suffix = ''): Promise<PortalRow | undefined> {
  const [found] = await queries.query(`SELECT ${portalColumns} FROM portals WHERE portal = $1 ${suffix}`, [portal]);
  return found && portalRow.parse(found);
}

/** People name hosts as they like: of those that have proved nothing so many are known, and only to this process. */
const maxUnproved = 1_000;
const maxProved = 10_000;

/**
 * Calls that a person waits for: they may also use the reserve that deliveries leave. Where they came one after the
 * other for so long that no delivery found room, one delivery goes first.
 */
export function createPacer(context: OutboxContext): Pacer {
  const { database, rateOf } = context;
  const unproved = createLru<Level>(maxUnproved);
  const proved = createLru<true>(maxProved);

  /** The level of a portal that has no row. */
  async function unprovedLevel(queries: Queries, portal: PortalOrigin): Promise<Level> {
    const now = await storageNow(queries);
    const rate = rateOf(portal);
    return refill(unproved.get(portal) ?? { tokens: capacityOf(rate), at: now }, rate, now);
  }

  async function drawUnproved(queries: Queries, portal: PortalOrigin) {
    const level = await unprovedLevel(queries, portal);
    const waitMs = waitForMs(level, rateOf(portal), 1);
    unproved.set(portal, waitMs === 0 ? { ...level, tokens: level.tokens - 1 } : level);
    return { waitMs };
  }

  return {
    draw: (portal, { yields = false } = {}) =>
      database.transaction(async (transaction) => {
        const found = await readPortal(transaction, portal, database.dialect.forUpdate);
        if (!found) {
          return drawUnproved(transaction, portal);
        }
        const [level, rate] = [levelOf(context, found), rateOf(portal)];
        const forDeliveries = reserveOf(rate) + 1;
        const holdsUp = yields ? hadTurn : isOvertaken;
        const isFirst = level.tokens > forDeliveries || !(await holdsUp(transaction, found, rate));
        const waitMs = waitForMs(level, rate, isFirst ? 1 : forDeliveries + 1);
        if (waitMs === 0) {
          storeLevel(transaction, portal, { ...level, tokens: level.tokens - 1 });
        } else if (isFromFuture(found)) {
          storeLevel(transaction, portal, level);
        }
        transaction.commit();
        return { waitMs };
      }),
    async markFull(portal) {
      await database.query(...emptying(portal));
      unproved.set(portal, { tokens: fullLevel, at: await storageNow(database) });
    },
    async prove(portal) {
      if (!proved.has(portal)) {
        const { tokens, at } = await unprovedLevel(database, portal);
        await database.query(
          'INSERT INTO portals (portal, tokens, tokens_at) VALUES ($1, $2, $3) ON CONFLICT (portal) DO NOTHING',
          [portal, tokens, at],
        );
        unproved.delete(portal);
        proved.set(portal, true);
      }
    },
    async headroom(portal) {
      const { burst, perSecond } = rateOf(portal);
      const found = await readPortal(database, portal);
      const { tokens } = found ? levelOf(context, found) : await unprovedLevel(database, portal);
      return { left: Math.max(0, Math.floor(tokens)), burst, perSecond };
    },
  };
}

/** Whether a delivery is due, and somebody else was served since the last one went. */
async function hadTurn(transaction: Transaction, found: PortalRow): Promise<boolean> {
  return found.tokens_at > found.claimed_at && (await isDeliveryDue(transaction, found));
}

/**
 * Whether a delivery is due that found no room for twice as long as an empty bucket takes to make some. A portal that
 * throttles every attempt empties it each time: there deliveries have their turn, and people are not held up for them.
 */
async function isOvertaken(transaction: Transaction, found: PortalRow, rate: Rate): Promise<boolean> {
  const { now, claimed_at } = found;
  const patienceMs = 2 * waitForMs({ tokens: 0, at: now }, rate, reserveOf(rate) + 1);
  return now - claimed_at > patienceMs && (await isDeliveryDue(transaction, found));
}

async function isDeliveryDue(transaction: Transaction, { portal }: PortalRow): Promise<boolean> {
  const due = await transaction.query("SELECT 1 AS found FROM outbox WHERE state = 'ready' AND portal = $1 LIMIT 1", [
    portal,
  ]);
  return due.length > 0;
}

/** The portals' last answers; `undefined` for a portal that was never called. */
export function createPortalMemory(context: OutboxContext): PortalMemory {
  return {
    async honoursKey(portal) {
      const rows = await context.database.query(`SELECT ${portalColumns} FROM portals WHERE portal = $1`, [portal]);
      const [found] = rows.map((each) => portalRow.parse(each));
      return honours(found);
    },
  };
}

/** Whether a portal honours keys, by its row. */
export function honours(found: PortalRow | undefined): boolean | undefined {
  return found?.honours_key === undefined || found.honours_key === null ? undefined : found.honours_key === 1;
}

const originRow = z.object({ portal: portalOrigin });

/** The portals that echoed the key when they were last seen. */
export async function honouringPortals(queries: Queries): Promise<ReadonlySet<PortalOrigin>> {
  const rows = await queries.query('SELECT portal FROM portals WHERE honours_key = 1');
  return new Set(rows.map((found) => originRow.parse(found).portal));
}
