import { z } from 'zod';
import type { NewDelivery, Outbox } from '../../delivery/ports.ts';
import { type Claim, type PartContent, type Progress, partsOf } from '../../delivery/progress.ts';
import type { PortalOrigin } from '../../domain/portal.ts';
import { present } from '../../domain/present.ts';
import type { Transaction } from '../database.ts';
import { reserveOf, roomFor, waitForMs } from './bucket.ts';
import type { OutboxContext } from './context.ts';
import type { Leases } from './leases.ts';
import { decryptPayload } from './payload.ts';
import { drawFor, honours, isFromFuture, levelOf, type PortalRow, portalColumns, portalRow } from './portals.ts';
import { deliveryOf, type FullRow, fullColumns, fullRow, progressOf, type UnplacedRow } from './rows.ts';
import { parameters } from './sql.ts';

type Claimed = { readonly claims: readonly Claim[]; readonly nextInMs: number };

/** What each row tells of all that is due: `in_ms` is null where nothing is delayed. */
const outlook = z.object({ in_ms: z.number().nullable(), due_portals: z.coerce.number() });

/** Batch size for promoting due deliveries. */
const maxPromoted = 500;

/** Delay before a portal is looked at again that another process held: it claims there, or accepts. */
const heldMs = 25;

/** Delay before a delivery whose texts cannot be decrypted is tried again: its key may come back. */
const unreadableRetryMs = 15 * 60_000;

/** `Outbox.claim`: one transaction for all portals with due deliveries, those first that waited longest. */
export function createClaim(context: OutboxContext, leases: Leases): Outbox['claim'] {
  async function claimFrom(transaction: Transaction, portal: PortalRow, share: number, lease: number) {
    const rate = context.rateOf(portal.portal);
    const level = levelOf(context, portal);
    const room = roomFor(level, rate);
    const slots = Math.min(room, share);
    const rows = slots > 0 ? await leaseReady(context, transaction, portal.portal, slots, lease) : [];
    const left = { ...level, tokens: level.tokens - rows.length };
    if (rows.length > 0 || isFromFuture(portal)) {
      const turns = rows.map(({ turn }) => turn);
      drawFor(transaction, portal, level, turns);
    }
    const nextInMs = slots === room ? waitForMs(left, rate, reserveOf(rate) + 1) : 0;
    return {
      claims: openClaims(context, transaction, portal, rows, leases),
      taken: rows.length,
      nextInMs: rows.length < slots ? Number.POSITIVE_INFINITY : nextInMs,
    };
  }

  async function claimAll(transaction: Transaction, limit: number, lease: number): Promise<Claimed> {
    const unconfirmed = leases.unconfirmed();
    if (unconfirmed.length > 0) {
      await takeBack(context, transaction, unconfirmed);
    }
    const { portals, othersMs } = await findDue(context, transaction);
    const claims: Claim[] = [];
    let slotsLeft = limit;
    let nextInMs = Math.min(context.timing.pollMs, othersMs);
    for (const [index, portal] of portals.entries()) {
      const share = Math.ceil(slotsLeft / (portals.length - index));
      const claimed = await claimFrom(transaction, portal, share, lease);
      claims.push(...claimed.claims);
      slotsLeft -= claimed.taken;
      nextInMs = Math.min(nextInMs, claimed.nextInMs);
    }
    transaction.commit();
    return { claims, nextInMs };
  }

  return async (limit) => {
    const { pollMs } = context.timing;
    if (limit <= 0) {
      return { claims: [], nextInMs: pollMs };
    }
    return leases.take((lease) => context.database.transaction((transaction) => claimAll(transaction, limit, lease)));
  };
}

/** `Outbox.renewLeases`. Rows that are being settled at this moment are skipped: they need no longer lease. */
export function createRenewLeases({ database, holder, timing }: OutboxContext): Outbox['renewLeases'] {
  return async () => {
    await database.query(
      `WITH held AS MATERIALIZED (
      SELECT seq AS chosen FROM outbox WHERE state = 'sending' AND lease_holder = $1 ${database.dialect.skipLocked})
    UPDATE outbox SET lease_until = b24task_now() + $2 FROM held WHERE seq = chosen`,
      [holder, timing.leaseMs],
    );
  };
}

/** Releases the leases of unconfirmed claims, if there are any: none was handed out, so none was sent. */
async function takeBack(
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

/**
 * The portals that have ready deliveries, in the order of their turns. `othersMs`: in how many ms there may be something
 * besides, because it is delayed until then, or its portal is held by another process.
 */
type Due = { readonly portals: readonly PortalRow[]; readonly othersMs: number };

/** What is due, with delayed deliveries that have become so. */
async function findDue(context: OutboxContext, transaction: Transaction): Promise<Due> {
  const due = await duePortals(context, transaction);
  if (due.othersMs > 0) {
    return due;
  }
  await promoteDue(context, transaction);
  return duePortals(context, transaction);
}

/**
 * Makes due heads ready. Their turns begin anew, behind the last one: a delivery that waited, or is tried again and
 * again, overtakes nobody who sends now.
 */
async function promoteDue({ database }: OutboxContext, transaction: Transaction): Promise<void> {
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
    [maxPromoted],
  );
}

/**
 * Locks the portals that have ready deliveries, those aside that another transaction holds. The recursion steps from
 * portal to portal in the index, so that it costs the same however many deliveries wait at each.
 */
async function duePortals({ database }: OutboxContext, transaction: Transaction): Promise<Due> {
  const rows = await transaction.query(
    `WITH RECURSIVE due(origin) AS (
      SELECT min(portal) FROM outbox WHERE state = 'ready'
      UNION ALL
      SELECT (SELECT min(o.portal) FROM outbox o WHERE o.state = 'ready' AND o.portal > due.origin)
      FROM due WHERE due.origin IS NOT NULL),
    held AS MATERIALIZED (
      SELECT ${portalColumns} FROM portals WHERE portal IN (SELECT origin FROM due)
      ORDER BY portal ${database.dialect.skipLocked})
    SELECT held.*, (SELECT min(not_before) FROM outbox WHERE state = 'delayed') - b24task_now() AS in_ms,
      (SELECT count(*) FROM portals WHERE portal IN (SELECT origin FROM due)) AS due_portals
    FROM (SELECT 1) AS always LEFT JOIN held ON 1 = 1`,
  );
  const portals = rows.flatMap((found) => (found['portal'] === null ? [] : [portalRow.parse(found)]));
  const { in_ms, due_portals } = outlook.parse(rows[0]);
  const delayedMs = Math.max(0, in_ms ?? Number.POSITIVE_INFINITY);
  return {
    portals: portals.toSorted((one, other) => one.claimed_at - other.claimed_at),
    othersMs: portals.length < due_portals ? Math.min(heldMs, delayedMs) : delayedMs,
  };
}

/** Leases up to `slots` ready deliveries of a portal, in order of turn. */
async function leaseReady(
  { database, holder, timing }: OutboxContext,
  transaction: Transaction,
  portal: PortalOrigin,
  slots: number,
  leaseNumber: number,
): Promise<readonly FullRow[]> {
  const rows = await transaction.query(
    `WITH picked AS MATERIALIZED (
      SELECT seq AS chosen FROM outbox WHERE state = 'ready' AND portal = $1
      ORDER BY turn, seq LIMIT $2 ${database.dialect.skipLocked})
    UPDATE outbox
    SET state = 'sending', lease_holder = $3, lease_number = $4, lease_until = b24task_now() + $5,
      attempt_at = CASE WHEN ambiguous = 0 THEN b24task_now() ELSE attempt_at END
    FROM picked WHERE seq = chosen RETURNING ${fullColumns}`,
    [portal, slots, holder, leaseNumber, timing.leaseMs],
  );
  return rows
    .map((found) => fullRow.parse(found))
    .toSorted((one, other) => one.turn - other.turn || one.seq - other.seq);
}

/** The claims for leased rows. A row that cannot be decrypted is put off, so that it holds up nobody else. */
function openClaims(
  context: OutboxContext,
  transaction: Transaction,
  portal: PortalRow,
  rows: readonly FullRow[],
  leases: Leases,
): readonly Claim[] {
  const claims: Claim[] = [];
  for (const leased of rows) {
    try {
      const payload = decryptPayload(context.cipher, leased, leased.payload ?? '');
      const claim = claimOf(leased, portal, payload);
      leases.note(claim, { number: leased.lease_number ?? 0, row: withoutText(leased) });
      claims.push(claim);
    } catch (error) {
      context.log.error({ error, delivery: leased.id }, 'A stored delivery cannot be read; it waits');
      putOff(transaction, leased);
    }
  }
  return claims;
}

/** What is kept of a row while it is on its way. */
function withoutText({ payload: _, ...row }: FullRow): UnplacedRow {
  return row;
}

/** The claim that a leased row is. Throws when its text has no such part. */
export function claimOf(
  leased: UnplacedRow,
  portal: PortalRow,
  payload: Pick<NewDelivery, 'requests' | 'files' | 'losses' | 'wording' | 'route'>,
): Claim {
  const content = partsOf(payload)[leased.part - 1];
  if (content === undefined) {
    throw new Error(`Delivery ${leased.id} has no part ${leased.part}`);
  }
  return {
    delivery: deliveryOf(leased),
    part: leased.part,
    content,
    progress: progressOfPart(leased, portal, content),
    losses: payload.losses,
    ...present({ files: payload.files, wording: payload.wording }),
    route: payload.route,
  };
}

/** The method that takes files knows no keys. */
function progressOfPart(leased: UnplacedRow, portal: PortalRow, { kind }: PartContent): Progress {
  const isFile = kind === 'file';
  return { ...progressOf(leased, portal.now, !isFile && (honours(portal) ?? false)), isFile };
}

function putOff(transaction: Transaction, leased: FullRow): void {
  transaction.execute(
    `UPDATE outbox SET state = 'delayed', not_before = b24task_now() + $2, lease_holder = NULL, lease_number = NULL,
      lease_until = NULL WHERE seq = $1`,
    [leased.seq, unreadableRetryMs],
  );
}
