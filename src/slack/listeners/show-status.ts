import type { InteractionContext } from '../answering/interaction-runner.ts';
import type { ListenerDeps } from '../answering/listener-deps.ts';
import { aboutDeliveries } from '../replies/about-deliveries.ts';
import type { Message } from '../views/blocks.ts';
import { maxListed, statusMessage } from '../views/status-message.ts';

/** Who the person is in Bitrix24 and what is waiting. */
export async function showStatus(deps: ListenerDeps, { actor, texts }: InteractionContext): Promise<Message> {
  const { person } = actor;
  const [identity, open] = await Promise.all([deps.linking.find(person), deps.deliveries.listOpen(person)]);
  const abouts = await aboutDeliveries(deps, person, open.slice(0, maxListed));
  return statusMessage(identity, open, abouts, texts);
}
