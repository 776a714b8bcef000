import type { Block, Inline } from '../../domain/document.ts';
import { paragraph } from '../nodes.ts';
import { isShape, type Shape, textAt } from './json-shape.ts';
import { readMrkdwnBlocks } from './mrkdwn-blocks.ts';
import { readMrkdwnInlines } from './mrkdwn-inlines.ts';
import type { Reading } from './reading.ts';
import { readEmojiName, readLineBreak } from './scan-rules.ts';
import { decodeEntities } from './slack-reference.ts';
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

/**
 * A text object or a bare text as the words of a link or a name, which hold no nodes: entities and the names of Slack's
 * emoji become characters. `undefined` where nothing would be seen.
 */
export function readLabel(value: unknown, reading?: Reading): string | undefined {
  const label = readPlainText(textOf(value))
    .map((node) => labelOf(node, reading))
    .join('')
    .trim();
  return label === '' ? undefined : label;
}

function labelOf(node: Inline, reading: Reading | undefined): string {
  if (node.kind === 'emoji' && node.unicode === undefined) {
    reading?.add('custom-emoji', node.name);
  }
  return node.kind === 'emoji' ? (node.unicode ?? `:${node.name}:`) : node.kind === 'text' ? node.text : '';
}

/** An address outside of rich text, where Slack escapes it like any text. */
export function readAddress(shape: Shape, ...keys: readonly string[]): string | undefined {
  const address = textAt(shape, ...keys);
  return address === undefined ? undefined : decodeEntities(address);
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
