import type { Clock } from '../domain/clock.ts';
import type { Log } from '../domain/log.ts';
import { faultOf, reasonOf, waitOf } from './web-api/slack-fault.ts';

/** A step at the start that Slack has to agree to. */
export type StartupStep = {
  /** What to say where Slack refuses it. */
  readonly problem: string;
  readonly take: () => Promise<void>;
};

/** The start of the surface, as far as it depends on Slack. */
export type Startup = {
  /**
   * Resolves when every step was taken, and also while Slack cannot be reached: then it goes on by itself. Rejects with
   * one clear message where Slack refuses a step.
   */
  start(): Promise<void>;
  stop(): void;
  isComplete(): boolean;
};

const againMs = [1_000, 2_000, 5_000, 10_000, 20_000];

/** Creates a start that takes `steps` one after the other. */
export function createStartup(steps: readonly StartupStep[], deps: { clock: Clock; log: Log }): Startup {
  const { clock, log } = deps;
  let taken = 0;
  let failures = 0;
  let stopped = false;
  let cancel = () => {};

  return {
    start: goOn,
    stop() {
      stopped = true;
      cancel();
    },
    isComplete: () => taken === steps.length,
  };

  async function goOn(): Promise<void> {
    for (const { problem, take } of steps.slice(taken)) {
      try {
        await take();
        taken += 1;
      } catch (error) {
        if (isRefused(error)) {
          throw new Error(`${problem}: ${reasonOf(error)}`, { cause: error });
        }
        log.warn({ reason: reasonOf(error) }, 'Slack cannot be reached: not ready, trying again');
        return planToGoOn(waitOf(error));
      }
    }
    if (failures > 0) {
      log.info({}, 'Slack was reached: ready');
    }
  }

  function planToGoOn(askedMs = 0): void {
    if (stopped) {
      return;
    }
    const waitMs = againMs[Math.min(failures, againMs.length - 1)] ?? 0;
    failures += 1;
    cancel = clock.schedule(Math.max(waitMs, askedMs), () => void goOnLater());
  }

  /** The process works already, so that a refusal is said and asked about again: an administrator may mend it. */
  async function goOnLater(): Promise<void> {
    try {
      await goOn();
    } catch (error) {
      log.error({ problem: error instanceof Error ? error.message : 'unknown' }, 'not ready: Slack refuses the app');
      planToGoOn();
    }
  }
}

/** Slack answered and said no; anything else is an answer that did not come, or none that can be read. */
function isRefused(error: unknown): boolean {
  try {
    return faultOf(error).kind === 'refused';
  } catch {
    return false;
  }
}
