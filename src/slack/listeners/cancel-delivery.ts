import type { PressAnswer } from '../answering/answer-press.ts';
import type { InteractionContext } from '../answering/interaction-runner.ts';
import type { ListenerDeps } from '../answering/listener-deps.ts';
import type { ButtonAction } from '../views/action-ids.ts';
import { replyMessage, type Standing } from '../views/reply.ts';
import { showStatus } from './show-status.ts';

/**
 * Takes back a waiting delivery. Its notice gives way to a word, because its own final reply follows; in the status the
 * list is shown anew.
 */
export async function cancelDelivery(
  deps: ListenerDeps,
  context: InteractionContext,
  { delivery, from }: Extract<ButtonAction, { kind: 'cancel' }>,
): Promise<PressAnswer> {
  const { texts, actor } = context;
  const { replies } = texts;
  const excerpt = (await deps.deliveries.wordingsOf(actor.person, [delivery])).get(delivery)?.excerpt;
  const say = (standing: Standing | undefined, outcome: string) => replyMessage({ standing, excerpt, outcome }, texts);
  switch (await deps.deliveries.cancel(actor.person, delivery)) {
    case 'cancelled':
      return {
        message: from === 'status' ? await showStatus(deps, context) : say('not-sent', replies.cancelledNow),
        replace: true,
        shownAtHome: true,
      };
    case 'sending':
      return { message: say('waiting', replies.tooLateToCancel), replace: false };
    case 'ambiguous':
      return { message: say('waiting', replies.cannotCancel), replace: false };
    case 'ended':
    case 'absent':
      return { message: say(undefined, replies.endedAlready), replace: false };
  }
}
