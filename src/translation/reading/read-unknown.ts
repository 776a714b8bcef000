import type { Block } from '../../domain/document.ts';
import { readRichTextBlocks } from '../read-rich-text.ts';
import { isShape, type Shape, textAt } from './json-shape.ts';
import type { Reading } from './reading.ts';
import { readTextBlocks } from './text-object.ts';

/**
 * Whatever text can be found in something that has no reader: text objects, rich text, and fields that by their names
 * hold text. It looks a few levels deep, in the order in which Slack sent the fields.
 */
export function readUnknown(block: Shape, reading: Reading): readonly Block[] {
  reading.add('unsupported', textAt(block, 'type') ?? 'unknown');
  return gather(block, deepest, reading);
}

const deepest = 8;
const readable = new Set(['title', 'subtitle', 'text', 'label', 'caption', 'name', 'description', 'summary', 'body']);
const fallbacks = ['fallback', 'alt_text', 'url'];

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
  return blocks.length > 0 ? blocks : readTextBlocks(textAt(shape, ...fallbacks));
}
