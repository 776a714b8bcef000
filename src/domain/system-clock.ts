import type { Clock } from './clock.ts';

/** The machine's time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  schedule(delayMs, wake) {
    const timer = setTimeout(wake, Math.max(0, delayMs));
    return () => clearTimeout(timer);
  },
};
