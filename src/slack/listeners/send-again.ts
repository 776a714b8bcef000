import type { PressAnswer } from '../answering/answer-press.ts';
import type { InteractionContext } from '../answering/interaction-runner.ts';
import type { ListenerDeps } from '../answering/listener-deps.ts';
import { titleOfAccepted } from '../answering/title-of-accepted.ts';
import { acceptedReply } from '../views/accept-replies.ts';
import type { ButtonAction } from '../views/action-ids.ts';
import { message } from '../views/blocks.ts';
import { replyMessage, type Standing } from '../views/reply.ts';
import { showTaskNumber } from '../views/show-task.ts';

/** Sends an ended delivery again. The button goes away once that is taken, and stays where it was not. */
export async function sendAgain(
  deps: ListenerDeps,
  { actor, route, texts }: InteractionContext,
  { delivery, nonce }: Extract<ButtonAction, { kind: 'send-again' }>,
): Promise<PressAnswer> {
  const { replies } = texts;
  const { resend, deliveries } = deps;
  const accepted = await resend({ person: actor.person, id: delivery, nonce, route });
  if (accepted.kind === 'gone') {
    return { message: message(replies.textForgotten), replace: true };
  }
  const excerpt = (await deliveries.wordingsOf(actor.person, [delivery])).get(delivery)?.excerpt;
  const say = (outcome: string, standing?: Standing) => replyMessage({ standing, excerpt, outcome }, texts);
  if (accepted.kind === 'duplicate') {
    return { message: say(replies.sentAgainAlready), replace: true };
  }
  const title = await titleOfAccepted(deps, actor.person, accepted);
  const reply = acceptedReply(accepted, texts, { excerpt, title });
  if (accepted.kind !== 'accepted') {
    return { message: reply ?? message(replies.textForgotten), replace: false };
  }
  const said = reply ?? say(replies.sendingAgain(showTaskNumber(accepted.task, title)), 'waiting');
  return { message: said, replace: true, shownAtHome: true };
}
