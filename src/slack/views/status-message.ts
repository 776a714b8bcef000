import type { types } from '@slack/bolt';
import type { Delivery } from '../../domain/delivery.ts';
import type { Identity } from '../../domain/identity.ts';
import type { Texts } from '../../locales/en.ts';
import { actions, button, context, type Message, message, section } from './blocks.ts';
import { describeFailure, showPortal } from './describe-failure.ts';
import { mrkdwn } from './mrkdwn.ts';
import { type About, excerptBlocks, signFor } from './reply.ts';
import { showTask } from './show-task.ts';

/** A message holds 50 blocks, and each that waits takes two. */
export const maxListed = 20;

/** What tells deliveries from each other, by their ids. */
export type Abouts = ReadonlyMap<string, About>;

/** Who the person is in Bitrix24, and what is waiting, each with a button where it can be taken back. */
export function statusMessage(
  identity: Identity | undefined,
  open: readonly Delivery[],
  abouts: Abouts,
  texts: Texts,
): Message {
  return message(whoAmI(identity, texts), ...linkButton(identity, texts), ...waitingList(open, abouts, texts));
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

function linkButton(identity: Identity | undefined, { buttons }: Texts): types.KnownBlock[] {
  return identity ? [] : [actions(button(buttons.link, { kind: 'link' }, { style: 'primary' }))];
}

/** What waits, each with its first words, why, since when, and a button where it can be taken back. */
export function waitingList(open: readonly Delivery[], abouts: Abouts, texts: Texts): types.KnownBlock[] {
  const { status } = texts;
  if (open.length === 0) {
    return [section(status.nothingWaits)];
  }
  const listed = open.slice(0, maxListed);
  const more = open.length - listed.length;
  return [
    section(status.waiting(open.length)),
    ...listed.flatMap((delivery) => item(delivery, abouts.get(delivery.id) ?? {}, texts)),
    ...(more > 0 ? [context([status.more(more)])] : []),
    ...(open.some(({ parked }) => parked) ? [parkedButtons(texts)] : []),
  ];
}

/** What may bring on what waits for the person themselves. */
function parkedButtons({ buttons }: Texts): types.KnownBlock {
  return actions(
    button(buttons.tryNow, { kind: 'try-now' }, { style: 'primary' }),
    button(buttons.connectAgain, { kind: 'link' }),
  );
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
    return [why, ...(failure ? [failure.step] : []), until];
  }
  const next = delivery.nextAttemptAt ? [status.nextTry(mrkdwn.time(delivery.nextAttemptAt))] : [];
  return [...(delivery.ambiguous ? [status.mayHaveArrived] : []), why, ...next, until];
}
