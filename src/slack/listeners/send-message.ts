import { readMrkdwn } from '../../translation/read-mrkdwn.ts';
import type { InteractionContext } from '../answering/interaction-runner.ts';
import type { ListenerDeps } from '../answering/listener-deps.ts';
import { interactionKeyOf } from '../receiving/actor.ts';
import type { Command } from '../receiving/parse-command.ts';
import { acceptedReply } from '../views/accept-replies.ts';
import type { Message } from '../views/blocks.ts';

/** Hands over what was typed after the task. `undefined` when it was taken: its reply follows on its own. */
export async function sendMessage(
  { accept }: ListenerDeps,
  { actor, route, texts }: InteractionContext,
  { task, message }: Extract<Command, { kind: 'send' }>,
): Promise<Message | undefined> {
  if (!actor.triggerId) {
    throw new Error('A command came without the trigger id that tells it from others');
  }
  const accepted = await accept({
    interactionKey: interactionKeyOf(actor, actor.triggerId),
    person: actor.person,
    task,
    document: readMrkdwn(message),
    losses: [],
    route,
    sayAgain: false,
  });
  return acceptedReply(accepted, texts);
}
