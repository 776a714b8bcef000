import type { Block, Inline } from '../../domain/document.ts';
import { joined, lineOf, link, paragraph, styled, text } from '../nodes.ts';
import { fieldAt, type Shape, textAt } from './json-shape.ts';
import { readPlace } from './read-place.ts';
import type { Reading } from './reading.ts';
import { momentAt, secondsOf } from './slack-time.ts';
import { readAddress, readLabel, readPlainText } from './text-object.ts';

/** Whether the attachment is a message: one that was shared, or whose address was posted. */
export function isShared(attachment: Shape): boolean {
  return fieldAt(attachment, 'is_share') === true || fieldAt(attachment, 'is_msg_unfurl') === true;
}

/** Who wrote it, where and when, and the title. */
export function readHead(attachment: Shape, reading: Reading): readonly Block[] {
  const title = readLabel(textAt(attachment, 'title'), reading);
  const origin = isShared(attachment) ? readOrigin(attachment, reading) : [];
  return [
    ...lineOf(joined([...readAuthors(attachment, reading), ...origin], ' · ')),
    ...(title === undefined
      ? []
      : [paragraph([styled(named(readAddress(attachment, 'title_link', 'from_url'), title), { bold: true })])]),
  ];
}

/** The small print below. */
export function readFooter(attachment: Shape): readonly Inline[] {
  if (isShared(attachment)) {
    return [];
  }
  const seconds = secondsOf(fieldAt(attachment, 'ts'));
  return joined(
    [readPlainText(textAt(attachment, 'footer') ?? ''), seconds === undefined ? [] : [momentAt(seconds)]],
    ' · ',
  );
}

/** Slack shows the service, the author and a second name of theirs side by side. Each name is said once. */
function readAuthors(attachment: Shape, reading: Reading): readonly (readonly Inline[])[] {
  const name = readLabel(textAt(attachment, 'author_name'), reading);
  const second = readLabel(textAt(attachment, 'author_subname'), reading);
  const service = readLabel(textAt(attachment, 'service_name'), reading);
  const page = readAddress(attachment, 'author_link');
  const names = [
    ...(service === undefined ? [] : [named(readAddress(attachment, 'service_url', 'service_link'), service)]),
    ...(name === undefined || name === service ? [] : [named(page, name)]),
    ...(second === undefined || second === name || second === service
      ? []
      : [named(name === undefined ? page : undefined, second)]),
  ];
  const id = textAt(attachment, 'author_id');
  const isNamed = name !== undefined || second !== undefined || service !== undefined;
  return isNamed || id === undefined || !/^[UW][A-Z0-9]+$/.test(id)
    ? names.map((node) => [styled(node, { bold: true })])
    : [[{ kind: 'user', id }]];
}

function readOrigin(attachment: Shape, { words }: Reading): readonly (readonly Inline[])[] {
  const seconds = secondsOf(fieldAt(attachment, 'ts'));
  const address = readAddress(attachment, 'from_url');
  return [
    readPlace(textAt(attachment, 'channel_id'), textAt(attachment, 'channel_name'), words.places),
    seconds === undefined ? [] : [momentAt(seconds)],
    address === undefined ? [] : [link(address, 'Slack')],
  ];
}

function named(address: string | undefined, label: string): Inline {
  return address === undefined ? text(label) : link(address, label);
}
