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
