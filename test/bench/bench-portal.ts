import { z } from 'zod';
import type { Programs } from './programs.ts';
import { waitForCount } from './rounds.ts';

/** A portal that runs, with one webhook per person. */
export type BenchPortal = {
  readonly origin: string;
  readonly webhooks: readonly string[];
  counts(): Promise<{ readonly messages: number; readonly throttled: number }>;
  /** When each message with a mark of at least `from` reached its chat. */
  arrivals(from: number): Promise<ReadonlyMap<number, number>>;
  /** Waits until there are `count` messages; rejects when that takes longer than `withinMs`. */
  waitForMessages(count: number, withinMs: number): Promise<void>;
};

/** What a portal has; tasks are numbered from `firstTask`. */
export type Opening = {
  readonly offsetMs: number;
  readonly rate: { burst: number; perSecond: number };
  readonly people: number;
  readonly firstTask: number;
  readonly tasks: number;
};

const portalOpened = z.object({ origin: z.string(), webhooks: z.array(z.string()) });
const portalCounts = z.object({ messages: z.number(), throttled: z.number() });

/** Opens a portal in a process of its own. */
export async function openPortal(programs: Programs, opening: Opening): Promise<BenchPortal> {
  const actor = programs.startActor('actors/portal.ts');
  const { origin, webhooks } = await actor.call('open', opening, portalOpened);
  const counts = () => actor.call('counts', {}, portalCounts);
  return {
    origin,
    webhooks,
    counts,
    arrivals: async (from) =>
      new Map(await actor.call('arrivals', { from }, z.array(z.tuple([z.number(), z.number()])))),
    waitForMessages: (count, withinMs) => waitForCount(async () => (await counts()).messages, count, withinMs),
  };
}
