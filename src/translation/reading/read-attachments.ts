import type { Block } from '../../domain/document.ts';
import { hasVisibleText } from '../has-visible-text.ts';
import { joined, lineOf, link, paragraph, styled } from '../nodes.ts';
import { isShared, readFooter, readHead } from './attachment-head.ts';
import { readElementLines } from './block-elements.ts';
import { fieldAt, listAt, type Shape, shapeAt, shapesAt, textAt } from './json-shape.ts';
import { readMrkdwnBlocks } from './mrkdwn-blocks.ts';
import { readMrkdwnInlines } from './mrkdwn-inlines.ts';
import { readBlocks } from './read-blocks.ts';
import { readFiles } from './read-files.ts';
import { readListRecords } from './read-list-records.ts';
import { readUnknown } from './read-unknown.ts';
import type { Reading } from './reading.ts';
import { readAddress, readPlainText, readTextBlocks } from './text-object.ts';

/** Reads the message inside of an attachment that passes one on; `otherwise` stands in for text that it lacks. */
export type ReadInner = (message: Shape, otherwise?: () => readonly Block[]) => readonly Block[];

/**
 * One attachment: what an app added below its message, the preview of a link, or a message that was shared. It is
 * quoted, except for its pretext. docs.slack.dev/legacy/legacy-messaging/legacy-secondary-message-attachments
 */
export function readAttachment(attachment: Shape, reading: Reading, readInner: ReadInner): readonly Block[] {
  const head = readHead(attachment, reading);
  const content = readContent(attachment, reading, { readInner, isHeaded: head.length > 0 });
  const files = readFiles([...listAt(attachment, 'files'), ...filesIn(attachment)], reading);
  const body = [...content, ...files, ...readListRecords(attachment, reading)];
  const all = [...head, ...body, ...lineOf(readFooter(attachment))];
  if (isShared(attachment) && !isSeen(body)) {
    reading.add('missing', reading.words.forwardedText);
  }
  const pretext = readMrkdwnBlocks(textAt(attachment, 'pretext') ?? '');
  const quoted = isSeen(all) || isSeen(pretext) ? all : readRest(attachment, reading);
  return quoted.length > 0 ? [...pretext, { kind: 'quote', blocks: quoted }] : pretext;
}

function isSeen(blocks: readonly Block[]): boolean {
  return hasVisibleText({ blocks });
}

/**
 * A message that was shared comes whole, with what is attached to it; what is attached to the attachment itself comes
 * below.
 */
function readContent(attachment: Shape, reading: Reading, { readInner, isHeaded }: Inside): readonly Block[] {
  const [first, ...others] = shapesAt(attachment, 'message_blocks').map((entry) => shapeAt(entry, 'message'));
  const own = () => readOwn(attachment, isHeaded, reading);
  return [
    ...(first === undefined ? own() : readInner(first, own)),
    ...others.flatMap((message) => readInner(message)),
    ...readInner({ attachments: fieldAt(attachment, 'attachments') }),
  ];
}

/** `isHeaded`: who wrote it, and when, stands above. */
type Inside = { readonly readInner: ReadInner; readonly isHeaded: boolean };

/** Blocks say the same as the other fields, and say it better, if they say anything. */
function readOwn(attachment: Shape, isHeaded: boolean, reading: Reading): readonly Block[] {
  const blocks = readBlocks(listAt(attachment, 'blocks'), reading);
  const said = isSeen(blocks) ? blocks : readLegacyContent(attachment, reading);
  return isSeen(said) || !isShared(attachment) ? said : readFallback(attachment, isHeaded);
}

function readLegacyContent(attachment: Shape, reading: Reading): readonly Block[] {
  const picture = readAddress(attachment, 'image_url');
  return [
    ...readMrkdwnBlocks(textAt(attachment, 'text') ?? ''),
    ...shapesAt(attachment, 'fields').flatMap(readField),
    ...(picture === undefined ? [] : [paragraph([link(picture)])]),
    ...readElementLines(listAt(attachment, 'actions'), reading),
  ];
}

function readField(field: Shape): readonly Block[] {
  const title = readPlainText(textAt(field, 'title') ?? '').map((node) => styled(node, { bold: true }));
  return lineOf(joined([title, readMrkdwnInlines(textAt(field, 'value') ?? '')], ': '));
}

/** Files that an attachment is about: a list with its title, and an upload of the time before blocks. */
function filesIn(attachment: Shape): readonly Shape[] {
  const list = shapeAt(attachment, 'list');
  const { filename, url, size, file_id: id } = attachment;
  return [
    ...(Object.keys(list).length > 0 ? [{ filetype: 'list', ...list }] : []),
    ...(typeof filename === 'string' ? [{ id, name: filename, permalink: url, size }] : []),
  ];
}

/**
 * `[July 11th, 2024 4:03 PM] bob: it is done`: who and when stand in the head already. Slack's `[no preview available]`
 * says nothing.
 */
function readFallback(attachment: Shape, isHeaded: boolean): readonly Block[] {
  const fallback = textAt(attachment, 'fallback') ?? '';
  const words = isHeaded ? fallback.replace(/^\[[^\]\n]{1,80}\] [^:\n]{1,100}: ?/, '') : fallback;
  return saysNothing(words) ? [] : readMrkdwnBlocks(words);
}

/** An attachment of which none of the usual fields says anything. */
function readRest(attachment: Shape, reading: Reading): readonly Block[] {
  const fallback = textAt(attachment, 'fallback') ?? '';
  const words = readTextBlocks(fallback);
  if (isSeen(words) && !saysNothing(fallback)) {
    return words;
  }
  const address = readAddress(attachment, 'from_url', 'original_url');
  if (address !== undefined) {
    return [paragraph([link(address)])];
  }
  const rest = Object.fromEntries(Object.entries(attachment).filter(([key]) => !silent.has(key)));
  return Object.keys(rest).length > 0 ? readUnknown({ ...rest, type: 'attachment' }, reading) : [];
}

/** Fields of which people see nothing, or which have been read. */
const silent = new Set([
  'id',
  'type',
  'color',
  'fallback',
  'mrkdwn_in',
  'callback_id',
  'bot_id',
  'app_id',
  'hide_color',
]);

function saysNothing(fallback: string): boolean {
  return /^\s*\[no preview available\]\s*$/i.test(fallback);
}
