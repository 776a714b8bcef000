import type { InteractionContext } from '../answering/interaction-runner.ts';
import type { ListenerDeps } from '../answering/listener-deps.ts';
import type { Message } from '../views/blocks.ts';
import { doctorMessage } from '../views/doctor-message.ts';
import { neededBotScopes } from '../web-api/scopes.ts';
import { checkBotToken } from '../web-api/token-check.ts';

/** What the way of a message is like for this person, from Slack to the task chat. */
export async function runDoctor(
  { diagnose, runner, announce }: ListenerDeps,
  { actor, texts }: InteractionContext,
): Promise<Message> {
  const [slack, diagnosis] = await Promise.all([
    checkBotToken(runner.clients.patient(actor.workspace), neededBotScopes(announce)),
    diagnose(actor.person),
  ]);
  return doctorMessage(slack, diagnosis, texts);
}
