import type { Clock } from '../domain/clock.ts';
import type { Log } from '../domain/log.ts';
import type { Outbox } from './ports.ts';
import type { Slots } from './slots.ts';
import type { Timing } from './timing.ts';

/** The dependencies of the loop. */
export type ClaimLoopDeps = {
  readonly outbox: Pick<Outbox, 'claim' | 'claimAtOnce'>;
  readonly slots: Slots;
  readonly clock: Clock;
  readonly timing: Pick<Timing, 'pollMs'>;
  readonly log: Log;
};

/** More would make one transaction long; the next claim follows at once. */
const maxPerClaim = 100;

/** Claims what is due, from its start until it is stopped. */
export type ClaimLoop = {
  start(): void;
  /** Something may be due now. */
  wake(): void;
  /** There is room again: for whoever called while there was none. */
  noteRoom(): void;
  /** Takes nothing new; resolves when no claim is under way. */
  stop(): Promise<void>;
};

/**
 * Claims whenever something may be due and there is room; one claim at a time, wake-ups in between count once. What is
 * accepted meanwhile takes slots as well.
 */
export function createClaimLoop({ outbox, slots, clock, timing, log }: ClaimLoopDeps): ClaimLoop {
  let running = false;
  let woken = false;
  let round: Promise<void> | undefined;
  let cancel = () => {};

  return {
    start() {
      running = true;
      outbox.claimAtOnce(slots.reserve);
      wake();
    },
    wake,
    noteRoom() {
      if (woken) {
        wake();
      }
    },
    async stop() {
      running = false;
      outbox.claimAtOnce(undefined);
      cancel();
      await round;
    },
  };

  function wake(): void {
    woken = true;
    if (round || !running) {
      return;
    }
    round = claimWhileWoken().then((nextInMs) => {
      round = undefined;
      if (!running) {
        return;
      }
      if (woken && slots.free() > 0) {
        wake();
      } else {
        cancel = clock.schedule(nextInMs, wake);
      }
    });
  }

  /** In how many ms the next one may be due. */
  async function claimWhileWoken(): Promise<number> {
    cancel();
    let nextInMs = timing.pollMs;
    try {
      while (running && woken && slots.free() > 0) {
        woken = false;
        nextInMs = await claimOnce();
      }
    } catch (error) {
      log.error({ error }, 'claiming failed; trying again');
    }
    return nextInMs;
  }

  async function claimOnce(): Promise<number> {
    const claimedAt = clock.monotonic();
    const limit = Math.min(maxPerClaim, slots.free());
    const { claims, nextInMs } = await outbox.claim(limit);
    // There may be more where there was room for no more.
    woken ||= claims.length === limit;
    for (const claim of claims) {
      slots.begin(claim, claimedAt);
    }
    return nextInMs;
  }
}
