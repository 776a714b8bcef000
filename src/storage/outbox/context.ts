import type { Log } from '../../domain/log.ts';
import type { PortalOrigin, Rate } from '../../domain/portal.ts';
import type { Database } from '../database.ts';
import type { Cipher } from '../encryption/cipher.ts';

/** The durations that the outbox keeps, in ms; `Timing` of the delivery fits. */
export type OutboxTiming = {
  readonly leaseMs: number;
  readonly waitingNoticeMs: number;
  readonly deadlineMs: number;
  readonly keepTextMs: number;
  readonly keepRecordMs: number;
  readonly pollMs: number;
};

/** The dependencies of every operation of the outbox. */
export type OutboxContext = {
  readonly database: Database;
  readonly cipher: Cipher;
  readonly timing: OutboxTiming;
  readonly rateOf: (portal: PortalOrigin) => Rate;
  /** The name of this process in leases. */
  readonly holder: string;
  readonly log: Log;
  /** A clock that nobody sets: ms from an arbitrary start. */
  readonly steady: () => number;
  /** Something became due: wakes the couriers of this process and of the others. */
  readonly wake: () => void;
};

/** How long a report that was handed out is left alone before somebody else may make it. */
export function reportLeaseMs(timing: OutboxTiming): number {
  return timing.leaseMs * 3;
}
