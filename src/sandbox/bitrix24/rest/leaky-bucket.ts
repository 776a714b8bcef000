import type { Clock } from '../state.ts';

/** How many requests may come at once, and how many a second in the long run. */
export type Rate = {
  /** How many requests fit at once. */
  readonly burst: number;
  /** How many leak out per second. */
  readonly perSecond: number;
};

/** One bucket for each source address. */
export type LeakyBuckets = {
  /** Whether one more request of this source address fits; a rejected one adds nothing. */
  admit(sourceAddress: string): boolean;
  /** How many requests are in the bucket now (a fraction while it leaks). */
  level(sourceAddress: string): number;
};

/**
 * The portal's request limit: one bucket per source address, over all applications behind it (Bitrix24, "Limits").
 * Counts in thousandths of a request, so that whole rates leak without rounding.
 */
export function createLeakyBuckets(rate: Rate, clock: Clock): LeakyBuckets {
  const buckets = new Map<string, { thousandths: number; at: number }>();

  function leak(sourceAddress: string): { thousandths: number; at: number } {
    const now = clock.now();
    const bucket = buckets.get(sourceAddress);
    if (bucket === undefined) {
      return { thousandths: 0, at: now };
    }
    const leaked = Math.max(0, now - bucket.at) * rate.perSecond;
    return { thousandths: Math.max(0, bucket.thousandths - leaked), at: now };
  }

  return {
    admit(sourceAddress) {
      const bucket = leak(sourceAddress);
      const admitted = bucket.thousandths + 1000 <= rate.burst * 1000;
      if (admitted) {
        bucket.thousandths += 1000;
      }
      buckets.set(sourceAddress, bucket);
      return admitted;
    },
    level: (sourceAddress) => leak(sourceAddress).thousandths / 1000,
  };
}
