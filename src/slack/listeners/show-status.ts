import type { InteractionContext } from '../answering/interaction-runner.ts';
import type { ListenerDeps } from '../answering/listener-deps.ts';
import type { Message } from '../views/blocks.ts';
import { statusMessage } from '../views/status-message.ts';

/** Who the person is in Bitrix24 and what is waiting. */
export async function showStatus(
  { linking, deliveries }: ListenerDeps,
  { actor, texts }: InteractionContext,
): Promise<Message> {
  const { person } = actor;
  const [identity, open] = await Promise.all([linking.find(person), deliveries.listOpen(person)]);
  return statusMessage(identity, open, texts);
}
