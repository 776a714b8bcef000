import type { Block } from '../../domain/document.ts';
import { lineOf, link, paragraph } from '../nodes.ts';
import { readBlockElement } from './block-elements.ts';
import { isShape, type Shape, textAt } from './json-shape.ts';
import type { Reading } from './reading.ts';
import { readRichTextBlocks } from './rich-blocks.ts';
import { readAddress, readTextBlocks } from './text-object.ts';

/**
 * Whatever text can be found in something that has no reader: text objects, rich text, and fields that by their names
 * hold text. It looks a few levels deep, in the order in which Slack sent the fields.
 */
export function readUnknown(block: Shape, reading: Reading): readonly Block[] {
  reading.add('unsupported', textAt(block, 'type') ?? 'unknown');
  return gather(block, maxDepth, reading);
}

const maxDepth = 8;
/** Names of fields that hold text for people, by those of Slack's published types and of its older ones. */
const readable = new Set([
  ...['title', 'subtitle', 'subtext', 'heading', 'headline', 'header', 'text', 'label', 'button_label', 'button_text'],
  ...['caption', 'name', 'display_name', 'description', 'details', 'summary', 'body', 'content', 'message', 'note'],
  ...['hint', 'placeholder', 'question', 'answer', 'footer', 'pretext', 'comment'],
]);
const fallbacks = ['fallback', 'alt_text'];
const addresses = ['share_url', 'permalink', 'url', 'link'];

function gather(value: unknown, depth: number, reading: Reading): readonly Block[] {
  if (depth === 0) {
    reading.addCut();
    return [];
  }
  if (Array.isArray(value)) {
    return value.flatMap((item) => gather(item, depth - 1, reading));
  }
  if (!isShape(value)) {
    return [];
  }
  switch (textAt(value, 'type')) {
    case 'mrkdwn':
    case 'plain_text':
      return readTextBlocks(value);
    case 'image':
    case 'button':
      return lineOf(readBlockElement(value, reading));
    case 'rich_text':
      return readRichTextBlocks(value, reading);
    default:
      return gatherFields(value, depth, reading);
  }
}

function gatherFields(shape: Shape, depth: number, reading: Reading): readonly Block[] {
  const blocks = Object.entries(shape).flatMap(([key, value]) => {
    if (typeof value === 'string') {
      return readable.has(key) ? readTextBlocks(value) : [];
    }
    return gather(value, depth - 1, reading);
  });
  const address = readAddress(shape, ...addresses);
  const found = blocks.length > 0 ? blocks : readTextBlocks(textAt(shape, ...fallbacks));
  return address === undefined ? found : [...found, paragraph([link(address)])];
}
