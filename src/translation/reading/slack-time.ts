import type { Moment } from '../../domain/document.ts';
import { dateAndTime } from './moment-pattern.ts';

/** The second at which a Slack timestamp lies: `1355517523.000005`, or a bare number of seconds. */
export function secondsOf(timestamp: unknown): number | undefined {
  const text = typeof timestamp === 'number' ? String(timestamp) : timestamp;
  const [digits] = (typeof text === 'string' && /^\d{1,12}(?=\.|$)/.exec(text)) || [];
  return digits === undefined ? undefined : Number(digits);
}

/** Date and time, the way messages are dated. Without Bitrix24 to show it, it is in UTC. */
export function momentAt(epochSeconds: number): Moment {
  const fallback = new Date(epochSeconds * 1000).toISOString();
  return { kind: 'moment', epochSeconds, pattern: dateAndTime, fallback };
}
