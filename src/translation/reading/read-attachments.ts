import type { Block, Inline } from '../../domain/document.ts';
import { present } from '../../domain/present.ts';
import type { LossLog } from '../loss-log.ts';
import { joined, link, paragraph, styled, text } from '../nodes.ts';
import { readMrkdwnBlocks } from '../read-mrkdwn.ts';
import { readBlockElements } from './block-elements.ts';
import { fieldAt, listAt, type Shape, shapeAt, shapesAt, textAt } from './json-shape.ts';
import { readMrkdwnInlines } from './mrkdwn-inlines.ts';
import { readBlocks } from './read-blocks.ts';
import { readFiles } from './read-files.ts';
import { decodeEntities } from './slack-reference.ts';
import { momentAt, secondsOf } from './slack-time.ts';
import { readPlainText, readTextBlocks } from './text-object.ts';

/**
 * One attachment: what an app added below its message, the preview of a link, or a message that was shared. It is
 * quoted, except for its pretext. docs.slack.dev/legacy/legacy-messaging/legacy-secondary-message-attachments
 */
export function readAttachment(attachment: Shape, log: LossLog): readonly Block[] {
  const body = [
    ...readHead(attachment),
    ...readContent(attachment, log),
    ...readFiles(shapesAt(attachment, 'files'), log),
    ...lineOf(readFooter(attachment)),
  ];
  const quoted = body.length > 0 ? body : readTextBlocks(textAt(attachment, 'fallback', 'from_url', 'original_url'));
  const pretext = readMrkdwnBlocks(textAt(attachment, 'pretext') ?? '');
  return quoted.length > 0 ? [...pretext, { kind: 'quote', blocks: quoted }] : pretext;
}

/** Blocks say the same as the other fields, and say it better. */
function readContent(attachment: Shape, log: LossLog): readonly Block[] {
  const shared = shapesAt(attachment, 'message_blocks').map((entry) => shapeAt(entry, 'message'));
  const blocks = [...shared.flatMap((message) => listAt(message, 'blocks')), ...listAt(attachment, 'blocks')];
  const read = readBlocks(blocks, log);
  return read.length > 0 ? read : readLegacyContent(attachment, log);
}

function readLegacyContent(attachment: Shape, log: LossLog): readonly Block[] {
  const picture = textAt(attachment, 'image_url');
  return [
    ...readMrkdwnBlocks(textAt(attachment, 'text') ?? ''),
    ...shapesAt(attachment, 'fields').flatMap((field) => lineOf(readField(field))),
    ...(picture === undefined ? [] : [paragraph([link(picture)])]),
    ...lineOf(readBlockElements(listAt(attachment, 'actions'), ' · ', log)),
  ];
}

function readField(field: Shape): readonly Inline[] {
  const title = readPlainText(textAt(field, 'title') ?? '').map((node) => styled(node, { bold: true }));
  return joined([title, readMrkdwnInlines(textAt(field, 'value') ?? '')], ': ');
}

/** Who wrote it, where and when, and the title. */
function readHead(attachment: Shape): readonly Block[] {
  const title = textAt(attachment, 'title');
  const titleLink = textAt(attachment, 'title_link', 'from_url');
  const origin = [readAuthor(attachment), ...(isShared(attachment) ? readOrigin(attachment) : [])];
  return [
    ...lineOf(joined(origin, ' · ')),
    ...(title === undefined ? [] : [paragraph([styled(named(titleLink, title), { bold: true })])]),
  ];
}

function readAuthor(attachment: Shape): readonly Inline[] {
  const name = textAt(attachment, 'author_name', 'author_subname', 'service_name');
  const id = textAt(attachment, 'author_id');
  if (name !== undefined) {
    return [styled(named(textAt(attachment, 'author_link'), name), { bold: true })];
  }
  return id === undefined ? [] : [{ kind: 'user', id }];
}

function isShared(attachment: Shape): boolean {
  return fieldAt(attachment, 'is_share') === true || fieldAt(attachment, 'is_msg_unfurl') === true;
}

function readOrigin(attachment: Shape): readonly (readonly Inline[])[] {
  const id = textAt(attachment, 'channel_id');
  const label = textAt(attachment, 'channel_name');
  const seconds = secondsOf(fieldAt(attachment, 'ts'));
  const address = textAt(attachment, 'from_url');
  return [
    id === undefined ? [] : [{ kind: 'channel', id, ...present({ label }) }],
    seconds === undefined ? [] : [momentAt(seconds)],
    address === undefined ? [] : [link(address, 'Slack')],
  ];
}

function readFooter(attachment: Shape): readonly Inline[] {
  if (isShared(attachment)) {
    return [];
  }
  const seconds = secondsOf(fieldAt(attachment, 'ts'));
  return joined(
    [readPlainText(textAt(attachment, 'footer') ?? ''), seconds === undefined ? [] : [momentAt(seconds)]],
    ' · ',
  );
}

function named(address: string | undefined, label: string): Inline {
  const shown = decodeEntities(label);
  return address === undefined ? text(shown) : link(decodeEntities(address), shown);
}

function lineOf(content: readonly Inline[]): readonly Block[] {
  return content.length > 0 ? [paragraph(content)] : [];
}
