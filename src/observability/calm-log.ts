import type { Clock } from '../domain/clock.ts';
import type { Log, LogFields } from '../domain/log.ts';

const eachMs = 60_000;

/** As many different troubles as are told apart at a time; more are written as they come. */
const maxKinds = 200;

/**
 * The same log, which does not repeat itself: a trouble that comes again within a minute is counted, and told once a
 * minute with how many `more` there were, without its stack. A trouble is the same when its message and its error are.
 * Every one of them is written in full at the level debug, where somebody looks for a certain delivery.
 */
export function createCalmLog(log: Log, clock: Pick<Clock, 'schedule'>): Log {
  const counts = new Map<string, number>();

  function calmed(level: 'warn' | 'error'): Log['error'] {
    return (fields, message) => {
      const { error } = fields;
      if (!(error instanceof Error)) {
        log[level](fields, message);
        return;
      }
      const key = `${level} ${message} ${error.name} ${error.message}`;
      const more = counts.get(key);
      if (more !== undefined) {
        counts.set(key, more + 1);
        log.debug(fields, message);
        return;
      }
      log[level](fields, message);
      if (counts.size < maxKinds) {
        watch(key, level, error, message);
      }
    };
  }

  /** Goes on for as long as it comes again: the next one after a quiet minute has its stack. */
  function watch(key: string, level: 'warn' | 'error', error: Error, message: string): void {
    counts.set(key, 0);
    clock.schedule(eachMs, () => {
      const more = counts.get(key) ?? 0;
      counts.delete(key);
      if (more > 0) {
        log[level](brief(error, more), message);
        watch(key, level, error, message);
      }
    });
  }

  return {
    debug: (fields, message) => log.debug(fields, message),
    info: (fields, message) => log.info(fields, message),
    warn: calmed('warn'),
    error: calmed('error'),
  };
}

function brief({ name, message: reason }: Error, more: number): LogFields {
  return { more, name, reason };
}
