import type { Outbox, Pacer, PortalMemory } from '../../delivery/ports.ts';
import { createOutboxAccept } from './accept.ts';
import { createOutboxAdministration, type OutboxAdministration } from './administration.ts';
import { createCancel, createCancelAll } from './cancel.ts';
import { createAccountedFor, createFoundAs } from './chat-messages.ts';
import { createClaim, createRenewLeases } from './claim.ts';
import { createOfferedSlots } from './claim-at-once.ts';
import { type ClockWatch, createClockWatch } from './clock-watch.ts';
import type { OutboxContext } from './context.ts';
import { createLeases } from './leases.ts';
import { createEarlierPortals, createMove } from './move.ts';
import { createPacer, createPortalMemory } from './portals.ts';
import {
  createContentOf,
  createCount,
  createFind,
  createHasDelivered,
  createListEnded,
  createListOpen,
  createListParked,
  createWordingsOf,
} from './queries.ts';
import { createExpire, createRecoverLeases } from './recovery.ts';
import { createRelink } from './relink.ts';
import { createClaimReports, createSettleReport } from './reports.ts';
import { createForget, createSweep } from './retention.ts';
import { createSettle } from './settle.ts';
import { createNoteTakenBack } from './take-back.ts';

/** The outbox on one database, with the ports that share its tables. */
export type OutboxParts = {
  readonly outbox: Outbox;
  readonly pacer: Pacer;
  readonly portalMemory: PortalMemory;
  readonly administration: OutboxAdministration;
  /** Deletes texts and rows whose retention has ended. */
  readonly sweep: () => Promise<void>;
};

/** Creates the outbox: each operation is made from the same context. */
export function createOutbox(context: OutboxContext): OutboxParts {
  const leases = createLeases();
  const offered = createOfferedSlots();
  const afterLook = afterClockLook(createClockWatch(context));
  const outbox: Outbox = {
    accept: createOutboxAccept(context, { leases, offered }),
    claimAtOnce: offered.offer,
    accountedFor: createAccountedFor(context),
    claim: afterLook(createClaim(context, leases)),
    settle: createSettle(context, leases),
    renewLeases: createRenewLeases(context),
    recoverLeases: afterLook(createRecoverLeases(context)),
    expire: afterLook(createExpire(context)),
    cancel: createCancel(context),
    cancelAll: createCancelAll(context),
    foundAs: createFoundAs(context),
    noteTakenBack: createNoteTakenBack(context),
    relink: createRelink(context),
    earlierPortals: createEarlierPortals(context),
    move: createMove(context),
    forget: createForget(context),
    find: createFind(context),
    hasDelivered: createHasDelivered(context),
    listOpen: createListOpen(context),
    listEnded: createListEnded(context),
    listParked: createListParked(context),
    contentOf: createContentOf(context),
    wordingsOf: createWordingsOf(context),
    count: createCount(context),
    claimReports: afterLook(createClaimReports(context)),
    settleReport: createSettleReport(context),
  };
  return {
    outbox,
    pacer: createPacer(context),
    portalMemory: createPortalMemory(context),
    administration: createOutboxAdministration(context),
    sweep: createSweep(context),
  };
}

/** Whatever compares stored times with the clock asks first whether the clock was set. */
function afterClockLook(watch: ClockWatch) {
  return <Args extends readonly unknown[], Value>(work: (...args: Args) => Promise<Value>) =>
    async (...args: Args): Promise<Value> => {
      await watch();
      return work(...args);
    };
}
