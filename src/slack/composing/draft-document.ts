import { previewText, unnamed } from '../../delivery/preview-text.ts';
import type { Submission } from '../../delivery/submission.ts';
import type { Document } from '../../domain/document.ts';
import type { MessageWords } from '../../domain/message-words.ts';
import type { Draft, DraftContent } from '../../tasks/ports.ts';
import { attribute, type Origin } from '../../translation/attribute.ts';
import { hasVisibleText } from '../../translation/has-visible-text.ts';
import { presumedAuthor, readPosted } from '../../translation/read-author.ts';
import { readMessage } from '../../translation/read-message.ts';
import { readMrkdwn } from '../../translation/read-mrkdwn.ts';
import type { MessageFile } from '../../translation/reading/file-along.ts';
import { withLabels } from '../../translation/with-labels.ts';
import { writeRichText } from '../../translation/write-rich-text.ts';
import { escapeText } from '../views/mrkdwn.ts';
import { sortFiles } from './draft-files.ts';
import { shownAuthor } from './shown-author.ts';
import { threadDocument } from './thread-document.ts';
import { fieldValue, fitsField, readWritten } from './written-text.ts';

/** What a person entered beside the task. */
export type Words = {
  /** What they wrote, for `readWritten`. */
  readonly comment: unknown;
  readonly withLink: boolean;
  /** Whether its readers in Slack are to know; as it is set up, where they did not choose. */
  readonly announces?: boolean;
  /** The whole thread of the message goes out. */
  readonly thread?: boolean;
  /** What they put into the form. */
  readonly files?: readonly MessageFile[];
};

/**
 * A draft with a fixed message, which a comment stands above; else what is written into the field is the whole message.
 */
export function isFixed({ content }: Pick<Draft, 'content'>, words: MessageWords): boolean {
  return content.kind === 'message' || (content.kind === 'text' && !fitsField(typedText(content, words)));
}

/** All that a person typed, where the draft keeps that and no message of Slack's. */
export function keptText({ content }: Pick<Draft, 'content'>, words: MessageWords): string | undefined {
  return content.kind === 'text' ? previewText(typedText(content, words), unnamed) : undefined;
}

/** What the field begins with. */
export function firstWords({ content, comment, written }: Draft, words: MessageWords): Words {
  const begun = content.kind === 'text' ? fieldValue(typedText(content, words)) : undefined;
  const thread = content.kind === 'message' && content.thread?.chosen === true;
  return { comment: written ?? comment ?? begun, withLink: true, thread };
}

/**
 * The draft with what was written into its form, which is shown again later. What is more than a field is given becomes
 * the draft's text. `comment` is for the earlier release, which knows nothing else and takes no more.
 */
export function withWritten(draft: Draft, document: Document): Draft {
  const { comment: _comment, written: _written, ...kept } = draft;
  const rich = writeRichText(document);
  if (rich === undefined) {
    return { ...kept, comment: '' };
  }
  const text = previewText(document, unnamed);
  if (!fitsField(document)) {
    return { ...kept, content: { kind: 'text', text: escapeText(text), rich } };
  }
  return { ...kept, written: rich, ...(text.length <= maxEarlierComment ? { comment: text } : {}) };
}

/** The draft with the choice of its whole thread, which is shown again later. */
export function withChoice(draft: Draft, { thread }: Words): Draft {
  const { content } = draft;
  return thread && content.kind === 'message' && content.thread
    ? { ...draft, content: { ...content, thread: { ...content.thread, chosen: true } } }
    : draft;
}

/** What a field held in the earlier release. */
const maxEarlierComment = 3_000;

/**
 * The whole message of a draft, with what of it cannot be carried over. A message with nothing that can be read is
 * nothing, unless there is a comment: then that goes out, with who wrote the message, where and when.
 */
export function messageOf(
  draft: Pick<Draft, 'content' | 'route' | 'takesFiles' | 'files'>,
  given: Words,
  words: MessageWords,
): ReadDraft {
  const read = readDraft(draft, given, words);
  const complete = <Text extends DraftText>({ found = [], ...text }: Text) => {
    const { along, tooMany } = draft.takesFiles
      ? sortFiles(draft, given.files ?? [], found)
      : { along: [], tooMany: draft.files ?? [] };
    const names = tooMany.map(({ name }) => name || words.file);
    const losses = names.length > 0 ? [...text.losses, { kind: 'files', names } as const] : text.losses;
    return { ...text, losses, ...(along.length > 0 ? { files: along } : {}) };
  };
  const { shortening } = read;
  return {
    ...complete(read),
    ...(shortening ? { shortening: { ...shortening, leaveOut: (posts) => complete(shortening.leaveOut(posts)) } } : {}),
  };
}

/** `found`: the files that a draft itself comes with. */
type DraftText = Pick<Submission, 'document' | 'losses'> & { readonly found?: readonly MessageFile[] };

type ReadDraft = Pick<Submission, 'document' | 'losses' | 'gist' | 'shortening' | 'files'>;

/** `found`: the files that the draft itself comes with. */
function readDraft(
  draft: Pick<Draft, 'content' | 'route' | 'takesFiles'>,
  { comment, withLink, thread }: Words,
  words: MessageWords,
): ReadDraft & { readonly found?: readonly MessageFile[] } {
  const { content, route, takesFiles = false } = draft;
  const written = readWritten(comment, words);
  if (!isFixed(draft, words) || content.kind === 'nothing') {
    const begun = content.kind === 'text' ? readMrkdwn(content.text) : { blocks: [] };
    return { ...written, document: withLabels(written.document, begun) };
  }
  if (content.kind === 'text') {
    return { document: joined(written.document, typedText(content, words)), losses: written.losses };
  }
  const place = placeOf(content, route, withLink, words);
  if (thread && content.thread) {
    return threadDocument(content.thread, { place, written, takesFiles }, words);
  }
  const message = readMessage(content.message, words, takesFiles);
  const { document, losses: ofMessage, files: found, sentAt, editedAt } = message;
  const losses = [...ofMessage, ...written.losses];
  const hasComment = written.document.blocks.length > 0;
  if (!hasComment && !hasVisibleText(document)) {
    return { document: { blocks: [] }, losses, found };
  }
  const origin = {
    ...place,
    author: shownAuthor(content.author ?? presumedAuthor(readPosted(content.message)), words),
    when: sentAt,
    editedAt,
    comment: written.document,
  };
  return { document: attribute(document, origin), losses, found, gist: hasComment ? written.document : document };
}

type MessageContent = Extract<DraftContent, { kind: 'message' }>;

function placeOf(
  { channelName, privatePlace, permalink }: MessageContent,
  route: Draft['route'],
  withLink: boolean,
  words: MessageWords,
): Origin {
  return {
    channel: channelName === undefined ? undefined : { id: route.place.channel, label: channelName },
    place: privatePlace && words.places[privatePlace],
    permalink: withLink ? permalink : undefined,
  };
}

type TypedContent = Extract<DraftContent, { kind: 'text' }>;

/** What was written in Slack's composer says more than the mrkdwn of it. */
function typedText({ text, rich }: TypedContent, words: MessageWords): Document {
  return rich === undefined ? readMrkdwn(text) : readWritten(rich, words).document;
}

function joined(above: Document, below: Document): Document {
  return { blocks: [...above.blocks, ...below.blocks] };
}
