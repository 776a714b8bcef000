import { createCache } from '../domain/cache.ts';
import { type Person, personKey } from '../domain/person.ts';

/** `each`: a notice about each message; `together`: one about all; otherwise none before so many ms. */
type NoticePlan = 'each' | 'together' | { readonly inMs: number };

/** Decides how people are told that messages of theirs wait. */
export type WaitingNotices = {
  /** `due`: how many notices a person would get now. */
  plan(person: Person, due: number): NoticePlan;
};

const windowMs = 60_000;
const maxEach = 3;

/**
 * A few messages have a notice each. Somebody with more of them within a minute gets one notice about all, and the next
 * one a minute later, if messages that it has not told of still wait. `now` never jumps (ms).
 */
export function createWaitingNotices(now: () => number): WaitingNotices {
  const windows = createCache<Window>({ capacity: 10_000, keepMs: ({ until }) => until - now(), now });
  return {
    plan(person, due) {
      const key = personKey(person);
      const { until, told } = windows.peek(key) ?? { until: now() + windowMs, told: 0 };
      if (told > maxEach) {
        return { inMs: until - now() };
      }
      const isMany = told + due > maxEach;
      windows.put(key, { until: isMany ? now() + windowMs : until, told: told + due });
      return isMany ? 'together' : 'each';
    },
  };
}

/** How many messages somebody was told of until then. */
type Window = { readonly until: number; readonly told: number };
