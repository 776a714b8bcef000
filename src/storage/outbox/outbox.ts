import type { Claim, Outbox, Pacer, PortalMemory } from '../../delivery/ports.ts';
import { createAccept } from './accept.ts';
import { createClaim } from './claim.ts';
import type { OutboxContext } from './context.ts';
import { cancel, cancelAll, forget, relink } from './ending.ts';
import { contentOf, count, find, listEnded, listOpen, listParked } from './lookup.ts';
import { expire, recoverLeases } from './overdue.ts';
import { createPacer, createPortalMemory } from './portals.ts';
import { claimReports, createSettleReport } from './reports.ts';
import { createSettle } from './settle.ts';
import { renewLeases, sweep } from './upkeep.ts';

/** The outbox on one database, with what shares its portals table. */
export function createOutbox(context: OutboxContext): {
  readonly outbox: Outbox;
  readonly pacer: Pacer;
  readonly portalMemory: PortalMemory;
} {
  const leases = new WeakMap<Claim, number>();
  const outbox: Outbox = {
    accept: createAccept(context),
    claim: createClaim(context, leases),
    settle: createSettle(context, leases),
    renewLeases: () => renewLeases(context),
    recoverLeases: (decide, options) => recoverLeases(context, decide, options?.all ?? false),
    expire: (decide) => expire(context, decide),
    cancel: (person, id) => cancel(context, person, id),
    cancelAll: (person, by) => cancelAll(context, person, by),
    relink: (person, account) => relink(context, person, account),
    forget: (person) => forget(context, person),
    find: (person, id) => find(context, person, id),
    listOpen: (person) => listOpen(context, person),
    listEnded: (person, limit) => listEnded(context, person, limit),
    listParked: () => listParked(context),
    contentOf: (person, id) => contentOf(context, person, id),
    claimReports: (limit) => claimReports(context, limit),
    settleReport: createSettleReport(context),
    sweep: () => sweep(context),
    count: () => count(context),
  };
  return { outbox, pacer: createPacer(context), portalMemory: createPortalMemory(context) };
}
