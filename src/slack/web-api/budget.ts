import { createLru } from '../../domain/lru.ts';

/** How much each key may use. */
export type Allowance = {
  /** At once. */
  readonly burst: number;
  /** In the long run. */
  readonly perMinute: number;
};

/** What is left for each key. */
export type Budget = {
  /** Takes one, or tells that nothing is left now. */
  draw(key: string): boolean;
  /** Gives one back that was not used. */
  giveBack(key: string): void;
};

type Level = { readonly left: number; readonly at: number };

/** Keys that used nothing for longest are forgotten, which fills them up again: by then they are full anyway. */
const maxKeys = 10_000;

/** Creates a full budget. `now` never jumps (ms). `sharers`: how many processes share the allowance, each with its part. */
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
