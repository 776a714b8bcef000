import { z } from 'zod';
import type { Transition } from '../../delivery/progress.ts';
import { decodeJson, encodeJson } from '../codecs.ts';
import type { StoredRow } from './rows.ts';

/** The same step, taken once or many times in a row. Times are epoch ms on the storage's clock. */
export type HistoryEntry = {
  readonly firstAt: number;
  readonly lastAt: number;
  readonly times: number;
  /** The part that it was about, counted from 1. */
  readonly part: number;
  /** The name of the transition, or of the outcome where it ended. */
  readonly step: string;
  /** The kind of failure that led to it. */
  readonly failure?: string;
};

const entries = z.array(
  z.object({
    firstAt: z.number(),
    lastAt: z.number(),
    times: z.number(),
    part: z.number(),
    step: z.string(),
    failure: z.string().exactOptional(),
  }),
);

/** A delivery that changes between two troubles for a day keeps the last of them. */
const maxEntries = 40;

/** What became of the attempts of a delivery; empty where none failed. */
export function historyOf({ history }: Pick<StoredRow, 'history'>): readonly HistoryEntry[] {
  return history === null ? [] : decodeJson(entries, history);
}

/** The history with one more step. Nothing is written about what went well at once: its row says all there is. */
export function historyAfter(stored: StoredRow, transition: Transition, now: number): string | null {
  const entry = entryOf(stored, transition, now);
  if (stored.history === null && entry.failure === undefined && isSmooth(transition)) {
    return null;
  }
  const known = historyOf(stored);
  const last = known.at(-1);
  const next =
    last && isSame(last, entry)
      ? [...known.slice(0, -1), { ...last, lastAt: now, times: last.times + 1 }]
      : [...known, entry];
  return encodeJson(entries, next.slice(-maxEntries));
}

function entryOf({ part }: StoredRow, transition: Transition, now: number): HistoryEntry {
  const failure = failureOf(transition);
  const step = transition.kind === 'end' ? transition.outcome.kind : transition.kind;
  return { firstAt: now, lastAt: now, times: 1, part, step, ...(failure === undefined ? {} : { failure }) };
}

function failureOf(transition: Transition): string | undefined {
  switch (transition.kind) {
    case 'wait':
    case 'park':
      return transition.failure?.kind;
    case 'end':
      return 'failure' in transition.outcome ? transition.outcome.failure?.kind : undefined;
    default:
      return undefined;
  }
}

function isSmooth(transition: Transition): boolean {
  return transition.kind === 'next-part' || (transition.kind === 'end' && transition.outcome.kind === 'delivered');
}

function isSame(one: HistoryEntry, other: HistoryEntry): boolean {
  return one.part === other.part && one.step === other.step && one.failure === other.failure;
}
