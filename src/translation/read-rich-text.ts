import type { Block, Document, Inline, List } from '../domain/document.ts';
import { createLossLog, type LossLog } from './loss-log.ts';
import { paragraph, text } from './nodes.ts';
import { countAt, listAt, type Shape, shapeOf, shapesAt, textAt } from './reading/json-shape.ts';
import { readRichInlines } from './reading/rich-inlines.ts';

/**
 * A `rich_text` block as a document: what people write in Slack's composer. Never throws; what it does not know
 * degrades to its text. docs.slack.dev/reference/block-kit/blocks/rich-text-block
 */
export function readRichText(block: unknown): Document {
  return { blocks: readRichTextBlocks(shapeOf(block), createLossLog()) };
}

/** The same for a block that is only a part of a message; what it does not know goes into the log. */
export function readRichTextBlocks(block: Shape, log: LossLog): readonly Block[] {
  return shapesAt(block, 'elements').flatMap((element, at, all) => readElement(element, at < all.length - 1, log));
}

function readElement(element: Shape, isFollowed: boolean, log: LossLog): readonly Block[] {
  const content = readRichInlines(listAt(element, 'elements'), log);
  switch (textAt(element, 'type')) {
    case 'rich_text_section':
      return [paragraph(isFollowed ? withoutLastBreak(content) : content)];
    case 'rich_text_list':
      return bordered(element, readList(element, log));
    case 'rich_text_quote':
      return bordered(element, { kind: 'quote', blocks: [paragraph(withoutLastBreak(content))] });
    case 'rich_text_preformatted':
      return bordered(element, { kind: 'preformatted', content: withoutLastBreak(content) });
    default:
      return readUnknown(element, content, log);
  }
}

/** Slack's border is the bar that quotes have. */
function bordered(element: Shape, block: Block): readonly Block[] {
  return countAt(element, 'border') === 1 ? [{ kind: 'quote', blocks: [block] }] : [block];
}

function readList(element: Shape, log: LossLog): List {
  return {
    kind: 'list',
    ordered: textAt(element, 'style') === 'ordered',
    indent: Math.min(countAt(element, 'indent') ?? 0, maxIndent),
    start: (countAt(element, 'offset') ?? 0) + 1,
    items: shapesAt(element, 'elements').map((item) => readItem(item, log)),
  };
}

const maxIndent = 8;

function readItem(item: Shape, log: LossLog): readonly Inline[] {
  const content = 'elements' in item ? listAt(item, 'elements') : [item];
  return withoutLastBreak(readRichInlines(content, log));
}

function readUnknown(element: Shape, content: readonly Inline[], log: LossLog): readonly Block[] {
  log.add('unsupported', textAt(element, 'type') ?? 'unknown');
  const fallback = textAt(element, 'text', 'fallback', 'alt_text');
  if (content.length === 0 && fallback === undefined) {
    return [];
  }
  return [paragraph(content.length > 0 ? content : [text(fallback ?? '')])];
}

/** A break before the next block, or at the end of a block, starts no line of its own. */
function withoutLastBreak(content: readonly Inline[]): readonly Inline[] {
  const last = content.at(-1);
  return last?.kind === 'text' && last.text.endsWith('\n')
    ? [...content.slice(0, -1), { ...last, text: last.text.slice(0, -1) }]
    : content;
}
