import type { Scene } from '../answering/frame.ts';
import { type Message, message } from '../views/blocks.ts';
import { unlinkedMessage, unlinkQuestion } from '../views/link-messages.ts';
import type { Toolbox } from './toolbox.ts';

/** Unlinks at once, or asks first when messages are waiting that would then not be sent. */
export async function askToUnlink({ linking, deliveries }: Toolbox, { actor, texts }: Scene): Promise<Message> {
  const { person } = actor;
  const [identity, open] = await Promise.all([linking.find(person), deliveries.listOpen(person)]);
  if (open.length > 0) return unlinkQuestion(open.length, texts);
  if (!identity) return message(texts.linking.nothingToUnlink);
  return unlinkedMessage(await linking.unlink(person), texts);
}
