import type { Block, Document, Inline } from '../domain/document.ts';
import { joined, link, paragraph, styled, text } from './nodes.ts';
import { momentAt } from './reading/slack-time.ts';

/** Who wrote it, in the words that are shown. `note`: how a person posted it, where not by hand. */
export type ShownAuthor =
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
  /** The comment of the person who passes it on. */
  readonly comment?: Document | undefined;
};

/** A message of somebody else's, quoted below the sender's own comment, with who wrote it, where and when. */
export function attribute(document: Document, origin: Origin): Document {
  const { author, channel, place, when, editedAt, permalink, comment } = origin;
  const head = joined(
    [
      author === undefined ? [] : authorOf(author),
      channel === undefined ? [] : [{ kind: 'channel', ...channel }],
      place === undefined ? [] : [text(place)],
      when === undefined ? [] : [momentAt(when)],
      editedAt === undefined ? [] : [text('✏️ '), momentAt(editedAt)],
      permalink === undefined ? [] : [link(permalink, 'Slack')],
    ],
    ' · ',
  );
  const quoted: readonly Block[] = head.length > 0 ? [paragraph(head), ...document.blocks] : document.blocks;
  const remark = comment === undefined || comment.blocks.length === 0 ? [] : [...comment.blocks, paragraph()];
  return { blocks: [...remark, { kind: 'quote', blocks: quoted }] };
}

function authorOf(author: ShownAuthor): readonly Inline[] {
  if (author.kind === 'app') {
    return [styled(text(author.name), { bold: true })];
  }
  const { note, ...user } = author;
  return [styled(user, { bold: true }), ...(note === undefined ? [] : [text(` ${note}`)])];
}
