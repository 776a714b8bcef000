import type { InteractionContext } from '../answering/interaction-runner.ts';
import type { ListenerDeps } from '../answering/listener-deps.ts';
import { type Message, message } from '../views/blocks.ts';
import { unlinkedMessage, unlinkQuestion } from '../views/link-messages.ts';

/**
 * Unlinks at once, or asks first when messages are waiting that would then not be sent. Also where no link is left: one
 * that was broken off half-way is finished.
 */
export async function askToUnlink(
  { linking, deliveries }: ListenerDeps,
  { actor, texts }: InteractionContext,
): Promise<Message> {
  const { person } = actor;
  const open = await deliveries.listOpen(person);
  if (open.length > 0) {
    return unlinkQuestion(open.length, texts);
  }
  const unlinked = await linking.unlink(person);
  return unlinked.removed ? unlinkedMessage(unlinked, texts) : message(texts.linking.nothingToUnlink);
}
