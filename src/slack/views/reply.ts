import type { types } from '@slack/bolt';
import { type Delivery, type DeliveryState, shownState } from '../../domain/delivery.ts';
import type { Texts } from '../../locales/en.ts';
import { plain } from '../../locales/shown.ts';
import { context, type Message, plainText, section } from './blocks.ts';
import { mrkdwn } from './mrkdwn.ts';

/** What a reader recognises a message by. */
export type About = {
  /** Its first characters, as they were typed. */
  readonly excerpt?: string;
  /** The title of its task; present only when the reader may read it. */
  readonly title?: string;
};

/** The state of a message, as its sender reads it. */
export type Standing = 'sent' | 'waiting' | 'needs-you' | 'not-sent';

/** Emoji that stand before the words and never replace them: notifications and screen readers have the words alone. */
export const signs: Record<Standing, string> = { sent: '✅', waiting: '⏳', 'needs-you': '❗', 'not-sent': '❌' };

/** The emoji for the state of a delivery. */
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

/** A reply about a message. Texts are mrkdwn. */
export type Reply = {
  /** Absent when the reply does not say how the message ended. */
  readonly standing?: Standing | undefined;
  /** The first words of the message. */
  readonly excerpt?: string | undefined;
  readonly outcome: string;
  readonly why?: string | undefined;
  /** The next step. */
  readonly step?: string | undefined;
  /** Small print, such as error codes. */
  readonly small?: readonly string[];
  /** Blocks at the end, such as buttons. */
  readonly below?: readonly types.KnownBlock[];
};

/** Lays a reply out: the first words of the message, then up to three lines, then small print. */
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

/** The first words of a message, as plain text: nothing in it becomes formatting, a mention or a link. */
export function excerptBlocks(excerpt: string | undefined, replies: Texts['replies']): types.KnownBlock[] {
  return excerpt ? [{ type: 'context', elements: [plainText(replies.quoted(plain.text(excerpt)))] }] : [];
}
