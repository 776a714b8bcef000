import { within } from '../domain/clock.ts';
import { type AttemptDeps, createAttempt } from './attempt.ts';
import { createClaimLoop } from './claim-loop.ts';
import { createInFlight } from './in-flight.ts';
import type { Parking } from './parking.ts';
import { repeatEvery } from './periodic.ts';
import type { Outbox } from './ports.ts';
import { createSlots } from './slots.ts';
import { afterCrash, afterDeadline } from './state-machine.ts';

/** The dependencies of the courier. */
export type CourierDeps = AttemptDeps & {
  readonly outbox: Outbox;
  readonly parking: Pick<Parking, 'catchUp' | 'round' | 'noteParked' | 'noteSuccess'>;
  /** Deletes what the storage keeps no longer. */
  readonly sweep: () => Promise<void>;
  /** How many requests may be on their way at once. */
  readonly capacity: number;
  /** With one process, all leases are recovered at startup; with replicas, only expired ones. */
  readonly singleProcess: boolean;
};

/** Carries accepted deliveries to their portals until it is stopped. */
export type Courier = {
  /** Takes up what an earlier process left, then begins to work. Rejects when the storage cannot be read. */
  start(): Promise<void>;
  /** Something may be due now. */
  wake(): void;
  /** Takes nothing new and resolves when nothing is in flight, or after `stopWithinMs`. */
  stop(): Promise<void>;
};

/** Creates the courier: a loop that claims what is due, and one attempt on its way per claim. */
export function createCourier(deps: CourierDeps): Courier {
  const { outbox, clock, timing, log, notify } = deps;
  const onTheirWay = createInFlight();
  const slots = createSlots({
    ...deps,
    onTheirWay,
    attempt: createAttempt(deps),
    wake: () => loop.wake(),
    noteRoom: () => loop.noteRoom(),
  });
  const loop = createClaimLoop({ ...deps, slots });
  let stopTimers = () => {};

  return { start, wake: loop.wake, stop };

  async function start(): Promise<void> {
    await recover(deps.singleProcess);
    onTheirWay.add(catchUp());
    const stops = [
      repeatEvery(timing.renewEveryMs, renew, deps),
      repeatEvery(timing.pollMs, tidy, deps),
      repeatEvery(timing.sweepEveryMs, deps.sweep, deps),
      repeatEvery(timing.sweepEveryMs, deps.parking.round, deps),
    ];
    stopTimers = () => {
      for (const stopTimer of stops) {
        stopTimer();
      }
    };
    loop.start();
  }

  async function stop(): Promise<void> {
    const stopped = loop.stop().then(() => onTheirWay.settled());
    await within(clock, timing.stopWithinMs, stopped, () => {});
    stopTimers();
    if (onTheirWay.size > 0) {
      log.warn({ parts: onTheirWay.size }, 'stopped while parts were on their way; the next start takes them up');
    }
  }

  /** Behind the start: some persons may be locked by another replica for a while. The periodic round does it again. */
  async function catchUp(): Promise<void> {
    try {
      await deps.parking.catchUp();
    } catch (error) {
      log.error({ error }, 'what is parked could not be compared with the links; it is tried again');
    }
  }

  async function renew(): Promise<void> {
    if (onTheirWay.size > 0) {
      await outbox.renewLeases();
    }
  }

  async function tidy(): Promise<void> {
    await recover(false);
    for (const report of await outbox.expire(afterDeadline)) {
      notify(report);
    }
    loop.wake();
  }

  async function recover(all: boolean): Promise<void> {
    for (const report of await outbox.recoverLeases((progress) => afterCrash(progress, timing), { all })) {
      notify(report);
    }
  }
}
