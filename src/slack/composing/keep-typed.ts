import type { TaskId } from '../../domain/portal.ts';
import { present } from '../../domain/present.ts';
import { readMrkdwn } from '../../translation/read-mrkdwn.ts';
import type { InteractionContext } from '../answering/interaction-runner.ts';
import type { ListenerDeps } from '../answering/listener-deps.ts';
import type { Kept } from '../views/accept-replies.ts';

/**
 * Keeps what a person typed after a command, in mrkdwn, for an answer that did not take it: in a draft, or where the
 * storage fails in the answer itself. `task`: the one that they named and that may be right.
 */
export async function keepTyped(
  { drafts, linking, log }: Pick<ListenerDeps, 'drafts' | 'linking' | 'log'>,
  { actor, route }: InteractionContext,
  text: string,
  task?: TaskId,
): Promise<Pick<Kept, 'draft' | 'typed'>> {
  try {
    const portal = (await linking.find(actor.person))?.account.portal;
    const content = { kind: 'text', text } as const;
    return { draft: await drafts.save({ person: actor.person, content, route, ...present({ portal, task }) }) };
  } catch (error) {
    log.warn({ error }, 'what a person typed could not be kept in a draft');
    return { typed: readMrkdwn(text) };
  }
}
