import { z } from 'zod';
import { type Claim, type Outbox, StorageUncertain } from '../../delivery/ports.ts';
import type { Transaction } from '../database.ts';
import { type Level, reserveOf, roomFor, waitForMs } from './bucket.ts';
import type { OutboxContext } from './context.ts';
import { type LeaseNumbers, leaseReady, openClaims, takeBack } from './lease.ts';
import { levelOf, type PortalRow, portalColumns, portalRow } from './portals.ts';
import type { FullRow } from './rows.ts';

type Claimed = { readonly claims: readonly Claim[]; readonly nextInMs: number };

/** Heads whose waiting is over become ready in steps of this many. */
const mostPromoted = 500;

/** How many unconfirmed leases are remembered: as many as there can be before the oldest was taken back. */
const mostUnclaimed = 100;

/** `Outbox.claim`: one transaction for all portals that have something due, those first that waited longest. */
export function createClaim(context: OutboxContext, leases: LeaseNumbers): Outbox['claim'] {
  let lastLease = 0;
  const unclaimed: number[] = [];

  async function claimFrom(transaction: Transaction, portal: PortalRow, share: number, lease: number) {
    const rate = context.rateOf(portal.portal);
    const level = levelOf(context, portal);
    const room = roomFor(level, rate);
    const places = Math.min(room, share);
    const rows = places > 0 ? await leaseReady(context, transaction, portal.portal, places, lease) : [];
    const left = { ...level, tokens: level.tokens - rows.length };
    if (rows.length > 0) {
      await draw(transaction, portal, left, rows);
    }
    const nextInMs = places === room ? waitForMs(left, rate, reserveOf(rate) + 1) : 0;
    return {
      claims: await openClaims(context, transaction, portal, rows, leases),
      taken: rows.length,
      nextInMs: rows.length < places ? Number.POSITIVE_INFINITY : nextInMs,
    };
  }

  async function claimAll(transaction: Transaction, limit: number, lease: number): Promise<Claimed> {
    if (unclaimed.length > 0) {
      await takeBack(context, transaction, unclaimed);
    }
    const delayedMs = await promoteDue(context, transaction);
    const claims: Claim[] = [];
    let placesLeft = limit;
    let nextInMs = Math.min(context.timing.pollMs, delayedMs);
    const portals = await duePortals(context, transaction);
    for (const [index, portal] of portals.entries()) {
      const share = Math.ceil(placesLeft / (portals.length - index));
      const claimed = await claimFrom(transaction, portal, share, lease);
      claims.push(...claimed.claims);
      placesLeft -= claimed.taken;
      nextInMs = Math.min(nextInMs, claimed.nextInMs);
    }
    return { claims, nextInMs };
  }

  return async (limit) => {
    const { pollMs } = context.timing;
    if (limit <= 0) {
      return { claims: [], nextInMs: pollMs };
    }
    lastLease += 1;
    const lease = lastLease;
    try {
      return await context.database.transaction((transaction) => claimAll(transaction, limit, lease));
    } catch (error) {
      // The commit may stand all the same, and nobody would carry that lease while this process renews it.
      if (error instanceof StorageUncertain) {
        unclaimed.push(lease);
      }
      unclaimed.splice(0, unclaimed.length - mostUnclaimed);
      throw error;
    }
  };
}

/**
 * Makes heads ready whose waiting is over, and tells in how many ms the next one is due. Their turns begin anew,
 * behind the one that was last: what waited, or is tried again and again, overtakes nobody who speaks now.
 */
async function promoteDue({ database }: OutboxContext, transaction: Transaction): Promise<number> {
  const inMs = await delayedInMs(transaction);
  if (inMs > 0) {
    return inMs;
  }
  await transaction.query(
    `WITH due AS MATERIALIZED (
      SELECT seq AS number, tenant AS of_tenant, slack_user AS of_user, portal AS origin FROM outbox
      WHERE state = 'delayed' AND not_before <= b24task_now()
      ORDER BY not_before LIMIT $1 ${database.dialect.skipLocked}),
    placed AS MATERIALIZED (
      SELECT number, row_number() OVER (PARTITION BY of_tenant, of_user, origin ORDER BY number)
        + coalesce((SELECT p.turn FROM portals p WHERE p.portal = origin), 0) AS fresh_turn
      FROM due)
    UPDATE outbox SET state = 'ready', turn = CASE WHEN turn > fresh_turn THEN turn ELSE fresh_turn END
    FROM placed WHERE seq = number`,
    [mostPromoted],
  );
  return delayedInMs(transaction);
}

/**
 * Locks the portals that have something ready. The recursion steps from portal to portal in the index, so that it costs
 * the same however many deliveries wait at each.
 */
async function duePortals({ database }: OutboxContext, transaction: Transaction): Promise<readonly PortalRow[]> {
  const rows = await transaction.query(
    `WITH RECURSIVE due(origin) AS (
      SELECT min(portal) FROM outbox WHERE state = 'ready'
      UNION ALL
      SELECT (SELECT min(o.portal) FROM outbox o WHERE o.state = 'ready' AND o.portal > due.origin)
      FROM due WHERE due.origin IS NOT NULL)
    SELECT ${portalColumns} FROM portals WHERE portal IN (SELECT origin FROM due)
    ORDER BY portal ${database.dialect.forUpdate}`,
  );
  return rows.map((found) => portalRow.parse(found)).toSorted((one, other) => one.claimed_at - other.claimed_at);
}

/** Takes what leaves now from the portal's bucket, and moves the portal's turn on. */
async function draw(transaction: Transaction, portal: PortalRow, level: Level, rows: readonly FullRow[]) {
  const turn = Math.max(portal.turn, ...rows.map((leased) => leased.turn));
  await transaction.query(
    'UPDATE portals SET tokens = $2, tokens_at = $3, turn = $4, claimed_at = $5 WHERE portal = $1',
    [portal.portal, level.tokens, level.at, turn, portal.now],
  );
}

const delay = z.tuple([z.object({ in_ms: z.number().nullable() })]);

/** When the next head that waits for its time is due. */
async function delayedInMs(transaction: Transaction): Promise<number> {
  const rows = await transaction.query(
    "SELECT min(not_before) - b24task_now() AS in_ms FROM outbox WHERE state = 'delayed'",
  );
  return Math.max(0, delay.parse(rows)[0].in_ms ?? Number.POSITIVE_INFINITY);
}
