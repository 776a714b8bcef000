import { placeOf } from '../../tasks/remember-task.ts';
import type { Scene } from '../answering/interaction-runner.ts';
import type { Toolbox } from '../answering/listener-deps.ts';
import { openComposer } from '../composing/open-composer.ts';
import type { Command } from '../receiving/parse-command.ts';
import type { Message } from '../views/blocks.ts';
import { sendMessage } from './send-message.ts';

/** Sends to the default task of the channel. Where there is none, or the person is not linked yet, a window goes on. */
export async function sendToDefault(
  tools: Toolbox,
  scene: Scene,
  { message: text }: Extract<Command, { kind: 'send-default' }>,
): Promise<Message | undefined> {
  const { person, place } = scene.actor;
  const [task, identity] = await Promise.all([tools.defaults.find(placeOf(person, place)), tools.linking.find(person)]);
  if (!task || !identity) {
    return openComposer(tools, scene, async () => ({ kind: 'text', text }));
  }
  return sendMessage(tools, scene, { kind: 'send', task: { kind: 'link', ...task }, message: text });
}
