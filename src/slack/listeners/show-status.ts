import type { Scene } from '../answering/interaction-runner.ts';
import type { Toolbox } from '../answering/listener-deps.ts';
import type { Message } from '../views/blocks.ts';
import { statusMessage } from '../views/status-message.ts';

/** Who the person is in Bitrix24 and what is waiting. */
export async function showStatus({ linking, deliveries }: Toolbox, { actor, texts }: Scene): Promise<Message> {
  const { person } = actor;
  const [identity, open] = await Promise.all([linking.find(person), deliveries.listOpen(person)]);
  return statusMessage(identity, open, texts);
}
