import type { Block, Inline } from '../../domain/document.ts';
import type { LossLog } from '../loss-log.ts';
import { joined, link, paragraph, styled, text } from '../nodes.ts';
import { readRichTextBlocks } from '../read-rich-text.ts';
import { readBlockElement, readBlockElements, readImage } from './block-elements.ts';
import { fieldAt, isShape, listAt, type Shape, shapeAt, textAt } from './json-shape.ts';
import { readCard, readCarousel, readContainer, readPlan, readTaskCard } from './read-composites.ts';
import { readFiles } from './read-files.ts';
import { readMarkdown } from './read-markdown.ts';
import { readTable } from './read-tables.ts';
import { readUnknown } from './read-unknown.ts';
import { readTextBlocks, readTextInlines } from './text-object.ts';

/**
 * The blocks of a message. Every type that Slack documents and that can be read has a reader; others are searched for
 * text.
 */
export function readBlocks(blocks: readonly unknown[], log: LossLog, depth = deepest): readonly Block[] {
  if (depth === 0) {
    log.addCut();
    return [];
  }
  const readNested = (nested: readonly unknown[]) => readBlocks(nested, log, depth - 1);
  return blocks.filter(isShape).flatMap((block) => {
    const read = readers.get(textAt(block, 'type')) ?? readUnknown;
    return read(block, log, readNested);
  });
}

/** Slack nests blocks twice at most; the rest is for what may come. */
const deepest = 8;

/** `readNested` reads the blocks inside of a block. */
type BlockReader = (
  block: Shape,
  log: LossLog,
  readNested: (blocks: readonly unknown[]) => readonly Block[],
) => readonly Block[];

/** docs.slack.dev/reference/block-kit/blocks */
const readers: ReadonlyMap<string | undefined, BlockReader> = new Map<string, BlockReader>([
  ['actions', (block, log) => onOneLine(readBlockElements(listAt(block, 'elements'), ' · ', log))],
  ['alert', (block) => readTextBlocks(fieldAt(block, 'text'))],
  ['card', readCard],
  ['carousel', readCarousel],
  ['container', readContainer],
  ['context', (block, log) => onOneLine(readBlockElements(listAt(block, 'elements'), ' ', log))],
  ['context_actions', (block, log) => onOneLine(readBlockElements(listAt(block, 'elements'), ' · ', log))],
  ['data_table', readTable],
  ['divider', () => [{ kind: 'divider' }]],
  ['file', readRemoteFile],
  ['header', (block) => [{ kind: 'heading', content: readTextInlines(fieldAt(block, 'text')) }]],
  ['image', (block) => onOneLine(readImage(block))],
  ['input', readInput],
  ['markdown', (block) => readMarkdown(textAt(block, 'text') ?? '')],
  ['plan', readPlan],
  ['rich_text', readRichTextBlocks],
  ['section', readSection],
  ['table', readTable],
  ['task_card', readTaskCard],
  ['video', readVideo],
]);

function onOneLine(content: readonly Inline[]): readonly Block[] {
  return content.length > 0 ? [paragraph(content)] : [];
}

function readSection(block: Shape, log: LossLog): readonly Block[] {
  const accessory = fieldAt(block, 'accessory');
  return [
    ...readTextBlocks(fieldAt(block, 'text')),
    ...listAt(block, 'fields').flatMap(readTextBlocks),
    ...(accessory === undefined ? [] : onOneLine(readBlockElement(accessory, log))),
  ];
}

/** The file itself comes with the message, if at all; the block names it. */
function readRemoteFile(block: Shape, log: LossLog): readonly Block[] {
  const file = shapeAt(block, 'file');
  const id = textAt(block, 'external_id', 'file_id');
  return readFiles(
    [textAt(file, 'title', 'name') === undefined && id !== undefined ? { ...file, name: id } : file],
    log,
  );
}

function readInput(block: Shape, log: LossLog): readonly Block[] {
  const label = readTextInlines(fieldAt(block, 'label'));
  return onOneLine(joined([label, readBlockElement(shapeAt(block, 'element'), log)], ': '));
}

function readVideo(block: Shape): readonly Block[] {
  const title = textAt(shapeAt(block, 'title'), 'text') ?? textAt(block, 'alt_text');
  const address = textAt(block, 'title_url', 'video_url');
  const named = address === undefined ? text(title ?? '') : link(address, title);
  const credits = ['author_name', 'provider_name'].map((key) => readTextInlines(fieldAt(block, key)));
  return [
    paragraph([styled(named, { bold: true })]),
    ...readTextBlocks(fieldAt(block, 'description')),
    ...onOneLine(joined(credits, ' · ')),
  ];
}
