import type { Claim } from '../../delivery/ports.ts';
import type { PortalOrigin } from '../../domain/portal.ts';
import type { Transaction } from '../database.ts';
import type { OutboxContext } from './context.ts';
import { openPayload } from './payload.ts';
import { honours, type PortalRow } from './portals.ts';
import { progressOf } from './progress.ts';
import { deliveryOf, type FullRow, fullColumns, fullRow } from './rows.ts';
import { parameters } from './sql.ts';

/** Which lease a claim stands for: only the claim that was handed out can be settled. */
export type LeaseNumbers = WeakMap<Claim, number>;

/** A delivery whose texts cannot be read now is looked at again after this: its key may come back. */
const unreadableRetryMs = 15 * 60_000;

/** Leases up to `places` ready deliveries of a portal, in order of turn. */
export async function leaseReady(
  { database, holder, timing }: OutboxContext,
  transaction: Transaction,
  portal: PortalOrigin,
  places: number,
  leaseNumber: number,
): Promise<readonly FullRow[]> {
  const rows = await transaction.query(
    `WITH picked AS MATERIALIZED (
      SELECT seq AS chosen FROM outbox WHERE state = 'ready' AND portal = $1
      ORDER BY turn, seq LIMIT $2 ${database.dialect.skipLocked})
    UPDATE outbox
    SET state = 'sending', lease_holder = $3, lease_number = $4, lease_until = b24task_now() + $5
    FROM picked WHERE seq = chosen RETURNING ${fullColumns}`,
    [portal, places, holder, leaseNumber, timing.leaseMs],
  );
  return rows
    .map((found) => fullRow.parse(found))
    .toSorted((one, other) => one.turn - other.turn || one.seq - other.seq);
}

/** Gives back what unconfirmed claims leased, if they did: none of it was handed out, so none of it was sent. */
export async function takeBack(
  { database, holder }: OutboxContext,
  transaction: Transaction,
  leaseNumbers: readonly number[],
): Promise<void> {
  await transaction.query(
    `WITH mine AS MATERIALIZED (
      SELECT seq AS chosen FROM outbox WHERE state = 'sending' AND lease_holder = $1
        AND lease_number IN (${parameters(leaseNumbers.length, 2)}) ${database.dialect.skipLocked})
    UPDATE outbox SET state = 'ready', lease_holder = NULL, lease_number = NULL, lease_until = NULL
    FROM mine WHERE seq = chosen`,
    [holder, ...leaseNumbers],
  );
}

/** The claims for leased rows. A row that cannot be decrypted is put off, so that it holds up nobody else. */
export async function openClaims(
  context: OutboxContext,
  transaction: Transaction,
  portal: PortalRow,
  rows: readonly FullRow[],
  leases: LeaseNumbers,
): Promise<readonly Claim[]> {
  const claims: Claim[] = [];
  for (const leased of rows) {
    try {
      const claim = openClaim(context, portal, leased);
      leases.set(claim, leased.lease_number ?? 0);
      claims.push(claim);
    } catch (error) {
      context.log.error({ error, delivery: leased.id }, 'A stored delivery cannot be read; it waits');
      await putOff(transaction, leased);
    }
  }
  return claims;
}

function openClaim({ cipher }: OutboxContext, portal: PortalRow, leased: FullRow): Claim {
  const payload = openPayload(cipher, leased.id, leased.payload ?? '');
  const request = payload.requests[leased.part - 1];
  if (request === undefined) {
    throw new Error(`Delivery ${leased.id} has no part ${leased.part}`);
  }
  return {
    delivery: deliveryOf(leased),
    part: leased.part,
    request,
    progress: progressOf(leased, portal.now, honours(portal) ?? false),
    losses: payload.losses,
    route: payload.route,
  };
}

async function putOff(transaction: Transaction, leased: FullRow): Promise<void> {
  await transaction.query(
    `UPDATE outbox SET state = 'delayed', not_before = b24task_now() + $2, lease_holder = NULL, lease_number = NULL,
      lease_until = NULL WHERE seq = $1`,
    [leased.seq, unreadableRetryMs],
  );
}
