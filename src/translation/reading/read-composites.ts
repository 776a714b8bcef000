import type { Block, Inline } from '../../domain/document.ts';
import type { LossLog } from '../loss-log.ts';
import { joined, paragraph, text } from '../nodes.ts';
import { readRichTextBlocks } from '../read-rich-text.ts';
import { readBlockElement, readBlockElements, readImage } from './block-elements.ts';
import { fieldAt, listAt, type Shape, shapeAt, shapesAt, textAt } from './json-shape.ts';
import { readTextBlocks, readTextInlines } from './text-object.ts';

/** A card: title, subtitle, text, picture and buttons. */
export function readCard(block: Shape, log: LossLog): readonly Block[] {
  return [
    ...headingOf(readTextInlines(fieldAt(block, 'title'))),
    ...readTextBlocks(fieldAt(block, 'subtitle')),
    ...readTextBlocks(fieldAt(block, 'body')),
    ...lineOf(readImage(shapeAt(block, 'hero_image'))),
    ...lineOf(readBlockElements(listAt(block, 'actions'), ' · ', log)),
  ];
}

/** Cards that Slack shows side by side, one below the other. */
export function readCarousel(block: Shape, log: LossLog): readonly Block[] {
  return shapesAt(block, 'elements').flatMap((card, at) => [...(at > 0 ? [paragraph()] : []), ...readCard(card, log)]);
}

/** A frame around other blocks, with a title. */
export function readContainer(
  block: Shape,
  log: LossLog,
  readNested: (blocks: readonly unknown[]) => readonly Block[],
): readonly Block[] {
  const title = readTextInlines(fieldAt(block, 'title'));
  return [
    ...(title.length > 0 ? headingOf(title) : readRichTextBlocks(shapeAt(block, 'rich_text_title'), log)),
    ...readTextBlocks(fieldAt(block, 'subtitle')),
    ...readNested(listAt(block, 'child_blocks')),
  ];
}

/** A title with the tasks of an agent below it. */
export function readPlan(block: Shape, log: LossLog): readonly Block[] {
  return [
    ...headingOf(readTextInlines(fieldAt(block, 'title'))),
    ...shapesAt(block, 'tasks').flatMap((task) => readTaskCard(task, log)),
  ];
}

/** One task of an agent: how it stands, what it found, and where. */
export function readTaskCard(block: Shape, log: LossLog): readonly Block[] {
  const sign = signs.get(textAt(block, 'status'));
  const title = readTextInlines(fieldAt(block, 'title'));
  const sources = listAt(block, 'sources').map((source) => readBlockElement(source, log));
  return [
    ...lineOf(joined([sign === undefined ? [] : [text(sign)], title], ' ')),
    ...readRichTextBlocks(shapeAt(block, 'details'), log),
    ...readRichTextBlocks(shapeAt(block, 'output'), log),
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

function lineOf(content: readonly Inline[]): readonly Block[] {
  return content.length > 0 ? [paragraph(content)] : [];
}
