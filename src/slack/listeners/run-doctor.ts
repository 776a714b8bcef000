import type { Scene } from '../answering/interaction-runner.ts';
import type { Toolbox } from '../answering/listener-deps.ts';
import type { Message } from '../views/blocks.ts';
import { doctorMessage } from '../views/doctor-message.ts';
import { checkBotToken } from '../web-api/token-check.ts';

/** What the way of a message is like for this person, from Slack to the task chat. */
export async function examineChain({ examine, frame }: Toolbox, { actor, texts }: Scene): Promise<Message> {
  const [slack, examination] = await Promise.all([
    checkBotToken(frame.clients.patient(actor.workspace)),
    examine(actor.person),
  ]);
  return doctorMessage(slack, examination, texts);
}
