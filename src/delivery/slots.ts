import type { Clock } from '../domain/clock.ts';
import type { InFlight } from './in-flight.ts';
import type { ReserveSlots } from './ports.ts';
import type { Claim } from './progress.ts';

/** The dependencies of the slots. */
export type SlotsDeps = {
  /** How many requests may be on their way at once. */
  readonly capacity: number;
  readonly onTheirWay: InFlight;
  /** The work of one claim; tells whether something else may be due because of it. */
  readonly attempt: (claim: Claim, claimedAt: number) => Promise<boolean>;
  /** Something may be due now. */
  readonly wake: () => void;
  /** A slot became free. */
  readonly noteRoom: () => void;
  readonly clock: Clock;
};

/**
 * How many requests may have been begun within the last moment. More only wait in memory for what is waiting in the
 * outbox anyway; those that hang do not count for long, so that a dead portal never takes the place of a living one.
 */
const maxBegun = 100;
const momentMs = 1_000;

/** Where attempts run. */
export type Slots = {
  /** How many more may begin now. */
  free(): number;
  /** Begins the attempt of a claim. `claimedAt` is the monotonic time before its lease was asked for. */
  begin(claim: Claim, claimedAt: number): void;
  /** Keeps slots for claims whose leases are asked for now. A stop waits for them. */
  readonly reserve: ReserveSlots;
};

/** Creates the slots, all of them free. */
export function createSlots({ capacity, onTheirWay, attempt, wake, noteRoom, clock }: SlotsDeps): Slots {
  let begun = 0;
  let reserved = 0;

  return { free, begin, reserve };

  function free(): number {
    return Math.max(0, Math.min(maxBegun - begun, capacity - onTheirWay.size) - reserved);
  }

  function begin(claim: Claim, claimedAt: number): void {
    let counts = true;
    begun += 1;
    const cancel = clock.schedule(momentMs, leave);
    onTheirWay.add(
      attempt(claim, claimedAt).then((isMoreDue) => {
        cancel();
        leave();
        if (isMoreDue) {
          wake();
        }
      }),
    );

    function leave(): void {
      if (counts) {
        begun -= 1;
      }
      counts = false;
      noteRoom();
    }
  }

  function reserve(most: number): ReturnType<ReserveSlots> {
    const claimedAt = clock.monotonic();
    const count = Math.min(most, free());
    const { promise, resolve } = Promise.withResolvers<void>();
    reserved += count;
    onTheirWay.add(promise);
    return {
      count,
      begin(claims) {
        reserved -= count;
        for (const claim of claims) {
          begin(claim, claimedAt);
        }
        resolve();
        noteRoom();
      },
    };
  }
}
