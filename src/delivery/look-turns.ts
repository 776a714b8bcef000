import type { Clock } from '../domain/clock.ts';

/** When what is parked is looked at: at first at once, then at distances that double from five minutes to an hour. */
export type LookTurns = {
  /** From now on this one has turns. */
  note(key: string): void;
  /** Whether this one may be looked at between its turns: once in five minutes, where it has turns at all. */
  hurry(key: string): boolean;
  /** Whether it is this one's turn, which is then over. */
  take(key: string): boolean;
  /** All others have no turns any more. */
  keepOnly(keys: { has(key: string): boolean }): void;
};

type Turn = { readonly at: number; readonly distanceMs: number; readonly hurriedUntil?: number };

const minute = 60_000;
const firstDistanceMs = 5 * minute;
const lastDistanceMs = 60 * minute;

/** Creates turns on the monotonic clock, in the memory of this process. */
export function createLookTurns(clock: Pick<Clock, 'monotonic'>): LookTurns {
  const turns = new Map<string, Turn>();
  return {
    note: (key) => void turnOf(key),
    hurry(key) {
      const turn = turns.get(key);
      const now = clock.monotonic();
      if (!turn || now < (turn.hurriedUntil ?? now)) {
        return false;
      }
      turns.set(key, { ...turn, hurriedUntil: now + firstDistanceMs });
      return true;
    },
    take(key) {
      const turn = turnOf(key);
      const { at, distanceMs } = turn;
      const now = clock.monotonic();
      if (now < at) {
        return false;
      }
      turns.set(key, { ...turn, at: now + distanceMs, distanceMs: Math.min(2 * distanceMs, lastDistanceMs) });
      return true;
    },
    keepOnly(keys) {
      for (const key of turns.keys()) {
        if (!keys.has(key)) {
          turns.delete(key);
        }
      }
    },
  };

  function turnOf(key: string): Turn {
    const turn = turns.get(key) ?? { at: clock.monotonic(), distanceMs: firstDistanceMs };
    turns.set(key, turn);
    return turn;
  }
}
