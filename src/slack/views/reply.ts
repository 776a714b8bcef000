import type { types } from '@slack/bolt';
import { type Delivery, type DeliveryState, shownState } from '../../domain/delivery.ts';
import type { Texts } from '../../locales/en.ts';
import { plain } from '../../locales/shown.ts';
import { context, type Message, plainText, section } from './blocks.ts';
import { mrkdwn } from './mrkdwn.ts';

/** What tells a message from others, as far as it is known to the reader. */
export type About = {
  /** Its first characters, as they were typed. */
  readonly excerpt?: string;
  /** What its task is called. */
  readonly title?: string;
};

/** How a message stands. */
export type Standing = 'sent' | 'waiting' | 'needs-you' | 'not-sent';

/** Stand beside words for who looks, and never in their place: notifications and screen readers get the words alone. */
export const signs: Record<Standing, string> = { sent: '✅', waiting: '⏳', 'needs-you': '❗', 'not-sent': '❌' };

/** What stands beside the words for how a delivery stands. */
export function signFor(delivery: Pick<Delivery, 'state' | 'parked' | 'outcome'>): string {
  return signs[delivery.parked ? 'needs-you' : standings[shownState(delivery)]];
}

const standings: Record<DeliveryState, Standing> = {
  accepted: 'waiting',
  sending: 'waiting',
  delivered: 'sent',
  refused: 'not-sent',
  unknown: 'needs-you',
  expired: 'not-sent',
  cancelled: 'not-sent',
};

/** A reply about a message: which one, what became of it, why, and the next step. */
export type Reply = {
  /** Absent where it has ended however it did. */
  readonly standing?: Standing | undefined;
  readonly excerpt?: string | undefined;
  readonly outcome: string;
  readonly why?: string | undefined;
  readonly step?: string | undefined;
  /** Codes and the like, for who asks about them. */
  readonly small?: readonly string[];
  readonly below?: readonly types.KnownBlock[];
};

/** A reply of three short lines at most, below the first words of the message, above small print. */
export function replyMessage(reply: Reply, { replies }: Texts): Message {
  const { standing, excerpt, outcome, why, step, small = [], below = [] } = reply;
  const lines = [outcome, why, step].filter((line) => line !== undefined);
  const [first, ...others] = lines;
  const quoted = excerpt ? [replies.quoted(mrkdwn.text(excerpt))] : [];
  return {
    text: [first, ...quoted, ...others, ...small].join(' '),
    blocks: [
      ...excerptBlocks(excerpt, replies),
      section(`${standing ? `${signs[standing]} ` : ''}${lines.join('\n')}`),
      ...(small.length > 0 ? [context(small)] : []),
      ...below,
    ],
  };
}

/** The first words of a message, as text in which no mark, mention or link comes alive. */
export function excerptBlocks(excerpt: string | undefined, replies: Texts['replies']): types.KnownBlock[] {
  return excerpt ? [{ type: 'context', elements: [plainText(replies.quoted(plain.text(excerpt)))] }] : [];
}
