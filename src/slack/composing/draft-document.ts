import type { Submission } from '../../delivery/submission.ts';
import type { Author } from '../../domain/author.ts';
import type { Document } from '../../domain/document.ts';
import type { MessageWords } from '../../domain/message-words.ts';
import type { Draft } from '../../tasks/ports.ts';
import { attribute, type ShownAuthor } from '../../translation/attribute.ts';
import { hasVisibleText } from '../../translation/has-visible-text.ts';
import { presumedAuthor, readPosted } from '../../translation/read-author.ts';
import { readMessage } from '../../translation/read-message.ts';
import { readMrkdwn } from '../../translation/read-mrkdwn.ts';
import { readTyped, typedForm } from './typed-text.ts';

/** What a person entered beside the task. */
export type Words = {
  readonly comment: string;
  readonly withLink: boolean;
  /** Whether its readers in Slack are to know; as it is set up, where they did not choose. */
  readonly announces?: boolean;
};

/**
 * A draft with a fixed message, which a comment stands above; else what is typed into the field is the whole message.
 */
export function isFixed({ content }: Pick<Draft, 'content'>): boolean {
  return content.kind === 'message' || (content.kind === 'text' && typedForm(content.text) === undefined);
}

/** What the field begins with. */
export function firstWords({ content, comment }: Pick<Draft, 'content' | 'comment'>): Words {
  const typed = content.kind === 'text' ? typedForm(content.text) : undefined;
  return { comment: comment ?? typed ?? '', withLink: true };
}

/**
 * The whole message of a draft, with what of it cannot be carried over. A message with nothing that can be read is
 * nothing, unless there is a comment: then that goes out, with who wrote the message, where and when.
 */
export function messageOf(
  draft: Pick<Draft, 'content' | 'route'>,
  { comment, withLink }: Words,
  messageWords: MessageWords,
): Pick<Submission, 'document' | 'losses' | 'gist'> {
  const { content, route } = draft;
  const typed = comment.trim() === '' ? { blocks: [] } : readTyped(comment);
  if (!isFixed(draft) || content.kind === 'nothing') {
    return { document: typed, losses: [] };
  }
  if (content.kind === 'text') {
    return { document: joined(typed, readMrkdwn(content.text)), losses: [] };
  }
  const { document, losses, sentAt, editedAt } = readMessage(content.message, messageWords);
  if (typed.blocks.length === 0 && !hasVisibleText(document)) {
    return { document: { blocks: [] }, losses };
  }
  const { channelName, privatePlace, permalink } = content;
  const origin = {
    author: shownAuthor(content.author ?? presumedAuthor(readPosted(content.message)), messageWords),
    channel: channelName === undefined ? undefined : { id: route.place.channel, label: channelName },
    place: privatePlace && messageWords.places[privatePlace],
    when: sentAt,
    editedAt,
    permalink: withLink ? permalink : undefined,
    comment: typed,
  };
  return { document: attribute(document, origin), losses, gist: typed.blocks.length > 0 ? typed : document };
}

function shownAuthor(author: Author | undefined, words: MessageWords): ShownAuthor | undefined {
  if (author?.kind === 'app') {
    return { kind: 'app', name: author.name ?? words.app };
  }
  if (author?.via === undefined) {
    return author;
  }
  const { via, ...person } = author;
  return { ...person, note: `${words.via} ${via}` };
}

function joined(above: Document, below: Document): Document {
  return { blocks: [...above.blocks, ...below.blocks] };
}
