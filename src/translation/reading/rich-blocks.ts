import type { Block, Inline, List } from '../../domain/document.ts';
import { flatten, paragraph, text } from '../nodes.ts';
import { countAt, listAt, type Shape, shapesAt, textAt } from './json-shape.ts';
import type { Reading } from './reading.ts';
import { readRichInlines } from './rich-inlines.ts';

/**
 * A `rich_text` block: what people write in Slack's composer. Never throws; what it does not know degrades to its text,
 * which is told. docs.slack.dev/reference/block-kit/blocks/rich-text-block
 */
export function readRichTextBlocks(block: Shape, reading: Reading): readonly Block[] {
  return shapesAt(block, 'elements').flatMap((element, at, all) =>
    readElement(element, { isFollowed: at < all.length - 1, depth: deepest }, reading),
  );
}

/** Slack nests lists by their indent; the rest is for what may come. */
const deepest = 8;

type Position = { readonly isFollowed: boolean; readonly depth: number };

function readElement(element: Shape, { isFollowed, depth }: Position, reading: Reading): readonly Block[] {
  const readContent = () => readRichInlines(listAt(element, 'elements'), reading);
  switch (textAt(element, 'type')) {
    case 'rich_text_section':
      return [paragraph(isFollowed ? withoutLastBreak(readContent()) : readContent())];
    case 'rich_text_list':
      return bordered(element, readList(element, depth, reading));
    case 'rich_text_quote':
      return bordered(element, { kind: 'quote', blocks: [paragraph(withoutLastBreak(readContent()))] });
    case 'rich_text_preformatted':
      return bordered(element, { kind: 'preformatted', content: withoutLastBreak(readContent()) });
    default:
      return readUnknown(element, readContent(), reading);
  }
}

/** Slack's border is the bar that quotes have. */
function bordered(element: Shape, block: Block): readonly Block[] {
  return countAt(element, 'border') === 1 ? [{ kind: 'quote', blocks: [block] }] : [block];
}

function readList(element: Shape, depth: number, reading: Reading): List {
  return {
    kind: 'list',
    ordered: textAt(element, 'style') === 'ordered',
    indent: Math.min(countAt(element, 'indent') ?? 0, maxIndent),
    start: (countAt(element, 'offset') ?? 0) + 1,
    items: shapesAt(element, 'elements').map((item) => readItem(item, depth - 1, reading)),
  };
}

const maxIndent = 8;

/** An item is a section; quotes, code and whatever else Slack may put there keep their text. */
function readItem(item: Shape, depth: number, reading: Reading): readonly Inline[] {
  const type = textAt(item, 'type');
  if (depth === 0) {
    reading.addCut();
    return [];
  }
  if (type === 'rich_text_list' || type === 'rich_text_quote' || type === 'rich_text_preformatted') {
    return flatten(readElement(item, { isFollowed: false, depth }, reading));
  }
  const content = 'elements' in item ? listAt(item, 'elements') : [item];
  return withoutLastBreak(readRichInlines(content, reading));
}

function readUnknown(element: Shape, content: readonly Inline[], reading: Reading): readonly Block[] {
  reading.add('unsupported', textAt(element, 'type') ?? 'unknown');
  const fallback = textAt(element, 'text', 'fallback', 'alt_text');
  if (content.length === 0 && fallback === undefined) {
    return [];
  }
  return [paragraph(content.length > 0 ? content : [text(fallback ?? '')])];
}

/** A break before the next block, or at the end of a block, starts no line of its own. */
function withoutLastBreak(content: readonly Inline[]): readonly Inline[] {
  const last = content.at(-1);
  if (last?.kind !== 'text' || !last.text.endsWith('\n')) {
    return content;
  }
  const rest = last.text.slice(0, -1);
  return [...content.slice(0, -1), ...(rest === '' ? [] : [{ ...last, text: rest }])];
}
