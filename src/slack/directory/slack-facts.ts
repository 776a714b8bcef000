import { createCache } from '../../domain/cache.ts';
import { type Clock, within } from '../../domain/clock.ts';

/** What Slack tells about the app in a workspace, by a key; `undefined` where it does not tell soon. */
export type SlackFacts<Value> = (key: string, ask: () => Promise<Value | undefined>) => Promise<Value | undefined>;

/** How long a person who acts, and Slack with them, is kept waiting for it, in ms. */
export const soonMs = 500;
const keepFailedMs = 5_000;
const capacity = 10_000;

/** Creates an empty collection; what Slack tells is kept for `keepMs`. A rejection of `ask` is handed on, and not kept. */
export function createSlackFacts<Value>(clock: Pick<Clock, 'now' | 'schedule'>, keepMs: number): SlackFacts<Value> {
  const known = createCache<Value | undefined>({
    capacity,
    keepMs: (fact) => (fact === undefined ? keepFailedMs : keepMs),
    now: () => clock.now(),
  });
  return (key, ask) => within(clock, soonMs, known.find(key, ask), () => undefined);
}
