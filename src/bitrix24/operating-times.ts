import { createLru } from '../domain/lru.ts';

/** What successes said about when a method's operating time frees up; errors carry no times. Epoch ms. */
export type OperatingTimes = {
  note(counter: string, resetAtMs: number): void;
  /**
   * When the counter frees up, if that is known and lies in the next ten minutes, the length of the portal's window.
   */
  resetAt(counter: string, nowMs: number): number | undefined;
};

const windowMs = 10 * 60_000;
const maxCounters = 2_000;

/**
 * Keeps the times in this process. A portal counts per method and webhook or application.
 * Source: Bitrix24 documentation, "Limits": operating time.
 */
export function createOperatingTimes(): OperatingTimes {
  const times = createLru<number>(maxCounters);
  return {
    note(counter, resetAtMs) {
      times.set(counter, resetAtMs);
    },
    resetAt(counter, nowMs) {
      const at = times.get(counter);
      return at !== undefined && at > nowMs && at <= nowMs + windowMs ? at : undefined;
    },
  };
}
