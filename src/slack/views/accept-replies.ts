import type { Accepted } from '../../delivery/submission.ts';
import { shownState } from '../../domain/delivery.ts';
import type { Document } from '../../domain/document.ts';
import type { AcceptFailure } from '../../domain/failure.ts';
import type { Texts } from '../../locales/en.ts';
import { actions, button, type Message } from './blocks.ts';
import { parkedButtons } from './delivery-replies.ts';
import { describeFailure, showPortal } from './describe-failure.ts';
import { mrkdwn } from './mrkdwn.ts';
import { type Reply, replyMessage } from './reply.ts';
import { showTask, showTaskNumber } from './show-task.ts';
import { typedBlocks } from './typed-blocks.ts';

/** What is at hand of the message that an answer is about. */
export type Kept = {
  /** Its first characters. */
  readonly excerpt?: string | undefined;
  /** Of its task, where the reader may know it. */
  readonly title?: string | undefined;
  /** The draft that holds it, for going on in the form. */
  readonly draft?: string | undefined;
  /** All of it, where no draft holds it: the answer shows it. */
  readonly typed?: Document | undefined;
};

/** What the person is told at once about what they asked to send; `undefined` where a reply of its own follows. */
export function acceptedReply(accepted: Accepted, texts: Texts, kept: Kept = {}): Message | undefined {
  switch (accepted.kind) {
    case 'accepted':
      return accepted.parked && replyMessage(parkedAtOnce(accepted, accepted.parked, texts, kept), texts);
    case 'duplicate':
      return undefined;
    case 'said-before':
      return replyMessage(saidBefore(accepted, texts, kept), texts);
    case 'failed':
      return refusedReply(accepted.failure, texts, kept);
  }
}

/** Why nothing was accepted. */
export function refusedReply(failure: AcceptFailure, texts: Texts, kept: Kept = {}): Message {
  return replyMessage(refusal(failure, texts, kept), texts);
}

type Taken = Extract<Accepted, { kind: 'accepted' }>;

function parkedAtOnce(
  accepted: Taken,
  parked: NonNullable<Taken['parked']>,
  texts: Texts,
  { excerpt, title }: Kept,
): Reply {
  const { happened, step, small } = describeFailure(parked, accepted, texts);
  return {
    standing: 'needs-you',
    excerpt,
    outcome: texts.replies.parked(showTaskNumber(accepted.task, title)),
    why: happened,
    step,
    small,
    below: [parkedButtons(accepted, texts)],
  };
}

function saidBefore(
  { delivery, nonce }: Extract<Accepted, { kind: 'said-before' }>,
  { replies, buttons }: Texts,
  { excerpt, title }: Kept,
): Reply {
  const task = showTask(delivery, title);
  const again = { kind: 'send-again', delivery: delivery.id, nonce } as const;
  return {
    standing: 'needs-you',
    excerpt,
    outcome: replies.saidBefore({ task, at: mrkdwn.time(delivery.acceptedAt), state: shownState(delivery) }),
    below: [actions(button(buttons.sendAnyway, again))],
  };
}

/** Nothing was stored: the answer leads on with the text, or shows it. */
function refusal(failure: AcceptFailure, texts: Texts, { excerpt, draft, typed }: Kept): Reply {
  const { buttons } = texts;
  const goingOn = draft === undefined ? undefined : ({ kind: 'choose-task', draft } as const);
  const label = failure.kind === 'foreign-portal' ? buttons.chooseTask : buttons.openForm;
  const ways =
    failure.kind === 'not-linked'
      ? [button(buttons.link, { kind: 'link', ...(draft === undefined ? {} : { draft }) }, { style: 'primary' })]
      : goingOn
        ? [button(label, goingOn, { style: 'primary' })]
        : [];
  return {
    standing: 'not-sent',
    excerpt,
    outcome: whyNotTaken(failure, texts.acceptFailures),
    below: [...(ways.length > 0 ? [actions(...ways)] : []), ...(typed === undefined ? [] : typedBlocks(typed, texts))],
  };
}

function whyNotTaken(failure: AcceptFailure, words: Texts['acceptFailures']): string {
  switch (failure.kind) {
    case 'foreign-portal':
      return words['foreign-portal']({ portal: showPortal(failure.portal), linked: showPortal(failure.linked) });
    case 'text-too-long':
      return words['text-too-long'](failure);
    case 'too-many-waiting':
      return words['too-many-waiting'](failure.most);
    case 'not-linked':
    case 'text-empty':
    case 'other-version-accepted':
    case 'storage-unavailable':
    case 'storage-unconfirmed':
      return words[failure.kind];
  }
}
