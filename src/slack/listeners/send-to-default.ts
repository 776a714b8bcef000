import { placeOf } from '../../tasks/remember-task.ts';
import type { InteractionContext } from '../answering/interaction-runner.ts';
import type { ListenerDeps } from '../answering/listener-deps.ts';
import { openComposer } from '../composing/open-composer.ts';
import type { Command } from '../receiving/parse-command.ts';
import type { Message } from '../views/blocks.ts';
import { sendMessage } from './send-message.ts';

/** Sends to the default task of the channel. Where there is none, or the person is not linked yet, a window goes on. */
export async function sendToDefault(
  deps: ListenerDeps,
  context: InteractionContext,
  { message: text }: Extract<Command, { kind: 'send-default' }>,
): Promise<Message | undefined> {
  const { person, place } = context.actor;
  const [task, identity] = await Promise.all([deps.defaults.find(placeOf(person, place)), deps.linking.find(person)]);
  if (!task || !identity) {
    return openComposer(deps, context, async () => ({ kind: 'text', text }));
  }
  return sendMessage(deps, context, { kind: 'send', task: { kind: 'link', ...task }, message: text });
}
