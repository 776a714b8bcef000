import type { types } from '@slack/bolt';
import type { Report } from '../../delivery/ports.ts';
import type { Delivery, Outcome } from '../../domain/delivery.ts';
import type { Loss } from '../../domain/document.ts';
import type { Texts } from '../../locales/en.ts';
import { actions, button, context, type Message, message } from './blocks.ts';
import { describeFailure, showPortal } from './describe-failure.ts';
import { mrkdwn } from './mrkdwn.ts';
import { showTask } from './show-task.ts';

/** The reply that a report asks for. */
export function replyTo(
  { kind, delivery, losses }: Pick<Report, 'kind' | 'delivery' | 'losses'>,
  texts: Texts,
  title?: string,
): Message {
  switch (kind) {
    case 'waiting':
      return waitingReply(delivery, texts);
    case 'parked':
      return parkedReply(delivery, texts);
    case 'final':
      return finalReply(delivery, losses, texts, title);
  }
}

/** The one notice for many messages of a sender that wait. */
export function manyWaitingReply(waiting: number, { replies }: Texts): Message {
  return message(replies.manyWait(waiting));
}

/** How a delivery ended: what happened, whether it went out, the next step. `title`: of its task, where it is known. */
export function finalReply(delivery: Delivery, losses: readonly Loss[], texts: Texts, title?: string): Message {
  const outcome = delivery.outcome ?? { kind: 'unknown' };
  const text = finalText(outcome, delivery, texts, title);
  const below = [...lossLines(losses, texts), ...sendAgain(outcome, delivery, texts)];
  return message(text, ...below);
}

/** One for every reply about a delivery: whichever of them is pressed, and how often, it makes one message. */
const sendAgainNonce = 'again';

function finalText(outcome: Outcome, delivery: Delivery, texts: Texts, title: string | undefined): string {
  const { replies } = texts;
  const failure =
    'failure' in outcome && outcome.failure ? describeFailure(outcome.failure, delivery, texts) : undefined;
  switch (outcome.kind) {
    case 'delivered':
      return replies.sent({ task: showTask(delivery, title), parts: delivery.parts });
    case 'refused':
      return sentences(wentOut(delivery, texts), failure?.happened, failure?.step);
    case 'expired':
      return sentences(wentOut(delivery, texts), replies.expired, failure?.happened, replies.sendAgainLater);
    case 'cancelled':
      return sentences(wentOut(delivery, texts), replies.cancelled[outcome.by]);
    case 'unknown':
      return sentences(
        mayHaveGoneOut(delivery, texts),
        failure?.happened ?? (outcome.restored ? replies.restored : replies.interrupted),
        replies.lookFirst,
      );
  }
}

function wentOut(delivery: Delivery, { replies }: Texts): string {
  const { parts, partsDelivered: delivered } = delivery;
  const task = showTask(delivery);
  return delivered === 0 ? replies.notSent(task) : replies.partlySent({ task, delivered, parts });
}

function mayHaveGoneOut(delivery: Delivery, { replies }: Texts): string {
  const { parts, partsDelivered: delivered } = delivery;
  const task = showTask(delivery);
  return parts === 1 ? replies.maybeSent(task) : replies.maybePartlySent({ task, delivered, parts });
}

function sendAgain(outcome: Outcome, delivery: Delivery, { buttons }: Texts): types.KnownBlock[] {
  if (outcome.kind === 'delivered' || !delivery.hasText) {
    return [];
  }
  const twice = outcome.kind === 'unknown' || delivery.partsDelivered > 0;
  const action = { kind: 'send-again', delivery: delivery.id, nonce: sendAgainNonce } as const;
  return [actions(button(buttons.sendAgain, action, twice ? { confirm: buttons.confirmTwice } : {}))];
}

function waitingReply(delivery: Delivery, texts: Texts): Message {
  const { replies } = texts;
  const task = showTask(delivery);
  const until = mrkdwn.time(delivery.deadlineAt);
  const why = delivery.waitingFor ? describeFailure(delivery.waitingFor, delivery, texts).happened : undefined;
  if (delivery.ambiguous) {
    return message(sentences(replies.notConfirmedYet(task), why, replies.asksAgain(until)));
  }
  if (delivery.state === 'sending' && why === undefined) {
    return message(replies.beingSent({ task, portal: showPortal(delivery.portal) }));
  }
  const text = sentences(replies.notSentYet(task), why ?? replies.waitsItsTurn, replies.keepsTrying(until));
  return message(text, actions(cancelButton(delivery, texts)));
}

function parkedReply(delivery: Delivery, texts: Texts): Message {
  const { replies, buttons } = texts;
  const why = delivery.waitingFor ? describeFailure(delivery.waitingFor, delivery, texts) : undefined;
  const parked = replies.parked({ task: showTask(delivery), until: mrkdwn.time(delivery.deadlineAt) });
  return message(
    sentences(parked, why?.happened, why?.step, replies.restWaits),
    actions(
      button(buttons.link, { kind: 'link' }, { style: 'primary' }),
      button(buttons.tryNow, { kind: 'try-now' }),
      cancelButton(delivery, texts),
    ),
  );
}

function cancelButton(delivery: Delivery, { buttons }: Texts): types.Button {
  const action = { kind: 'cancel', delivery: delivery.id, from: 'reply' } as const;
  return button(buttons.cancel, action, { spoken: buttons.cancelTask(delivery.task) });
}

const maxNamed = 5;

/** Small print about what could not be carried over; nothing where nothing was lost. */
export function lossLines(losses: readonly Loss[], texts: Texts): types.KnownBlock[] {
  if (losses.length === 0) {
    return [];
  }
  const lines = losses.map((loss) => {
    const all = namesOf(loss);
    const names = all.slice(0, maxNamed).map(mrkdwn.text);
    return texts.losses[loss.kind]({ names, more: all.length - names.length });
  });
  return [context(lines)];
}

function namesOf(loss: Loss): readonly string[] {
  switch (loss.kind) {
    case 'custom-emoji':
      return loss.names.map((name) => `:${name}:`);
    case 'files':
      return loss.names;
    case 'links':
      return loss.addresses;
    case 'unsupported':
      return loss.types;
    case 'missing':
      return loss.parts;
    case 'cut':
      return [];
  }
}

function sentences(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join(' ');
}
