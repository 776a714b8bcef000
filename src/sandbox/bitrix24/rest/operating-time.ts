import type { Clock } from '../state.ts';

const minuteMs = 60_000;
const windowMs = 10 * minuteMs;

/** How long the methods of each credential have run. */
export type OperatingTimes = {
  /**
   * Adds a call's time and says what stands in the answer: seconds used, and when (Unix seconds) the oldest minute
   * drops.
   */
  spend(credential: string, method: string, seconds: number): { operating: number; resetAt: number };
  /** Whether the sum of the last ten minutes has reached the limit; checked before each call. */
  exhausted(credential: string, method: string): boolean;
};

/**
 * The time limit per method and application (or webhook): the sum over ten buckets of a minute (Bitrix24, "Limits").
 */
export function createOperatingTimes(limitSeconds: number, clock: Clock): OperatingTimes {
  const windows = new Map<string, { startedAt: number; seconds: number }[]>();

  function recent(credential: string, method: string): { startedAt: number; seconds: number }[] {
    const key = `${credential} ${method}`;
    const kept = (windows.get(key) ?? []).filter((bucket) => clock.now() < bucket.startedAt + windowMs);
    windows.set(key, kept);
    return kept;
  }

  return {
    spend(credential, method, seconds) {
      const buckets = recent(credential, method);
      const last = buckets.at(-1);
      if (last !== undefined && clock.now() < last.startedAt + minuteMs) {
        last.seconds += seconds;
      } else {
        buckets.push({ startedAt: clock.now(), seconds });
      }
      const oldest = buckets[0]?.startedAt ?? clock.now();
      return { operating: total(buckets), resetAt: Math.floor((oldest + windowMs) / 1000) };
    },
    exhausted: (credential, method) => total(recent(credential, method)) >= limitSeconds,
  };
}

function total(buckets: readonly { seconds: number }[]): number {
  return buckets.reduce((sum, bucket) => sum + bucket.seconds, 0);
}
