import type { Inline, Style } from '../../domain/document.ts';
import { present } from '../../domain/present.ts';
import { link, styled, text } from '../nodes.ts';
import { styleNames } from '../style-bits.ts';
import { emojiFromHexcode, findEmoji } from './emoji.ts';
import { fileAddress, fileName } from './file-name.ts';
import { countAt, isShape, type Shape, shapeAt, textAt } from './json-shape.ts';
import { dateAndTime, readMomentPattern } from './moment-pattern.ts';
import type { Reading } from './reading.ts';

/**
 * The elements inside of rich text sections, quotes and list items. Their text is not escaped, and markup in it means
 * nothing. docs.slack.dev/reference/block-kit/block-elements (the 22 that work with rich text)
 */
export function readRichInlines(elements: readonly unknown[], reading: Reading): readonly Inline[] {
  return elements.filter(isShape).flatMap((element) => {
    const style = readStyle(element);
    const nodes = readers.get(textAt(element, 'type'))?.(element, reading) ?? readUnknown(element, reading);
    return nodes.map((node) => styled(node, style));
  });
}

/** Reads an element of one type; `undefined` when it lacks a field that its type needs. */
type Reader = (element: Shape, reading: Reading) => readonly Inline[] | undefined;

const readers: ReadonlyMap<string | undefined, Reader> = new Map<string, Reader>([
  ['text', (element) => [text(textAt(element, 'text') ?? '')]],
  ['color', (element) => [text(textAt(element, 'value') ?? '')]],
  ['link', readLink],
  ['user', mentionReader('user', 'user_id')],
  ['canvas_user_mention', mentionReader('user', 'user_id')],
  ['usergroup', mentionReader('group', 'usergroup_id')],
  ['channel', mentionReader('channel', 'channel_id')],
  ['team', mentionReader('workspace', 'team_id')],
  ['broadcast', (element) => [{ kind: 'broadcast', range: textAt(element, 'range') ?? 'channel' }]],
  ['emoji', readEmoji],
  ['date', readDate],
  ['message_mention', (element) => readLink(element) ?? readMessagePlace(element, 'channel_id', 'message_ts')],
  ['canvas_message_unfurl', (element) => readMessagePlace(element, 'root_message_channel', 'root_message_ts')],
  ['attachment_mention', readLink],
  ['canvas', fileReader('canvas')],
  ['citation', readLink],
  ['file', fileReader('file')],
  ['list_record', fileReader('list')],
  ['salesforce_data_field', readLink],
  ['tag', readLink],
  ['work_object_mention', readLink],
  ['workflow_mention', readLink],
]);

const labels = ['text', 'label', 'title', 'name', 'fallback', 'salesforce_field_label', 'salesforce_field_api_name'];

function readLink(element: Shape): readonly Inline[] | undefined {
  const address = textAt(element, 'url', 'permalink');
  const label = textAt(element, ...labels);
  if (address !== undefined) {
    return [link(address, label)];
  }
  return label === undefined ? undefined : [text(label)];
}

/** Slack mostly names these by an id alone, and sends the file with the message; the id says nothing to people. */
function fileReader(kind: 'canvas' | 'file' | 'list'): Reader {
  return (element, reading) => {
    const file = ['file_id', 'list_id', 'canvas_id', 'id'].map((key) => reading.fileAt(textAt(element, key)));
    const [sent] = file.filter((one) => one !== undefined);
    const own = readLink(element);
    if (own !== undefined) {
      return own;
    }
    if (sent === undefined) {
      reading.add('unsupported', textAt(element, 'type') ?? kind);
      return [text(reading.words[kind])];
    }
    const address = fileAddress(sent);
    const name = fileName(sent, reading);
    return [address === undefined ? text(name) : link(address, name)];
  };
}

function mentionReader(kind: 'user' | 'channel' | 'group' | 'workspace', key: string): Reader {
  return (element) => {
    const id = textAt(element, key);
    return id === undefined ? undefined : [{ kind, id }];
  };
}

/** A skin tone counts from 2 to 6, as in the name: `wave::skin-tone-3`. */
function readEmoji(element: Shape): readonly Inline[] | undefined {
  const name = textAt(element, 'name');
  if (name === undefined) {
    return undefined;
  }
  const tone = countAt(element, 'skin_tone');
  const fullName = tone === undefined || name.includes('::') ? name : `${name}::skin-tone-${tone}`;
  const unicode = emojiFromHexcode(textAt(element, 'unicode') ?? '') ?? findEmoji(fullName);
  return [unicode === undefined ? { kind: 'emoji', name: fullName } : { kind: 'emoji', name: fullName, unicode }];
}

function readDate(element: Shape): readonly Inline[] | undefined {
  const epochSeconds = countAt(element, 'timestamp');
  const format = textAt(element, 'format');
  const fallback = textAt(element, 'fallback') ?? format;
  const address = textAt(element, 'url');
  if (epochSeconds === undefined || fallback === undefined) {
    return undefined;
  }
  const pattern = format === undefined ? dateAndTime : readMomentPattern(format);
  return [{ kind: 'moment', epochSeconds, pattern, fallback, ...present({ address }) }];
}

/** Where and when a message was written, for references that come without its text. */
function readMessagePlace(element: Shape, channelKey: string, timeKey: string): readonly Inline[] | undefined {
  const id = textAt(element, channelKey);
  const time = textAt(element, timeKey) ?? '';
  const epochSeconds = Number.parseInt(time, 10);
  if (id === undefined) {
    return undefined;
  }
  const channel = { kind: 'channel', id } as const;
  if (!Number.isSafeInteger(epochSeconds)) {
    return [channel];
  }
  return [channel, text(' '), { kind: 'moment', epochSeconds, pattern: dateAndTime, fallback: time }];
}

/** What has no reader keeps its words; an id among its fields says nothing to people. */
function readUnknown(element: Shape, reading: Reading): readonly Inline[] {
  reading.add('unsupported', textAt(element, 'type') ?? 'unknown');
  return readLink(element) ?? [];
}

function readStyle(element: Shape): Style | undefined {
  const style = shapeAt(element, 'style');
  const names = styleNames.filter((name) => style[name] === true);
  return names.length === 0 ? undefined : Object.fromEntries(names.map((name) => [name, true]));
}
