import type { types } from '@slack/bolt';
import type { Report } from '../../delivery/ports.ts';
import type { Delivery, Outcome } from '../../domain/delivery.ts';
import type { Loss } from '../../domain/document.ts';
import { type PortalFailure, remedyFor } from '../../domain/failure.ts';
import { taskUrl } from '../../domain/portal.ts';
import type { Texts } from '../../locales/en.ts';
import { detailsOf } from '../../translation/loss-log.ts';
import { sendAgainNonce } from './action-ids.ts';
import { actions, button, context, type Message, message } from './blocks.ts';
import { describeFailure, showPortal } from './describe-failure.ts';
import { type FilesOf, fileLines, filesOf } from './file-lines.ts';
import { mrkdwn } from './mrkdwn.ts';
import { type Reply, replyMessage } from './reply.ts';
import { showTask } from './show-task.ts';
import { takeBackButton } from './take-back-replies.ts';

/** What came of telling the readers of a message. `unsure`: a reply may stand there, so none is posted after it. */
export type Announced =
  | { readonly kind: 'made' }
  | { readonly kind: 'unsure' }
  | { readonly kind: 'not'; readonly why: 'no-member' | 'no-mark-scope' | 'no-reply-scope' | 'refused' };

/** What a reply about a delivery is made from. */
export type Told = Pick<Report, 'kind' | 'delivery' | 'files' | 'losses' | 'wording'> & {
  /** Of the task, where it is known to the sender. */
  readonly title?: string | undefined;
  /** What its readers in Slack got to know, where its sender wanted that. */
  readonly announced?: Announced;
  /** Its author may delete it from the chat again. */
  readonly takesBack?: boolean;
  /** It is read away from where the message was sent. */
  readonly elsewhere?: boolean;
};

/** The reply that a report asks for: which message, what happened, whether it went out, the next step. */
export function replyTo(told: Told, texts: Texts): Message {
  switch (told.kind) {
    case 'waiting':
      return replyMessage(waitingReply(told, texts), texts);
    case 'parked':
      return replyMessage(parkedReply(told, texts), texts);
    case 'final':
      return replyMessage(finalReply(told, texts), texts);
  }
}

/** The one notice for many messages of a sender that wait. */
export function manyWaitingReply(waiting: number, { replies }: Texts): Message {
  return message(replies.manyWait(waiting));
}

/** Plain success names the message only where it is not read below it. */
function finalReply(told: Told, texts: Texts): Reply {
  const { delivery, files, losses, wording, title, elsewhere, announced, takesBack } = told;
  const outcome = delivery.outcome ?? { kind: 'unknown' };
  const sorted = filesOf(delivery, files);
  const excerpt = outcome.kind === 'delivered' && !elsewhere ? undefined : wording?.excerpt;
  return {
    ...ending(outcome, { delivery, sorted }, texts, title),
    excerpt,
    ...(announced ? { step: notAnnounced(announced, texts) } : {}),
    below: [
      ...(outcome.kind === 'delivered' ? fileLines(sorted, texts) : []),
      ...lossLines(losses, texts),
      ...waysOn(outcome, delivery, texts, takesBack),
    ],
  };
}

function notAnnounced(announced: Announced, { replies }: Texts): string | undefined {
  switch (announced.kind) {
    case 'made':
      return undefined;
    case 'unsure':
      return replies.announcedPerhaps;
    case 'not':
      return replies.notAnnounced[announced.why];
  }
}

function ending(
  outcome: Outcome,
  { delivery, sorted }: { readonly delivery: Delivery; readonly sorted: FilesOf },
  texts: Texts,
  title: string | undefined,
): Reply {
  const { replies } = texts;
  const failure =
    'failure' in outcome && outcome.failure ? describeFailure(outcome.failure, delivery, texts) : undefined;
  const small = failure?.small ?? [];
  const wentOutTo = wentOut(delivery, texts, title);
  switch (outcome.kind) {
    case 'delivered':
      return delivered(delivery, sorted, texts, title);
    case 'refused':
      return { standing: 'not-sent', outcome: wentOutTo, why: failure?.happened, step: failure?.step, small };
    case 'expired': {
      const why = [replies.expired, ...(failure ? [failure.happened] : [])].join(' ');
      return { standing: 'not-sent', outcome: wentOutTo, why, step: replies.sendAgainLater, small };
    }
    case 'cancelled':
      return { standing: 'not-sent', outcome: wentOutTo, why: replies.cancelled[outcome.by] };
    case 'unknown': {
      const why = failure?.happened ?? (outcome.restored ? replies.restored : replies.interrupted);
      const uncertain = mayHaveGoneOut(delivery, texts, title);
      const hints = outcome.chatScopeMissing ? [replies.chatScopeMissing] : [];
      return { standing: 'needs-you', outcome: uncertain, why, step: replies.lookFirst, small: [...hints, ...small] };
    }
  }
}

/** Files may go alone, and then none of them may have gone. */
function delivered(
  delivery: Delivery,
  { texts: parts, taken }: FilesOf,
  { replies }: Texts,
  title: string | undefined,
): Reply {
  const task = showTask(delivery, title);
  return parts + taken.length > 0
    ? { standing: 'sent', outcome: replies.sent({ task, parts }) }
    : { standing: 'not-sent', outcome: replies.notSent(task) };
}

function wentOut(delivery: Delivery, { replies }: Texts, title: string | undefined): string {
  const { parts, partsDelivered: delivered } = delivery;
  const task = showTask(delivery, title);
  return delivered === 0 ? replies.notSent(task) : replies.partlySent({ task, delivered, parts });
}

function mayHaveGoneOut(delivery: Delivery, { replies }: Texts, title: string | undefined): string {
  const { parts, partsDelivered: delivered } = delivery;
  const task = showTask(delivery, title);
  return parts === 1 ? replies.maybeSent(task) : replies.maybePartlySent({ task, delivered, parts });
}

/** The buttons below a result. When the message may have arrived, the task comes before sending again. */
function waysOn(outcome: Outcome, delivery: Delivery, texts: Texts, takesBack = false): types.KnownBlock[] {
  const { buttons } = texts;
  if (outcome.kind === 'delivered') {
    return takesBack ? [actions(takeBackButton(delivery, texts))] : [];
  }
  const url = taskUrl(delivery.portal, delivery.bitrixUserId, delivery.task);
  const shown = [
    ...(outcome.kind === 'unknown' ? [button(buttons.openTask, { kind: 'open-task' }, { url, style: 'primary' })] : []),
    ...(delivery.hasText && outcome.kind === 'refused' ? editing(outcome.failure, delivery, texts) : []),
    ...(delivery.hasText ? [sendAgain(outcome, delivery, texts)] : []),
  ];
  return shown.length > 0 ? [actions(...shown)] : [];
}

/** Where another task or another text may help, the form goes on with the message. */
function editing(failure: PortalFailure, { id }: Delivery, { buttons }: Texts): types.Button[] {
  const isOfTheTask = ['check-task', 'check-number', 'open-chat'].includes(remedyFor(failure));
  const isOfTheText = remedyFor(failure) === 'change-text' || failure.kind === 'intermediary-refused';
  const label = isOfTheTask ? buttons.chooseTask : buttons.openForm;
  const action = { kind: 'edit-delivery', delivery: id } as const;
  return isOfTheTask || isOfTheText ? [button(label, action, { style: 'primary' })] : [];
}

function sendAgain(outcome: Outcome, delivery: Delivery, { buttons }: Texts): types.Button {
  const twice = outcome.kind === 'unknown' || delivery.partsDelivered > 0;
  const action = { kind: 'send-again', delivery: delivery.id, nonce: sendAgainNonce } as const;
  return button(buttons.sendAgain, action, twice ? { confirm: buttons.confirmTwice } : {});
}

function waitingReply({ delivery, wording, title }: Told, texts: Texts): Reply {
  const { replies } = texts;
  const task = showTask(delivery, title);
  const next = delivery.nextAttemptAt === undefined ? undefined : mrkdwn.time(delivery.nextAttemptAt);
  const failure = delivery.waitingFor ? describeFailure(delivery.waitingFor, delivery, texts) : undefined;
  const about = { standing: 'waiting', excerpt: wording?.excerpt, small: failure?.small ?? [] } as const;
  if (delivery.ambiguous) {
    return { ...about, outcome: replies.notConfirmedYet(task), why: failure?.happened, step: replies.asksAgain(next) };
  }
  if (delivery.state === 'sending' && !failure) {
    return { ...about, outcome: replies.beingSent({ task, portal: showPortal(delivery.portal) }) };
  }
  return {
    ...about,
    outcome: replies.notSentYet(task),
    why: failure?.happened ?? replies.waitsItsTurn,
    step: next ? replies.nextTry(next) : replies.goesByItself,
    below: [actions(doNotSend(delivery, texts))],
  };
}

function parkedReply({ delivery, wording, title }: Told, texts: Texts): Reply {
  const { replies } = texts;
  const failure = delivery.waitingFor ? describeFailure(delivery.waitingFor, delivery, texts) : undefined;
  return {
    standing: 'needs-you',
    excerpt: wording?.excerpt,
    outcome: replies.parked(showTask(delivery, title)),
    why: failure?.happened,
    step: failure?.step,
    small: [...(failure?.small ?? []), replies.restWaits],
    below: [parkedButtons(delivery, texts)],
  };
}

/** What may bring on a message that waits for its sender, and what takes it back. */
export function parkedButtons(delivery: Pick<Delivery, 'id' | 'task'>, texts: Texts): types.ActionsBlock {
  const { buttons } = texts;
  return actions(
    button(buttons.connectAgain, { kind: 'link' }, { style: 'primary' }),
    button(buttons.tryNow, { kind: 'try-now' }),
    doNotSend(delivery, texts),
  );
}

function doNotSend({ id, task }: Pick<Delivery, 'id' | 'task'>, { buttons }: Texts): types.Button {
  return button(buttons.cancel, { kind: 'cancel', delivery: id, from: 'reply' }, { spoken: buttons.cancelTask(task) });
}

const maxNamed = 5;

/** Small print about what was lost on the way; no blocks when nothing was. */
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
  return loss.kind === 'custom-emoji' ? loss.names.map((name) => `:${name}:`) : detailsOf(loss);
}
