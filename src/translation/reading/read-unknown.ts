import type { Block } from '../../domain/document.ts';
import type { LossLog } from '../loss-log.ts';
import { readRichTextBlocks } from '../read-rich-text.ts';
import { isShape, type Shape, textAt } from './json-shape.ts';
import { readTextBlocks } from './text-object.ts';

/**
 * Whatever text can be found in something that has no reader: text objects, rich text, and fields that by their names
 * hold text. It looks a few levels deep, in the order in which Slack sent the fields.
 */
export function readUnknown(block: Shape, log: LossLog): readonly Block[] {
  log.add('unsupported', textAt(block, 'type') ?? 'unknown');
  return gather(block, deepest, log);
}

const deepest = 8;
const readable = new Set(['title', 'subtitle', 'text', 'label', 'caption', 'name', 'description', 'summary', 'body']);
const fallbacks = ['fallback', 'alt_text', 'url'];

function gather(value: unknown, depth: number, log: LossLog): readonly Block[] {
  if (depth === 0) {
    log.addCut();
    return [];
  }
  if (Array.isArray(value)) {
    return value.flatMap((item) => gather(item, depth - 1, log));
  }
  if (!isShape(value)) {
    return [];
  }
  switch (textAt(value, 'type')) {
    case 'mrkdwn':
    case 'plain_text':
      return readTextBlocks(value);
    case 'rich_text':
      return readRichTextBlocks(value, log);
    default:
      return gatherFields(value, depth, log);
  }
}

function gatherFields(shape: Shape, depth: number, log: LossLog): readonly Block[] {
  const blocks = Object.entries(shape).flatMap(([key, value]) => {
    if (typeof value === 'string') {
      return readable.has(key) ? readTextBlocks(value) : [];
    }
    return gather(value, depth - 1, log);
  });
  return blocks.length > 0 ? blocks : readTextBlocks(textAt(shape, ...fallbacks));
}
