import type { Clock } from '../domain/clock.ts';
import { createKeyedQueue } from '../domain/keyed-queue.ts';
import type { Log } from '../domain/log.ts';
import { personKey } from '../domain/person.ts';
import { createInFlight } from './in-flight.ts';
import type { DeliveryEvents, Outbox, Report, Reporter } from './ports.ts';
import { createReportNotes } from './report-notes.ts';
import type { Timing } from './timing.ts';
import { createWaitingNotices } from './waiting-notices.ts';

/** The dependencies of the report round. */
export type ReportRoundDeps = {
  readonly outbox: Outbox;
  readonly reporter: Reporter;
  readonly clock: Clock;
  readonly timing: Timing;
  /** From 0 to less than 1. */
  readonly random: () => number;
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

const batch = 100;

/** More would only wait in memory for Slack; the others wait in the outbox. */
const maxMaking = 600;

/** Creates the round that makes the reports which are due: waiting notices, and final ones that failed earlier. */
export function createReportRound(deps: ReportRoundDeps): ReportRound {
  const { outbox, reporter, clock, timing, log } = deps;
  const going = createInFlight();
  const turns = createKeyedQueue();
  const notices = createWaitingNotices(() => clock.monotonic());
  let running = false;
  const notes = createReportNotes(deps, { add: (work) => going.add(work), isRunning: () => running });
  let cancel = () => {};

  return {
    start() {
      running = true;
      plan();
    },
    notify: (report) => begin([report]),
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
    const waiting: Report[] = [];
    try {
      let due: readonly Report[] = [];
      do {
        due = await outbox.claimReports(batch);
        const [notices, others] = parted(due, notes.isMade);
        waiting.push(...notices);
        begin(others);
      } while (running && due.length === batch && going.size + waiting.length < maxMaking);
    } catch (error) {
      log.error({ error }, 'due reports could not be read; trying again');
    }
    for (const reports of Map.groupBy(waiting, ({ delivery }) => personKey(delivery.person)).values()) {
      beginNotices(reports);
    }
  }

  function begin(reports: readonly Report[]): void {
    for (const report of reports) {
      going.add(makeInTurn(report));
    }
  }

  function beginNotices(reports: readonly Report[]): void {
    const latest = reports.at(-1);
    const planned = latest && notices.plan(latest.delivery.person, reports.length);
    if (!latest || planned === 'each') {
      begin(reports);
    } else if (planned === 'together') {
      going.add(makeTogether(latest, reports));
    } else {
      going.add(putOff(reports, Math.ceil(planned?.inMs ?? timing.pollMs)));
    }
  }

  /** One after the other about each delivery: a notice that Slack takes slowly does not come after the end. */
  function makeInTurn(report: Report): Promise<void> {
    return turns.run(report.delivery.id, () => make(report));
  }

  async function make(report: Report): Promise<void> {
    if (notes.isMade(report)) {
      notes.noteMade(report);
    } else {
      await guarded(report, async () => notes.settle([report], await reporter.report(report)));
    }
  }

  function makeTogether(latest: Report, reports: readonly Report[]): Promise<void> {
    return guarded(latest, async () => {
      const open = await outbox.listOpen(latest.delivery.person);
      await notes.settle(reports, await reporter.reportMany(latest, Math.max(open.length, 1)));
    });
  }

  function putOff(reports: readonly Report[], retryInMs: number): Promise<void> {
    return guarded(reports[0], async () => {
      await Promise.all(reports.map((report) => outbox.settleReport(report, { retryInMs })));
    });
  }

  async function guarded(report: Report | undefined, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      // The report stays claimed for a while in the outbox and comes up again by itself.
      const { delivery, kind } = report ?? {};
      log.error({ error, delivery: delivery?.id, report: kind }, 'report failed; trying again');
    }
  }
}

/** Waiting notices that are still to be made, and all other reports. */
function parted(
  reports: readonly Report[],
  isMade: (report: Report) => boolean,
): [readonly Report[], readonly Report[]] {
  const isNotice = (report: Report) => report.kind === 'waiting' && !isMade(report);
  return [reports.filter(isNotice), reports.filter((report) => !isNotice(report))];
}
