import type { Timing } from '../../src/delivery/timing.ts';

/**
 * Time runs about fifty times faster than in production, with the same order of magnitude between what is measured
 * against each other: the portal ends a request before we give it up, and an attempt leaves well within its lease.
 */
export const portalLimitMs = 1_200;
export const timeoutMs = 1_300;

/** The latest that the portal executes or stores anything. The rest covers what a busy test machine adds. */
export const latestExecutionMs = 700;

/** `repeatAfterMs` is left out: it follows BITRIX24_TIMEOUT_MS, as in production. */
export const chaosTiming = {
  leaseMs: 1_500,
  renewEveryMs: 450,
  leaveWithinMs: 700,
  unreachableMs: [100, 300, 1_200, 2_500],
  throttledMs: 50,
  methodThrottledMs: 500,
  deadlineMs: 120_000,
  waitingNoticeMs: 250,
  reportRetryMs: [40, 200, 1_000],
  pollMs: 100,
  sweepEveryMs: 5_000,
} satisfies Partial<Timing>;
