/** Time as everything here sees it. */
export type Clock = {
  /** Epoch ms. */
  now(): number;
  /** Never jumps: ms from an arbitrary start. */
  monotonic(): number;
  /** Calls `wake` once after `delayMs`; the returned function calls that off. */
  schedule(delayMs: number, wake: () => void): () => void;
};

/**
 * What `work` gives, or what `late` gives when that takes longer than `ms`. Rejects where the work does so in time. The
 * work goes on in any case; what becomes of it after that reaches nobody, unless somebody else waits for it.
 */
export async function within<Value, const Late>(
  clock: Pick<Clock, 'schedule'>,
  ms: number,
  work: Promise<Value>,
  late: () => Late,
): Promise<Value | Late> {
  const { promise: timeout, resolve } = Promise.withResolvers<Late>();
  const cancel = clock.schedule(ms, () => resolve(late()));
  try {
    return await Promise.race([work, timeout]);
  } finally {
    cancel();
  }
}

/** Resolves after `ms`. */
export function pause(clock: Pick<Clock, 'schedule'>, ms: number): Promise<void> {
  return new Promise((resolve) => void clock.schedule(ms, resolve));
}
