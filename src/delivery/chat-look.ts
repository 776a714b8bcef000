import { type Identity, seesChats } from '../domain/identity.ts';
import type { Log } from '../domain/log.ts';
import { isCloudPortal } from '../domain/portal.ts';
import type { GrantedScopes } from '../linking/granted-scopes.ts';
import { judgeChat } from './judge-chat.ts';
import type { Outbox } from './ports.ts';
import type { Claim } from './progress.ts';
import type { ChatReader, Seen } from './task-chat.ts';
import type { Timing } from './timing.ts';

/** The dependencies of a look. */
export type ChatLookDeps = {
  readonly outbox: Pick<Outbox, 'accountedFor'>;
  readonly chat: ChatReader;
  /** A permission that was thought to be there is missing: the portal is asked anew. Never rejects. */
  readonly learnScopes: GrantedScopes['learn'];
  readonly timing: Timing;
  readonly log: Log;
};

/** Dates in chats have whole seconds, and an answer is some seconds on its way. */
const slackMs = 5_000;

/** Looks into the chat of a claim's task for its part, as its author. Never rejects. */
export async function lookFor(deps: ChatLookDeps, identity: Identity, claim: Claim): Promise<Seen> {
  const { delivery, progress, content } = claim;
  const { chat, outbox, timing, log } = deps;
  const { task, bitrixUserId: authorId } = delivery;
  const sinceMs = Math.max(0, progress.now - progress.attemptedAt) + slackMs;
  if (seesChats(identity) === false) {
    return { kind: 'failed', failure: { kind: 'missing-scope', scopes: ['im'] } };
  }
  const { credential } = identity;
  try {
    const read = await chat.messagesOf({ credential, task, authorId, sinceMs, withinMs: timing.leaseMs });
    if (!read.ok) {
      if (read.failure.kind === 'missing-scope') {
        await deps.learnScopes(delivery.person);
      }
      return { kind: 'failed', failure: read.failure };
    }
    return judgeChat({ content, ...read.value, accounted: await outbox.accountedFor(claim) });
  } catch (error) {
    log.error({ error, delivery: delivery.id }, 'a part could not be looked for; trying again');
    return { kind: 'failed', failure: { kind: 'unreachable' } };
  }
}

/** How long after an attempt the portal of a claim has surely ended it. */
export function surelyMs({ delivery }: Claim, { repeatAfterMs, lookSurelyMs }: Timing): number {
  return isCloudPortal(delivery.portal) ? repeatAfterMs : Math.max(repeatAfterMs, lookSurelyMs);
}
