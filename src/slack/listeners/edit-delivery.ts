import { present } from '../../domain/present.ts';
import type { PressAnswer } from '../answering/answer-press.ts';
import type { InteractionContext } from '../answering/interaction-runner.ts';
import type { ListenerDeps } from '../answering/listener-deps.ts';
import { openComposer } from '../composing/open-composer.ts';
import { message } from '../views/blocks.ts';

/**
 * Opens the form with the text and the files of a delivery. Its reply with the button stays: the form may be closed again.
 */
export async function editDelivery(
  deps: ListenerDeps,
  context: InteractionContext,
  id: string,
): Promise<PressAnswer | undefined> {
  const { wording, files } = (await deps.deliveries.contentOf(context.actor.person, id)) ?? {};
  if (wording === undefined) {
    return { message: message(context.texts.replies.textForgotten), replace: false };
  }
  const { mrkdwn: text, rich } = wording;
  const problem = await openComposer(deps, context, async () => ({ kind: 'text', text, ...present({ rich }) }), {
    files,
  });
  return problem && { message: problem, replace: false };
}
