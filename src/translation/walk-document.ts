import type { Block, Document, Inline } from '../domain/document.ts';

/** Every piece of text in a document, in the order of reading. */
export function* inlinesOf(document: Document): Generator<Inline> {
  for (const block of document.blocks) {
    yield* inlinesOfBlock(block);
  }
}

function* inlinesOfBlock(block: Block): Generator<Inline> {
  switch (block.kind) {
    case 'paragraph':
    case 'heading':
    case 'preformatted':
      yield* block.content;
      break;
    case 'quote':
      yield* inlinesOf(block);
      break;
    case 'list':
      yield* block.items.flat();
      break;
    case 'table':
      yield* block.rows.flat(2);
      break;
    case 'divider':
      break;
    default:
      block satisfies never;
  }
}

/** The block with another piece in the place of each. */
export function mapInlines(block: Block, change: (node: Inline) => Inline): Block {
  switch (block.kind) {
    case 'paragraph':
    case 'heading':
    case 'preformatted':
      return { ...block, content: block.content.map(change) };
    case 'quote':
      return { ...block, blocks: block.blocks.map((inner) => mapInlines(inner, change)) };
    case 'list':
      return { ...block, items: block.items.map((item) => item.map(change)) };
    case 'table':
      return { ...block, rows: block.rows.map((cells) => cells.map((cell) => cell.map(change))) };
    case 'divider':
      return block;
    default:
      return block satisfies never;
  }
}
