import type { Timing } from '../../src/delivery/timing.ts';

/**
 * When the portal ends a request. All durations of chaos runs are about a fiftieth of those in production, in the same
 * order: the portal ends a request before the service gives it up, and an attempt leaves well within its lease.
 */
export const portalLimitMs = 1_200;

/** When the service gives up a request to the portal. */
export const timeoutMs = 1_300;

/**
 * How many times longer than an idle machine this one takes for work; a whole number, at least 1. A run measures it and
 * passes it to its processes in `CHAOS_SLOWNESS`. Leases grow with it: they are for processes that are dead or cut off, and
 * not for ones that get a tenth of a processor.
 */
export const slowness = Number(process.env['CHAOS_SLOWNESS'] ?? measureSlowness());

/** The latest that the portal executes or stores anything. The rest covers what a busy test machine adds. */
export const latestExecutionMs = 700;

/** `repeatAfterMs` is left out: it follows BITRIX24_TIMEOUT_MS, as in production. */
export const chaosTiming = {
  leaseMs: 1_500 * slowness,
  renewEveryMs: 450 * slowness,
  leaveWithinMs: 700,
  unreachableMs: [100, 300, 1_200, 2_500],
  throttledMs: 50,
  lookSoonMs: 100,
  lookSurelyMs: timeoutMs,
  lookAgainMs: 500,
  methodThrottledMs: 500,
  deadlineMs: 120_000,
  waitingNoticeMs: 250,
  reportRetryMs: [40, 200, 1_000],
  pollMs: 100,
  sweepEveryMs: 5_000,
} satisfies Partial<Timing>;

/** What work takes by the clock, in proportion to what it takes of a processor. */
function measureSlowness(): number {
  const enoughMs = 80;
  const startedAt = performance.now();
  const start = process.cpuUsage();
  let usedMs = 0;
  while (usedMs < enoughMs) {
    const { user, system } = process.cpuUsage(start);
    usedMs = (user + system) / 1_000;
  }
  return Math.max(1, Math.floor((performance.now() - startedAt) / usedMs));
}
