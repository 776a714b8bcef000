import type { Clock } from '../domain/clock.ts';
import type { Answer } from './exchange.ts';

/** However long somebody asks for: nobody can put themselves out of reach for a year. */
const maxMs = 10 * 60_000;

/**
 * How long an answer asks to be left alone, in ms; `undefined` where it does not say. It says seconds, or a date, which
 * is read by the `now` of this machine (epoch ms). Source: RFC 9110, 10.2.3.
 */
export function retryAfterOf({ headers }: Pick<Answer, 'headers'>, now: number): number | undefined {
  const { 'retry-after': value } = headers;
  if (typeof value !== 'string') {
    return undefined;
  }
  const ms = /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - now;
  return ms > 0 ? Math.min(ms, maxMs) : undefined;
}

/** Remembers which servers asked to be left alone. */
export type QuietTimes = {
  /** How many ms are left; `undefined` when the server may be called. */
  leftOf(server: string): number | undefined;
  note(server: string, ms: number): void;
};

/**
 * Creates the memory. It holds only as long as the process; a replica that does not know is told by the server itself.
 */
export function createQuietTimes(clock: Pick<Clock, 'monotonic'>): QuietTimes {
  const until = new Map<string, number>();
  return {
    leftOf(server) {
      const left = (until.get(server) ?? 0) - clock.monotonic();
      if (left > 0) {
        return Math.ceil(left);
      }
      until.delete(server);
      return undefined;
    },
    note: (server, ms) => void until.set(server, clock.monotonic() + ms),
  };
}
