import type { Block, Inline } from '../../domain/document.ts';
import { joined, lineOf, paragraph, text } from '../nodes.ts';
import { readBlockElement, readElementLines, readImage } from './block-elements.ts';
import { fieldAt, listAt, type Shape, shapeAt, shapesAt, textAt } from './json-shape.ts';
import type { Reading } from './reading.ts';
import { readRichTextBlocks } from './rich-blocks.ts';
import { readTextBlocks, readTextInlines } from './text-object.ts';

/** A card: title, subtitle, text, picture and buttons. */
export function readCard(block: Shape, reading: Reading): readonly Block[] {
  return [
    ...headingOf(readTextInlines(fieldAt(block, 'title'))),
    ...readTextBlocks(fieldAt(block, 'subtitle')),
    ...readTextBlocks(fieldAt(block, 'body')),
    ...readTextBlocks(fieldAt(block, 'subtext')),
    ...lineOf(readImage(shapeAt(block, 'hero_image'), reading)),
    ...readElementLines(listAt(block, 'actions'), reading),
  ];
}

/** Cards that Slack shows side by side, one below the other. */
export function readCarousel(block: Shape, reading: Reading): readonly Block[] {
  return shapesAt(block, 'elements').flatMap((card, at) => [
    ...(at > 0 ? [paragraph()] : []),
    ...readCard(card, reading),
  ]);
}

/** A frame around other blocks, with a title. */
export function readContainer(
  block: Shape,
  reading: Reading,
  readNested: (blocks: readonly unknown[]) => readonly Block[],
): readonly Block[] {
  const title = readTextInlines(fieldAt(block, 'title'));
  return [
    ...(title.length > 0 ? headingOf(title) : readRichTextBlocks(shapeAt(block, 'rich_text_title'), reading)),
    ...readTextBlocks(fieldAt(block, 'subtitle')),
    ...readNested(listAt(block, 'child_blocks')),
  ];
}

/** A title with the tasks of an agent below it. */
export function readPlan(block: Shape, reading: Reading): readonly Block[] {
  return [
    ...headingOf(readTextInlines(fieldAt(block, 'title'))),
    ...shapesAt(block, 'tasks').flatMap((task) => readTaskCard(task, reading)),
  ];
}

/** One task of an agent: how it stands, what it found, and where. */
export function readTaskCard(block: Shape, reading: Reading): readonly Block[] {
  const sign = signs.get(textAt(block, 'status'));
  const title = readTextInlines(fieldAt(block, 'title'));
  const sources = listAt(block, 'sources').map((source) => readBlockElement(source, reading));
  return [
    ...lineOf(joined([sign === undefined ? [] : [text(sign)], title], ' ')),
    ...readRichTextBlocks(shapeAt(block, 'details'), reading),
    ...readRichTextBlocks(shapeAt(block, 'output'), reading),
    ...lineOf(joined(sources, ' · ')),
  ];
}

const signs: ReadonlyMap<string | undefined, string> = new Map([
  ['pending', '⏳'],
  ['in_progress', '▶️'],
  ['complete', '✅'],
  ['error', '❌'],
]);

function headingOf(content: readonly Inline[]): readonly Block[] {
  return content.length > 0 ? [{ kind: 'heading', content }] : [];
}
