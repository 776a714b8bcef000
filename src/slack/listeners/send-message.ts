import type { Accepted } from '../../delivery/submission.ts';
import { excerptOfMessage } from '../../delivery/wording.ts';
import { readMrkdwn } from '../../translation/read-mrkdwn.ts';
import type { InteractionContext } from '../answering/interaction-runner.ts';
import type { ListenerDeps } from '../answering/listener-deps.ts';
import { titleOfAccepted } from '../answering/title-of-accepted.ts';
import { keepTyped } from '../composing/keep-typed.ts';
import { interactionKeyOf } from '../receiving/actor.ts';
import type { Command } from '../receiving/parse-command.ts';
import { acceptedReply, type Kept } from '../views/accept-replies.ts';
import type { Message } from '../views/blocks.ts';

/** Hands over what was typed after the task. `undefined` when it was taken: its reply follows on its own. */
export async function sendMessage(
  deps: ListenerDeps,
  context: InteractionContext,
  { task, message }: Extract<Command, { kind: 'send' }>,
): Promise<Message | undefined> {
  const { actor, route, texts } = context;
  if (!actor.triggerId) {
    throw new Error('A command came without the trigger id that tells it from others');
  }
  const document = readMrkdwn(message);
  const accepted = await deps.accept({
    interactionKey: interactionKeyOf(actor, actor.triggerId),
    person: actor.person,
    task,
    document,
    losses: [],
    typed: message,
    route,
    sayAgain: false,
  });
  // A reply of its own follows on what is on its way.
  if (accepted.kind === 'accepted' && !accepted.parked) {
    return undefined;
  }
  return acceptedReply(accepted, texts, {
    excerpt: excerptOfMessage({ document }),
    title: await titleOfAccepted(deps, actor.person, accepted),
    ...(await kept(deps, context, { task, message }, accepted)),
  });
}

/** What the answer needs so that nothing has to be typed again. */
async function kept(
  deps: ListenerDeps,
  context: InteractionContext,
  { task, message }: Pick<Extract<Command, { kind: 'send' }>, 'task' | 'message'>,
  accepted: Accepted,
): Promise<Pick<Kept, 'draft' | 'typed'>> {
  switch (accepted.kind === 'failed' ? accepted.failure.kind : undefined) {
    case 'not-linked':
    case 'too-many-waiting':
      return keepTyped(deps, context, message, task.task);
    case 'foreign-portal':
      return keepTyped(deps, context, message);
    case 'text-too-long':
    case 'storage-unavailable':
    case 'storage-unconfirmed':
    case 'other-version-accepted':
      return { typed: readMrkdwn(message) };
    case 'text-empty':
    case undefined:
      return {};
  }
}
