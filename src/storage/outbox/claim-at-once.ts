import { z } from 'zod';
import type { ReservedSlots, ReserveSlots } from '../../delivery/ports.ts';
import type { Claim } from '../../delivery/progress.ts';
import type { PortalOrigin } from '../../domain/portal.ts';
import type { Transaction } from '../database.ts';
import type { Planned } from './batch-insert.ts';
import { roomFor } from './bucket.ts';
import { claimOf } from './claim.ts';
import type { OutboxContext } from './context.ts';
import { drawFor, levelOf, type PortalRow, portalColumns, portalRow } from './portals.ts';
import { type NewColumns, type UnplacedRow, unplacedRow } from './rows.ts';
import { chunked, parameters } from './sql.ts';

/** A claim and its row. */
export type ClaimedAtOnce = { readonly claim: Claim; readonly row: UnplacedRow };

/** New rows as they are to be written, and the claims of those that are leased by being written. */
export type LeasedAtOnce = { readonly rows: readonly NewColumns[]; readonly claimed: readonly ClaimedAtOnce[] };

/** The slots that the courier offers: none while it does not run. */
export type OfferedSlots = {
  /** Replaces what was offered; `undefined`: no slots from now on. */
  offer(reserve: ReserveSlots | undefined): void;
  reserve: ReserveSlots;
};

/** Creates it with no slots. */
export function createOfferedSlots(): OfferedSlots {
  const none: ReservedSlots = { count: 0, begin: () => {} };
  let asked: ReserveSlots | undefined;
  return {
    offer(reserve) {
      asked = reserve;
    },
    reserve: (most) => asked?.(most) ?? none,
  };
}

/** Under which number rows are leased, and how many of them at the most. */
export type LeaseLimit = { readonly lease: number; readonly most: number };

const portalWithWaiting = portalRow.extend({ waiting: z.number().nullable() });

/**
 * Holds the portals where nobody waits whose turn is earlier. One that another transaction holds is passed over:
 * whoever is accepted does not wait for those who send.
 */
export async function holdFreePortals(
  { database }: OutboxContext,
  transaction: Transaction,
  origins: readonly PortalOrigin[],
): Promise<readonly PortalRow[]> {
  const parts = chunked([...new Set(origins)].toSorted(), transaction.rowsPerStatement);
  const rows = await Promise.all(
    parts.map((part) =>
      transaction.query(
        `SELECT ${portalColumns},
          (SELECT 1 FROM outbox o WHERE o.state = 'ready' AND o.portal = portals.portal LIMIT 1) AS waiting
        FROM portals WHERE portal IN (${parameters(part.length)}) ORDER BY portal ${database.dialect.skipLocked}`,
        part,
      ),
    ),
  );
  return rows
    .flat()
    .map((found) => portalWithWaiting.parse(found))
    .filter(({ waiting }) => waiting === null);
}

/**
 * Leases new rows that can leave at once, before they are written: heads of their lanes whose portal is free, held, and
 * has room.
 */
export function leaseAtOnce(
  context: OutboxContext,
  transaction: Transaction,
  planned: readonly Planned[],
  free: readonly PortalRow[],
  { lease, most }: LeaseLimit,
): LeasedAtOnce {
  const leased = new Map<Planned, { readonly columns: NewColumns; readonly claimed: ClaimedAtOnce }>();
  for (const [origin, heads] of headsByPortal(planned)) {
    const slots = most - leased.size;
    const portal = free.find((one) => one.portal === origin);
    if (portal && slots > 0) {
      const level = levelOf(context, portal);
      const taken = heads.slice(0, Math.min(slots, roomFor(level, context.rateOf(origin))));
      for (const head of taken) {
        leased.set(head, leaseOne(context, head, portal, lease));
      }
      if (taken.length > 0) {
        const turns = taken.map(({ row }) => row.turn);
        drawFor(transaction, portal, level, turns);
      }
    }
  }
  return {
    rows: planned.map((each) => leased.get(each)?.columns ?? each.row),
    claimed: [...leased.values()].map(({ claimed }) => claimed),
  };
}

/** In one order everywhere, so that no two transactions wait for each other; the earliest turn of a portal first. */
function headsByPortal(planned: readonly Planned[]): readonly (readonly [PortalOrigin, readonly Planned[]])[] {
  const heads = planned
    .filter(({ row }) => row.state === 'ready')
    .toSorted((one, other) => one.row.turn - other.row.turn);
  return [...Map.groupBy(heads, ({ row }) => row.portal)].toSorted(([one], [other]) => (one < other ? -1 : 1));
}

function leaseOne({ holder, timing }: OutboxContext, { entry, row }: Planned, portal: PortalRow, lease: number) {
  const columns: NewColumns = {
    ...row,
    state: 'sending',
    lease_holder: holder,
    lease_number: lease,
    lease_until: portal.now + timing.leaseMs,
    attempt_at: portal.now,
  };
  const leased = unplacedRow(columns);
  return { columns, claimed: { claim: claimOf(leased, portal, entry.delivery), row: leased } };
}
