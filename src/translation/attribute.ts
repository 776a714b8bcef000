import type { Block, Document, Inline } from '../domain/document.ts';
import { joined, lineOf, link, paragraph, styled, text } from './nodes.ts';
import { momentAt } from './reading/slack-time.ts';
import { mapInlines } from './walk-document.ts';

/** The author of a message, in the words that are shown. */
export type ShownAuthor =
  /** `note`: how the person posted it, when not by hand. */
  | { readonly kind: 'user'; readonly id: string; readonly label?: string; readonly note?: string }
  | { readonly kind: 'app'; readonly name: string };

/** The known facts about a message that is passed on. Times are epoch seconds. */
export type Origin = {
  readonly author?: ShownAuthor | undefined;
  /** The channel, where it has a name that others may read. */
  readonly channel?: { readonly id: string; readonly label?: string } | undefined;
  /** What the conversation is, where it has none. */
  readonly place?: string | undefined;
  readonly when?: number | undefined;
  readonly editedAt?: number | undefined;
  readonly permalink?: string | undefined;
  /** What else is to be known about it. */
  readonly note?: string | undefined;
};

/** The comment of the person who passes it on. */
type Commented = { readonly comment?: Document | undefined };

/** A message that is passed on, with what is known about it. */
export type Attributed = { readonly document: Document; readonly origin: Origin };

/**
 * A message of somebody else's below the sender's own comment: who wrote it, where and when, then the message, quoted.
 * The comment comes first, and the line about the author stands outside of the quote, because Bitrix24's push notices
 * begin with them; of a message that begins with a quote they say nothing. Whoever is named in the message, its author
 * included, gets no notice: the sender mentions people in the comment.
 */
export function attribute(document: Document, { comment, ...origin }: Origin & Commented): Document {
  return { blocks: [...remark(comment), ...passedOn({ document, origin })] };
}

/**
 * The same of a whole thread, post below post. `gap` stands below the first one, where others between it and the next
 * one are left out.
 */
export function attributeThread(
  posts: readonly Attributed[],
  { comment, gap }: Commented & { readonly gap?: string | undefined },
): Document {
  const [first = [], ...others] = posts.map(passedOn);
  const shown = gap === undefined ? [first, ...others] : [first, [paragraph([text(gap)])], ...others];
  return {
    blocks: [...remark(comment), ...shown.flatMap((blocks, at) => (at === 0 ? blocks : [paragraph(), ...blocks]))],
  };
}

function remark(comment: Document | undefined): readonly Block[] {
  return comment === undefined || comment.blocks.length === 0 ? [] : [...comment.blocks, paragraph()];
}

/** Of a message without anything to read there is only the line about it. */
function passedOn({ document, origin }: Attributed): readonly Block[] {
  const { author, channel, place, when, editedAt, permalink, note } = origin;
  const head = joined(
    [
      author === undefined ? [] : authorOf(author),
      channel === undefined ? [] : [{ kind: 'channel', ...channel }],
      place === undefined ? [] : [text(place)],
      when === undefined ? [] : [momentAt(when)],
      editedAt === undefined ? [] : [text('✏️ '), momentAt(editedAt)],
      permalink === undefined ? [] : [link(permalink, 'Slack')],
      note === undefined ? [] : [text(note)],
    ],
    ' · ',
  );
  return [...lineOf(head), { kind: 'quote', blocks: document.blocks.map((block) => mapInlines(block, named)) }];
}

function authorOf(author: ShownAuthor): readonly Inline[] {
  if (author.kind === 'app') {
    return [styled(text(author.name), { bold: true })];
  }
  const { note, ...user } = author;
  return [{ ...user, as: 'name', style: { bold: true } }, ...(note === undefined ? [] : [text(` ${note}`)])];
}

/** Names stand in place of mentions. */
function named(node: Inline): Inline {
  return node.kind === 'user' && node.as === undefined ? { ...node, as: 'quiet' } : node;
}
