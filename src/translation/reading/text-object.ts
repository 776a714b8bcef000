import type { Block, Inline } from '../../domain/document.ts';
import { paragraph } from '../nodes.ts';
import { readMrkdwnBlocks } from '../read-mrkdwn.ts';
import { isShape, textAt } from './json-shape.ts';
import { readMrkdwnInlines } from './mrkdwn-inlines.ts';
import { readEmojiName, readLineBreak } from './scan-rules.ts';
import { styleText } from './styled-pieces.ts';
import { createTextReader } from './text-scan.ts';

/** A text object (`mrkdwn`, `plain_text`) or a bare text, with its quotes and code blocks. */
export function readTextBlocks(value: unknown): readonly Block[] {
  if (isMrkdwn(value)) {
    return readMrkdwnBlocks(textOf(value));
  }
  const content = readPlainText(textOf(value));
  return content.length > 0 ? [paragraph(content)] : [];
}

/** A text object or a bare text for a place that holds one line of text. */
export function readTextInlines(value: unknown): readonly Inline[] {
  return isMrkdwn(value) ? readMrkdwnInlines(textOf(value)) : readPlainText(textOf(value));
}

/** Text in which only emoji names and entities mean something. */
export function readPlainText(text: string): readonly Inline[] {
  return styleText(readPieces(text));
}

const readPieces = createTextReader(
  new Map([
    [':', readEmojiName],
    ['\n', readLineBreak],
  ]),
);

function isMrkdwn(value: unknown): boolean {
  return isShape(value) && textAt(value, 'type') === 'mrkdwn';
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (isShape(value) && textAt(value, 'text')) || '';
}
