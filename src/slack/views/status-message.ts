import type { types } from '@slack/bolt';
import type { Delivery } from '../../domain/delivery.ts';
import { type Identity, seesChats } from '../../domain/identity.ts';
import type { Texts } from '../../locales/en.ts';
import { actions, button, context, type Message, message, section } from './blocks.ts';
import { describeFailure, showPortal } from './describe-failure.ts';
import { mrkdwn } from './mrkdwn.ts';
import { type About, excerptBlocks, signFor, signs } from './reply.ts';
import { showTask } from './show-task.ts';

/** How many waiting messages are listed: each takes two of the 50 blocks of a Slack message. */
export const maxListed = 20;

/** What a reader recognises deliveries by, for each delivery id. */
export type Abouts = ReadonlyMap<string, About>;

/** The answer to `/b24task status`: who the person is in Bitrix24 and which messages wait, with buttons to cancel them. */
export function statusMessage(
  identity: Identity | undefined,
  open: readonly Delivery[],
  abouts: Abouts,
  texts: Texts,
): Message {
  return message(
    whoAmI(identity, texts),
    ...linkButton(identity, texts),
    ...withoutChats(identity, texts),
    ...parkedWarning(open, texts),
    ...(open.length === 0 ? [section(texts.status.nothingWaits)] : waitingList(open, abouts, texts)),
  );
}

/** One sentence: who the person is in Bitrix24. */
export function whoAmI(identity: Identity | undefined, { status, linking }: Texts): string {
  if (!identity) {
    return linking.notLinked;
  }
  const { name, portal } = identity.account;
  return status.linked({
    name: mrkdwn.text(name),
    portal: showPortal(portal),
    since: mrkdwn.time(identity.linkedAt),
  });
}

/** A note for connections without access to chats: what that permission would add. */
export function withoutChats(identity: Identity | undefined, { linking }: Texts): types.ContextBlock[] {
  return identity && seesChats(identity) === false ? [context([linking.noChats])] : [];
}

function linkButton(identity: Identity | undefined, { buttons }: Texts): types.KnownBlock[] {
  return identity ? [] : [actions(button(buttons.link, { kind: 'link' }, { style: 'primary' }))];
}

/** The waiting messages, each with its first words, its time, the reason for waiting, and a button to cancel it. */
export function waitingList(open: readonly Delivery[], abouts: Abouts, texts: Texts): types.KnownBlock[] {
  const { status } = texts;
  const listed = open.slice(0, maxListed);
  const more = open.length - listed.length;
  return [
    section(status.waiting(open.length)),
    ...listed.flatMap((delivery) => item(delivery, abouts.get(delivery.id) ?? {}, texts)),
    ...(more > 0 ? [context([status.more(more)])] : []),
  ];
}

/** One warning for all parked messages: how many, why, and buttons that may release them. No blocks when there are none. */
export function parkedWarning(open: readonly Delivery[], texts: Texts): types.KnownBlock[] {
  const { status, buttons } = texts;
  const parked = open.filter((delivery) => delivery.parked);
  const [first] = parked;
  if (!first) {
    return [];
  }
  const failure = first.waitingFor ? describeFailure(first.waitingFor, { portal: first.portal }, texts) : undefined;
  const why = failure ? [failure.happened, failure.step] : [];
  return [
    section([`${signs['needs-you']} ${status.connectionBroken(parked.length)}`, ...why].join('\n')),
    actions(
      button(buttons.connectAgain, { kind: 'link' }, { style: 'primary' }),
      button(buttons.tryNow, { kind: 'try-now' }),
    ),
  ];
}

function item(delivery: Delivery, { excerpt, title }: About, texts: Texts): types.KnownBlock[] {
  const { status, buttons, replies } = texts;
  const which = excerptBlocks(excerpt, replies);
  const said = status.item({
    task: showTask(delivery, title),
    at: mrkdwn.time(delivery.acceptedAt),
    why: reasons(delivery, texts).join(' '),
  });
  const text = `${signFor(delivery)} ${said}`;
  if (delivery.state === 'sending' || delivery.ambiguous) {
    return [...which, section(text)];
  }
  const action = { kind: 'cancel', delivery: delivery.id, from: 'status' } as const;
  return [...which, section(text, button(buttons.cancel, action, { spoken: buttons.cancelTask(delivery.task) }))];
}

function reasons(delivery: Delivery, texts: Texts): string[] {
  const { status, replies } = texts;
  if (delivery.state === 'sending') {
    return [status.sending];
  }
  const failure = delivery.waitingFor ? describeFailure(delivery.waitingFor, delivery, texts) : undefined;
  const why = failure?.happened ?? replies.waitsItsTurn;
  const until = status.until(mrkdwn.time(delivery.deadlineAt));
  if (delivery.parked) {
    return [until];
  }
  const next = delivery.nextAttemptAt ? [status.nextTry(mrkdwn.time(delivery.nextAttemptAt))] : [];
  return [...(delivery.ambiguous ? [status.mayHaveArrived] : []), why, ...next, until];
}
