import type { PressAnswer } from '../answering/answer-press.ts';
import type { InteractionContext } from '../answering/interaction-runner.ts';
import type { ListenerDeps } from '../answering/listener-deps.ts';
import { acceptedReply } from '../views/accept-replies.ts';
import type { ButtonAction } from '../views/action-ids.ts';
import { message } from '../views/blocks.ts';
import { showTaskNumber } from '../views/show-task.ts';

/** Sends an ended delivery again. The button goes away once that is taken, and stays where it was not. */
export async function sendAgain(
  { resend, deliveries }: ListenerDeps,
  { actor, route, texts }: InteractionContext,
  { delivery, nonce }: Extract<ButtonAction, { kind: 'send-again' }>,
): Promise<PressAnswer> {
  const { replies } = texts;
  const accepted = await resend({ person: actor.person, id: delivery, nonce, route });
  if (accepted.kind === 'gone') {
    return { message: message(replies.textForgotten), replace: true };
  }
  if (accepted.kind === 'duplicate') {
    return { message: message(replies.sentAgainAlready), replace: true };
  }
  const excerpt = (await deliveries.wordingsOf(actor.person, [delivery])).get(delivery)?.excerpt;
  const reply = acceptedReply(accepted, texts, { excerpt });
  if (accepted.kind !== 'accepted') {
    return { message: reply ?? message(replies.textForgotten), replace: false };
  }
  const said = reply ?? message(replies.sendingAgain(showTaskNumber(accepted.task)));
  return { message: said, replace: true, shownAtHome: true };
}
