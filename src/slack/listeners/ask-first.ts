import { excerptOfMessage } from '../../delivery/wording.ts';
import type { TaskId } from '../../domain/portal.ts';
import { present } from '../../domain/present.ts';
import type { ShownDefault } from '../../tasks/channel-default.ts';
import { placeOf } from '../../tasks/remember-task.ts';
import { readMrkdwn } from '../../translation/read-mrkdwn.ts';
import type { PressAnswer } from '../answering/answer-press.ts';
import type { InteractionContext } from '../answering/interaction-runner.ts';
import type { ListenerDeps } from '../answering/listener-deps.ts';
import { titleOfAccepted } from '../answering/title-of-accepted.ts';
import { openComposer } from '../composing/open-composer.ts';
import { interactionKeyOf } from '../receiving/actor.ts';
import { acceptedReply } from '../views/accept-replies.ts';
import type { ButtonAction } from '../views/action-ids.ts';
import { actions, button, type Message, message } from '../views/blocks.ts';
import { replyMessage } from '../views/reply.ts';
import { showDefault, showTaskNumber } from '../views/show-task.ts';

/** Asks whether a text that looks like something else is a message after all, and keeps it for that. */
export async function askWhether(
  deps: ListenerDeps,
  context: InteractionContext,
  question: string,
  text: string,
): Promise<Message> {
  const shown = await knownDefault(deps, context);
  const { defaults, buttons } = context.texts;
  const words = shown ? `${question} ${defaults.elseThere(showDefault(shown))}` : question;
  return asking(deps, context, { words, text, shown, yes: buttons.asMessage });
}

/** Says where a message would go before the first one of a person goes there. */
export async function askForDefault(
  deps: ListenerDeps,
  context: InteractionContext,
  shown: ShownDefault,
  text: string,
): Promise<Message> {
  const { defaults, buttons } = context.texts;
  return asking(deps, context, { words: defaults.askFirst(showDefault(shown)), text, shown, yes: buttons.sendThere });
}

/** Sends a kept text to the default task that its writer was told of; asks again where that is another one by now. */
export async function sendDraft(
  deps: ListenerDeps,
  context: InteractionContext,
  { draft: id, handle, task }: Extract<ButtonAction, { kind: 'send-draft' }>,
): Promise<PressAnswer | undefined> {
  const { actor, texts, route } = context;
  const { person } = actor;
  const draft = await deps.drafts.find(person, id);
  if (draft?.content.kind !== 'text') {
    return { message: message(texts.replies.textForgotten), replace: true };
  }
  const { text } = draft.content;
  const here = placeOf(person, draft.route.place);
  const shown = await knownDefault(deps, context);
  if (!shown) {
    return openAgain(deps, context, text);
  }
  if (shown.task !== task) {
    return { message: await askForDefault(deps, context, shown, text), replace: true };
  }
  await deps.defaults.noteKnown(person, here, task);
  const document = readMrkdwn(text);
  const accepted = await deps.accept({
    interactionKey: interactionKeyOf(actor, handle),
    person,
    task: { kind: 'link', portal: shown.portal, task },
    document,
    losses: [],
    typed: text,
    route,
    sayAgain: false,
  });
  const excerpt = excerptOfMessage({ document });
  const title = await titleOfAccepted(deps, person, accepted);
  const onItsWay = {
    standing: 'waiting',
    excerpt,
    outcome: texts.replies.sending(showTaskNumber(task, title)),
  } as const;
  const reply = acceptedReply(accepted, texts, { excerpt, title, draft: id }) ?? replyMessage(onItsWay, texts);
  return { message: reply, replace: accepted.kind !== 'failed' };
}

/** Opens the form with a kept text. */
export async function chooseTask(
  deps: ListenerDeps,
  context: InteractionContext,
  { draft: id }: Extract<ButtonAction, { kind: 'choose-task' }>,
): Promise<PressAnswer | undefined> {
  const draft = await deps.drafts.find(context.actor.person, id);
  return draft?.content.kind === 'text'
    ? openAgain(deps, context, draft.content.text, draft.task)
    : { message: message(context.texts.replies.textForgotten), replace: true };
}

async function openAgain(
  deps: ListenerDeps,
  context: InteractionContext,
  text: string,
  task?: TaskId,
): Promise<PressAnswer | undefined> {
  const content = { kind: 'text', text } as const;
  const problem = await openComposer(deps, context, async () => content, { task, typed: readMrkdwn(text) });
  return problem && { message: problem, replace: false };
}

/** The channel's default, where the person could send to it: linked, to whatever portal. */
async function knownDefault(
  { defaults, linking }: ListenerDeps,
  { actor }: InteractionContext,
): Promise<ShownDefault | undefined> {
  const { person, place } = actor;
  const [shown, identity] = await Promise.all([defaults.show(person, placeOf(person, place)), linking.find(person)]);
  return identity && shown;
}

async function asking(
  { drafts }: ListenerDeps,
  { actor, route, texts }: InteractionContext,
  asked: {
    readonly words: string;
    readonly text: string;
    readonly shown: ShownDefault | undefined;
    readonly yes: string;
  },
): Promise<Message> {
  const { person, triggerId } = actor;
  if (!triggerId) {
    throw new Error('An interaction came without the trigger id that tells it from others');
  }
  const draft = await drafts.save({ person, content: { kind: 'text', text: asked.text }, route });
  const send = { kind: 'send-draft', draft, handle: triggerId, ...present({ task: asked.shown?.task }) } as const;
  const ways = actions(
    button(asked.yes, send, { style: 'primary' }),
    ...(asked.shown ? [button(texts.buttons.chooseTask, { kind: 'choose-task', draft })] : []),
  );
  const excerpt = excerptOfMessage({ document: readMrkdwn(asked.text) });
  return replyMessage({ standing: 'needs-you', excerpt, outcome: asked.words, below: [ways] }, texts);
}
