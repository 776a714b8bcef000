import type { Block, Inline } from '../../domain/document.ts';
import { joined, lineOf, paragraph, text } from '../nodes.ts';
import { countAt, fieldAt, type Shape, shapeAt, shapesAt, textAt } from './json-shape.ts';
import { readMrkdwnBlocks } from './mrkdwn-blocks.ts';
import type { Reading } from './reading.ts';
import { decodeEntities } from './slack-reference.ts';
import { readPlainText } from './text-object.ts';

/** What Slack sent of the words of a file; `isWhole` when that is all that there is in it. */
export type FileContent = { readonly blocks: readonly Block[]; readonly isWhole: boolean };

/**
 * The words of a mail, a snippet, a post, or of what somebody said in a clip, as far as they are in the message.
 * docs.slack.dev/reference/objects/file-object; `FileElement` of conversations.history
 */
export function readFileContent(file: Shape, reading: Reading): FileContent {
  switch (textAt(file, 'mode')) {
    case 'email':
      return readMail(file, reading);
    case 'snippet':
      return readSnippet(file);
    case 'post':
    case 'space':
      return readPost(file);
    default:
      return { blocks: readTranscription(file), isWhole: false };
  }
}

/** The files that came with a mail stay in the mail; Slack names them. */
function readMail(file: Shape, { words }: Reading): FileContent {
  const sender = joined(shapesAt(file, 'from').map(correspondent), ', ');
  const body = textAt(file, 'plain_text', 'preview_plain_text', 'preview') ?? '';
  const whole = textAt(file, 'plain_text') !== undefined && fieldAt(file, 'has_more') !== true;
  const enclosed = shapesAt(file, 'attachments').map((one) => textAt(one, 'filename', 'name', 'title'));
  const names = enclosed.filter((name) => name !== undefined).map((name) => [paragraph(readPlainText(`📎 ${name}`))]);
  return {
    blocks: [
      ...subjectOf(file),
      ...lineOf(sender.length > 0 ? [text(`${words.from}: `), ...sender] : []),
      ...quoted(readLines(body, !whole)),
      ...names.flat(),
    ],
    isWhole: whole && enclosed.length === 0 && (countAt(file, 'original_attachment_count') ?? 0) === 0,
  };
}

/** The subject, where the title of the file is another. */
function subjectOf(file: Shape): readonly Block[] {
  const subject = textAt(file, 'subject');
  return subject === undefined || subject === textAt(file, 'title') ? [] : lineOf(readPlainText(subject));
}

function correspondent(person: Shape): readonly Inline[] {
  const [name, address] = [textAt(person, 'name'), textAt(person, 'address')];
  const both = name === undefined || name === address ? address : address === undefined ? name : `${name} (${address})`;
  return readPlainText(both ?? textAt(person, 'original') ?? '');
}

function readSnippet(file: Shape): FileContent {
  const preview = textAt(file, 'preview', 'plain_text', 'preview_plain_text');
  if (preview === undefined) {
    return { blocks: [], isWhole: false };
  }
  const isCut = fieldAt(file, 'preview_is_truncated') === true || (countAt(file, 'lines_more') ?? 0) > 0;
  const content = [text(`${decodeEntities(preview).replace(/\r\n?/g, '\n').replace(/\n$/, '')}${isCut ? '\n…' : ''}`)];
  return { blocks: [{ kind: 'preformatted', content }], isWhole: !isCut };
}

/** A post of the time before canvases; its preview is a part of it. */
function readPost(file: Shape): FileContent {
  const preview = textAt(file, 'plain_text', 'preview_plain_text', 'preview') ?? '';
  return { blocks: quoted(readMrkdwnBlocks(preview)), isWhole: false };
}

/** What was said in a clip. Slack sends the beginning. */
function readTranscription(file: Shape): readonly Block[] {
  const preview = shapeAt(shapeAt(file, 'transcription'), 'preview');
  return quoted(readLines(textAt(preview, 'content') ?? '', fieldAt(preview, 'has_more') === true));
}

function readLines(content: string, isCut: boolean): readonly Block[] {
  const lines = content.replace(/\r\n?/g, '\n').trim();
  return lines === '' ? [] : [paragraph(readPlainText(isCut ? `${lines}…` : lines))];
}

function quoted(blocks: readonly Block[]): readonly Block[] {
  return blocks.length > 0 ? [{ kind: 'quote', blocks }] : [];
}
