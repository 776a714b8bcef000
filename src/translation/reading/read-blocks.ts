import type { Block } from '../../domain/document.ts';
import { joined, lineOf, link, paragraph, styled, text } from '../nodes.ts';
import { isChoice, readBlockElement, readBlockElements, readElementLines, readImage } from './block-elements.ts';
import { fieldAt, isShape, listAt, type Shape, shapeAt, textAt } from './json-shape.ts';
import { readCallBlock } from './read-calls.ts';
import { readChart } from './read-charts.ts';
import { readCard, readCarousel, readContainer, readPlan, readTaskCard } from './read-composites.ts';
import { readFileBlock } from './read-files.ts';
import { readMarkdown } from './read-markdown.ts';
import { readTable } from './read-tables.ts';
import { readUnknown } from './read-unknown.ts';
import type { Reading } from './reading.ts';
import { readRichTextBlocks } from './rich-blocks.ts';
import { readAddress, readLabel, readTextBlocks, readTextInlines } from './text-object.ts';

/**
 * The blocks of a message. Every type that Slack documents and that can be read has a reader; others are searched for
 * text.
 */
export function readBlocks(blocks: readonly unknown[], reading: Reading, depth = maxDepth): readonly Block[] {
  if (depth === 0) {
    reading.addCut();
    return [];
  }
  const readNested = (nested: readonly unknown[]) => readBlocks(nested, reading, depth - 1);
  return blocks.filter(isShape).flatMap((block) => {
    const read = readers.get(textAt(block, 'type')) ?? readUnknown;
    return read(block, reading, readNested);
  });
}

/** Slack nests blocks twice at most; the rest is for what may come. */
const maxDepth = 8;

/** `readNested` reads the blocks inside of a block. */
type BlockReader = (
  block: Shape,
  reading: Reading,
  readNested: (blocks: readonly unknown[]) => readonly Block[],
) => readonly Block[];

/** docs.slack.dev/reference/block-kit/blocks */
const readers: ReadonlyMap<string | undefined, BlockReader> = new Map<string, BlockReader>([
  ['actions', (block, reading) => readElementLines(listAt(block, 'elements'), reading)],
  ['alert', (block) => readTextBlocks(fieldAt(block, 'text'))],
  ['call', readCallBlock],
  ['card', readCard],
  ['carousel', readCarousel],
  ['container', readContainer],
  ['context', (block, reading) => lineOf(readBlockElements(listAt(block, 'elements'), ' ', reading))],
  ['context_actions', (block, reading) => readElementLines(listAt(block, 'elements'), reading)],
  ['data_table', readTable],
  ['data_visualization', readChart],
  ['divider', () => [{ kind: 'divider' }]],
  ['file', readFileBlock],
  ['header', readHeader],
  ['image', (block, reading) => lineOf(readImage(block, reading))],
  ['input', readInput],
  ['markdown', (block) => readMarkdown(textAt(block, 'text') ?? '')],
  ['plan', readPlan],
  ['rich_text', readRichTextBlocks],
  ['section', readSection],
  ['table', readTable],
  ['task_card', readTaskCard],
  ['video', readVideo],
]);

function readHeader(block: Shape): readonly Block[] {
  const content = readTextInlines(fieldAt(block, 'text'));
  return content.length > 0 ? [{ kind: 'heading', content }] : [];
}

function readSection(block: Shape, reading: Reading): readonly Block[] {
  const accessory = fieldAt(block, 'accessory');
  return [
    ...readTextBlocks(fieldAt(block, 'text')),
    ...listAt(block, 'fields').flatMap(readTextBlocks),
    ...(accessory === undefined ? [] : lineOf(readBlockElement(accessory, reading))),
  ];
}

function readInput(block: Shape, reading: Reading): readonly Block[] {
  const label = readTextInlines(fieldAt(block, 'label'));
  const element = fieldAt(block, 'element');
  const entered = readBlockElement(shapeAt(block, 'element'), reading);
  return [
    ...(isChoice(element) ? [...lineOf(label), ...lineOf(entered)] : lineOf(joined([label, entered], ': '))),
    ...readTextBlocks(fieldAt(block, 'hint')),
  ];
}

function readVideo(block: Shape, reading: Reading): readonly Block[] {
  const title = readLabel(fieldAt(block, 'title'), reading) ?? readLabel(fieldAt(block, 'alt_text'), reading);
  const address = readAddress(block, 'title_url', 'video_url');
  const credits = ['author_name', 'provider_name'].map((key) => readTextInlines(fieldAt(block, key)));
  return [
    ...(address === undefined && title === undefined
      ? []
      : [paragraph([styled(address === undefined ? text(title ?? '') : link(address, title), { bold: true })])]),
    ...readTextBlocks(fieldAt(block, 'description')),
    ...lineOf(joined(credits, ' · ')),
  ];
}
