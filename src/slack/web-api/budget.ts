import { createLru } from '../../domain/lru.ts';

/** The limits of a token bucket. */
export type Allowance = {
  /** How many tokens a full bucket holds. */
  readonly burst: number;
  /** How many tokens flow in per minute. */
  readonly perMinute: number;
};

/** A token bucket for each key. */
export type Budget = {
  /** Takes a token; false when there is none. */
  draw(key: string): boolean;
  /** Returns a token that was taken and not used. */
  giveBack(key: string): void;
};

type Level = { readonly left: number; readonly at: number };

/** The least recently used buckets are dropped, which fills them again: by then they are full in any case. */
const maxKeys = 10_000;

/**
 * Creates full buckets. `now`: a monotonic clock in ms. `sharers`: how many processes share the allowance; each has an equal
 * part of it.
 */
export function createBudget(allowance: Allowance, now: () => number, sharers = () => 1): Budget {
  const levels = createLru<Level>(maxKeys);

  const burstNow = () => Math.max(1, allowance.burst / sharers());

  function leftOf(key: string): number {
    const level = levels.get(key);
    const burst = burstNow();
    const perMinute = allowance.perMinute / sharers();
    return level ? Math.min(burst, level.left + ((now() - level.at) / 60_000) * perMinute) : burst;
  }

  return {
    draw(key) {
      const left = leftOf(key);
      if (left < 1) {
        return false;
      }
      levels.set(key, { left: left - 1, at: now() });
      return true;
    },
    giveBack(key) {
      levels.set(key, { left: Math.min(burstNow(), leftOf(key) + 1), at: now() });
    },
  };
}
