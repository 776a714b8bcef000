import type { Clock } from '../domain/clock.ts';
import { createKeyedQueue } from '../domain/keyed-queue.ts';
import type { Log } from '../domain/log.ts';
import { createInFlight } from './in-flight.ts';
import type { DeliveryEvents, Outbox, Report, Reporter } from './ports.ts';
import type { Timing } from './timing.ts';

export type ReportRoundDeps = {
  readonly outbox: Outbox;
  readonly reporter: Reporter;
  readonly clock: Clock;
  readonly timing: Timing;
  readonly log: Log;
  readonly events: DeliveryEvents;
};

/** Tells senders what became of their messages, until each has been told. */
export type ReportRound = {
  start(): void;
  /** Makes one report now; what cannot be made now is tried again later. */
  notify(report: Report): void;
  stop(): Promise<void>;
};

const batch = 20;

/** Creates the round that makes the reports which are due: waiting notices, and final ones that failed earlier. */
export function createReportRound({ outbox, reporter, clock, timing, log, events }: ReportRoundDeps): ReportRound {
  const going = createInFlight();
  const turns = createKeyedQueue();
  /** Made, but not noted yet. */
  const unnoted = new Set<string>();
  let running = false;
  let cancel = () => {};

  return {
    start() {
      running = true;
      plan();
    },
    notify(report) {
      going.add(makeInTurn(report));
    },
    async stop() {
      running = false;
      cancel();
      await going.settled();
    },
  };

  function plan(): void {
    if (running) {
      cancel = clock.schedule(timing.pollMs, () => going.add(round().finally(plan)));
    }
  }

  async function round(): Promise<void> {
    try {
      for (const report of await outbox.claimReports(batch)) {
        going.add(makeInTurn(report));
      }
    } catch (error) {
      log.error({ error }, 'due reports could not be read; trying again');
    }
  }

  /** One after the other about each delivery: a notice that Slack takes slowly does not come after the end. */
  function makeInTurn(report: Report): Promise<void> {
    return turns.run(report.delivery.id, () => make(report));
  }

  async function make(report: Report): Promise<void> {
    if (unnoted.has(keyOf(report))) {
      return noteMade(report);
    }
    try {
      const result = await reporter.report(report);
      events.reported(report.delivery, report.kind, result);
      if (result === 'again') {
        return await outbox.settleReport(report, { retryInMs: retryInMs(report.attempts) });
      }
    } catch (error) {
      // The report stays claimed for a while in the outbox and comes up again by itself.
      log.error({ error, delivery: report.delivery.id, report: report.kind }, 'report failed; trying again');
      return;
    }
    return noteMade(report);
  }

  /** What the sender has read is not said again because the storage failed: only the note about it is repeated. */
  async function noteMade(report: Report): Promise<void> {
    unnoted.add(keyOf(report));
    try {
      await outbox.settleReport(report, { made: true });
      unnoted.delete(keyOf(report));
    } catch (error) {
      const { id } = report.delivery;
      log.error(
        { error, delivery: id, report: report.kind },
        'a reply was made and could not be noted; noting it again',
      );
      clock.schedule(timing.pollMs, () => {
        if (running && unnoted.has(keyOf(report))) {
          going.add(noteMade(report));
        }
      });
    }
  }

  function retryInMs(attempts: number): number {
    const { reportRetryMs } = timing;
    return reportRetryMs[Math.min(attempts, reportRetryMs.length - 1)] ?? timing.pollMs;
  }
}

function keyOf({ delivery, kind }: Report): string {
  return `${kind} ${delivery.id}`;
}
