import { createLru } from '../domain/lru.ts';
import type { Report, ReportKey, Told } from './ports.ts';
import type { ReportRoundDeps } from './report-round.ts';

/** Notes in the outbox what came of telling senders. */
export type ReportNotes = {
  /** Notes the result of telling. Rejects when the storage does not take it that reports are to be made again. */
  settle(reports: readonly Report[], told: Told): Promise<void>;
  /**
   * Whether the sender has read it already: the note about that may be missing, or it was claimed once more before the
   * note was there.
   */
  isMade(report: Report): boolean;
  /** Notes that the sender has read it, in the round's own time; tries again after a while when the storage fails. */
  noteMade(report: Report): void;
};

/** The round that the notes belong to: it waits for them when it stops. */
export type NotingRound = { add(work: Promise<void>): void; isRunning(): boolean };

/** About as many as are told within the time for which a report is claimed. */
const rememberedEnds = 10_000;

/**
 * Creates the notes. What the sender has read is not said again because the storage fails: only the note is repeated.
 */
export function createReportNotes(deps: ReportRoundDeps, round: NotingRound): ReportNotes {
  const { outbox, clock, timing, events, log } = deps;
  const unnoted = new Set<string>();
  /** How messages ended: that is told once, where a notice about a broken connection may come again. */
  const told = createLru<true>(rememberedEnds);
  return { settle, isMade: (report) => unnoted.has(keyOf(report)) || told.has(keyOf(report)), noteMade };

  async function settle(reports: readonly Report[], told: Told): Promise<void> {
    const isAgain = told === 'again' || typeof told === 'object';
    await Promise.all(
      reports.map(async (report) => {
        events.reported(report.delivery, report.kind, isAgain ? 'again' : told);
        if (isAgain) {
          await outbox.settleReport(report, { retryInMs: retryInMs(deps, report, told) });
        } else {
          noteMade(report);
        }
      }),
    );
  }

  /** Marks wait for one another: of a report nothing is held meanwhile but which one it is. */
  function noteMade({ kind, delivery: { id, person } }: Report): void {
    round.add(note({ kind, delivery: { id, person } }));
  }

  async function note(report: ReportKey): Promise<void> {
    const key = keyOf(report);
    unnoted.add(key);
    if (report.kind === 'final') {
      told.set(key, true);
    }
    try {
      await outbox.settleReport(report, { made: true });
      unnoted.delete(key);
    } catch (error) {
      const fields = { error, delivery: report.delivery.id, report: report.kind };
      log.error(fields, 'a reply was made and could not be noted; noting it again');
      clock.schedule(timing.pollMs, () => {
        if (round.isRunning() && unnoted.has(key)) {
          round.add(note(report));
        }
      });
    }
  }
}

/** What failed together does not come back together. */
function retryInMs({ timing, random }: ReportRoundDeps, { attempts }: Report, told: 'again' | { againInMs: number }) {
  const { reportRetryMs } = timing;
  const stepMs = reportRetryMs[Math.min(attempts, reportRetryMs.length - 1)] ?? timing.pollMs;
  const spreadMs = stepMs * (0.75 + random() / 2);
  return Math.ceil(told === 'again' ? spreadMs : told.againInMs + spreadMs / 4);
}

function keyOf({ delivery, kind }: ReportKey): string {
  return `${kind} ${delivery.id}`;
}
