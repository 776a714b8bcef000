import type { Clock } from '../../src/domain/clock.ts';

/** The machine's own time. */
export function realClock(): Clock {
  return {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    schedule(delayMs, wake) {
      const timer = setTimeout(wake, delayMs);
      return () => clearTimeout(timer);
    },
  };
}

/** Time that stands still until a test moves it. */
export type ManualClock = Clock & {
  /** Moves on and wakes everything that is due. */
  advance(ms: number): void;
  /** Moves on and wakes nothing, as when the event loop is held up. */
  stall(ms: number): void;
};

/** Starts at 0 on the monotonic side and at `epochMs` on the other. */
export function manualClock(epochMs = 1_800_000_000_000): ManualClock {
  let passed = 0;
  const waiting = new Set<{ readonly at: number; readonly wake: () => void }>();
  return {
    now: () => epochMs + passed,
    monotonic: () => passed,
    schedule(delayMs, wake) {
      const entry = { at: passed + delayMs, wake };
      waiting.add(entry);
      return () => waiting.delete(entry);
    },
    advance(ms) {
      passed += ms;
      for (const entry of waiting) {
        if (entry.at > passed) {
          continue;
        }
        waiting.delete(entry);
        entry.wake();
      }
    },
    stall(ms) {
      passed += ms;
    },
  };
}
