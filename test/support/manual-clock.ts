import type { Clock } from '../../src/domain/clock.ts';
import { systemClock } from '../../src/domain/system-clock.ts';

/** Time that stands still until a test moves it. */
export type ManualClock = Clock & {
  /** Moves on and wakes everything that is due. */
  advance(ms: number): void;
  /** Moves on and wakes nothing, as when the event loop is held up. */
  stall(ms: number): void;
  /** How long each timer still waits (ms), oldest first. */
  waiting(): readonly number[];
};

/** Where a manual clock starts, and which timers it leaves alone. */
export type ManualClockOptions = {
  /** What `now` begins with (epoch ms). */
  readonly epochMs?: number;
  /** Timers shorter than this run by themselves (ms): a whole service polls, and its test moves only the long ones. */
  readonly runsBelowMs?: number;
};

/** Starts at 0 on the monotonic side and at `epochMs` on the other. */
export function manualClock({ epochMs = 1_800_000_000_000, runsBelowMs = 0 }: ManualClockOptions = {}): ManualClock {
  let passed = 0;
  const timers = new Set<{ readonly at: number; readonly wake: () => void }>();
  return {
    now: () => epochMs + passed,
    monotonic: () => passed,
    schedule(delayMs, wake) {
      if (delayMs < runsBelowMs) {
        return systemClock.schedule(delayMs, wake);
      }
      const timer = { at: passed + delayMs, wake };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(ms) {
      passed += ms;
      for (const timer of timers) {
        if (timer.at > passed) {
          continue;
        }
        timers.delete(timer);
        timer.wake();
      }
    },
    stall(ms) {
      passed += ms;
    },
    waiting: () => [...timers].map(({ at }) => at - passed),
  };
}
