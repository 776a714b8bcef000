import { z } from 'zod';
import { type Clock, within } from '../../domain/clock.ts';
import { createLru } from '../../domain/lru.ts';
import type { UsedOnce } from '../../linking/ports.ts';
import { viewIds } from '../views/action-ids.ts';
import { parseCommand } from './parse-command.ts';

/**
 * Tells whether a request is here for the first time, or may be here again. `id`: its signature, or the id of its
 * envelope. `ageMs`: how long ago it was signed.
 */
export type ReplayGuard = (id: string, fields: unknown, ageMs?: number) => Promise<boolean>;

/** What recognising a repeated request needs. */
export type ReplayGuardDeps = {
  /** Remembers signatures for longer than they are fresh, for all replicas. */
  readonly used: UsedOnce;
  readonly clock: Pick<Clock, 'schedule'>;
};

/** Slack is to be answered within 3 s, whatever the storage does. */
const claimWithinMs = 500;

/** The second that Slack signs, and the way here. */
const sameSearchMs = 2_500;

/** Of one process; what the storage remembers has no bound but time. */
const remembered = 20_000;

/**
 * Creates the guard against captured requests, which are fresh for minutes. A storage that fails lets a request through
 * that this process has not seen: help and doctor are answered then as well, and what changes anything fails by itself.
 *
 * Slack sends no command and no interaction twice, but it repeats events that were not answered (docs.slack.dev, "The
 * Events API", Retries), and nowhere says that those are signed anew. Events say nothing to who sends them, and have
 * the same effect once or twice; so have deliveries, whose ids are their interaction's: neither is asked about here.
 *
 * A search has no trigger and no time of its own (docs.slack.dev, "block_suggestion payloads"), and Slack signs whole
 * seconds: whoever types, deletes and types the same letters within one of them sends the same request twice.
 */
export function createReplayGuard({ used, clock }: ReplayGuardDeps): ReplayGuard {
  const seen = createLru<true>(remembered);
  return async (id, fields, ageMs = 0) =>
    isRepeatable(fields) || (await isNew(id)) || (ageMs < sameSearchMs && search.safeParse(fields).success);

  async function isNew(id: string): Promise<boolean> {
    if (seen.has(id)) {
      return false;
    }
    seen.set(id, true);
    return within(clock, claimWithinMs, used.claim(id), () => true).catch(() => true);
  }
}

const command = z.object({ command: z.string(), text: z.string().default('') });
const event = z.object({ type: z.enum(['event_callback', 'url_verification', 'app_rate_limited']) });
const search = z.object({ type: z.literal('block_suggestion') });
const composeSubmitted = z.object({
  type: z.literal('view_submission'),
  view: z.object({ callback_id: z.literal(viewIds.compose) }),
});

function isRepeatable(fields: unknown): boolean {
  const typed = command.safeParse(fields);
  return typed.success
    ? ['send', 'send-default'].includes(parseCommand(typed.data.text).kind)
    : event.safeParse(fields).success || composeSubmitted.safeParse(fields).success;
}
