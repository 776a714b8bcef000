import { present } from '../../domain/present.ts';
import type { PressAnswer } from '../answering/answer-press.ts';
import type { InteractionContext } from '../answering/interaction-runner.ts';
import type { ListenerDeps } from '../answering/listener-deps.ts';
import { message } from '../views/blocks.ts';
import { takenBackReply } from '../views/take-back-replies.ts';

/** Deletes a delivered message from the chat of its task. The reply with the button stays where that may work later. */
export async function takeBack(
  { takingBack, deliveries, tasks }: ListenerDeps,
  { actor, texts }: InteractionContext,
  id: string,
): Promise<PressAnswer> {
  const { person } = actor;
  const taken = await takingBack.takeBack(person, id);
  if (taken.kind === 'nothing') {
    return { message: message(texts.takeBack.nothing), replace: false };
  }
  const [wordings, title] = await Promise.all([
    deliveries.wordingsOf(person, [id]),
    tasks.knownTitle(person, taken.delivery),
  ]);
  const excerpt = wordings.get(id)?.excerpt;
  return {
    message: takenBackReply(taken, present({ excerpt, title }), texts),
    replace: taken.kind === 'taken-back',
  };
}
