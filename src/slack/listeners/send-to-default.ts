import { placeOf } from '../../tasks/remember-task.ts';
import { readMrkdwn } from '../../translation/read-mrkdwn.ts';
import type { InteractionContext } from '../answering/interaction-runner.ts';
import type { ListenerDeps } from '../answering/listener-deps.ts';
import { openComposer } from '../composing/open-composer.ts';
import type { Command } from '../receiving/parse-command.ts';
import type { Message } from '../views/blocks.ts';
import { askForDefault } from './ask-first.ts';
import { sendMessage } from './send-message.ts';

/**
 * Sends to the default task of the channel; who has not sent there before is told first where it goes. Where there is no
 * default, or the person is not linked yet, a window goes on.
 */
export async function sendToDefault(
  deps: ListenerDeps,
  context: InteractionContext,
  { message: text }: Extract<Command, { kind: 'send-default' }>,
): Promise<Message | undefined> {
  const { person, place } = context.actor;
  const here = placeOf(person, place);
  const [task, identity] = await Promise.all([deps.defaults.find(here), deps.linking.find(person)]);
  if (!task || !identity) {
    return openComposer(deps, context, async () => ({ kind: 'text', text }), { typed: readMrkdwn(text) });
  }
  if (!(await deps.defaults.isKnown(person, here, task.task))) {
    const shown = await deps.defaults.show(person, here);
    return askForDefault(deps, context, shown ?? { ...task, checked: { kind: 'unknown' } }, text);
  }
  return sendMessage(deps, context, { kind: 'send', task: { kind: 'link', ...task }, message: text });
}
