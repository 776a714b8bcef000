import type { Clock } from '../domain/clock.ts';
import type { Log, LogFields } from '../domain/log.ts';

/** Logs what strangers can cause, so that they cannot fill the log with it. */
export type SummedLog = (level: 'info' | 'warn', fields: LogFields, message: string) => void;

const eachMs = 60_000;

/** As many different lines as are told apart within a minute. */
const kinds = 100;

/**
 * Creates a log that writes each line once and then counts: after a minute the same line tells how many `more` there
 * were. The fields must come from a closed set.
 */
export function createSummedLog({ clock, log }: { clock: Pick<Clock, 'schedule'>; log: Log }): SummedLog {
  const counts = new Map<string, number>();
  return (level, fields, message) => {
    const key = JSON.stringify([level, fields, message]);
    const more = counts.get(key);
    if (more !== undefined) {
      counts.set(key, more + 1);
    } else if (counts.size < kinds) {
      log[level](fields, message);
      counts.set(key, 0);
      clock.schedule(eachMs, () => tell(key));
    }

    function tell(kept: string): void {
      const told = counts.get(kept) ?? 0;
      counts.delete(kept);
      if (told > 0) {
        log[level]({ ...fields, more: told }, message);
      }
    }
  };
}
