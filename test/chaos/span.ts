import { setTimeout as pause } from 'node:timers/promises';

/** A stretch of time in which something goes on. */
export type Span = {
  readonly isOn: boolean;
  /** Resolves after `ms`, or when the span ends. */
  pause(ms: number): Promise<void>;
};

/** A span that begins now and lasts `ms`. */
export function startSpan(ms: number): Span {
  // Only whole ms are taken, and what is stretched for a busy machine has fractions.
  const end = AbortSignal.timeout(Math.ceil(ms));
  return {
    get isOn() {
      return !end.aborted;
    },
    pause: (pauseMs) => pause(pauseMs, undefined, { signal: end }).catch(() => {}),
  };
}
