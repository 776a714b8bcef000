import type { Block, Document, Inline, Names } from '../domain/document.ts';
import { createLossLog } from './loss-log.ts';
import { text } from './nodes.ts';
import { textOf } from './writing/text-of.ts';

/** The beginning of a document, and how many characters of it are left out. */
export type CutDocument = { readonly document: Document; readonly left: number };

/** The first `most` characters of a document, in the blocks that they stand in. Where it is cut stands an ellipsis. */
export function cutDocument(document: Document, names: Names, most: number): CutDocument {
  const cutter = createCutter(names, most);
  const blocks = cutter.blocks(document.blocks);
  return { document: { blocks }, left: cutter.left() };
}

type Cutter = {
  blocks(blocks: readonly Block[]): readonly Block[];
  left(): number;
};

function createCutter(names: Names, most: number): Cutter {
  const unheard = createLossLog();
  /** The first line has no break before it. */
  let room = most + 1;
  let left = 0;

  /** A block or an item counts as a line break, so that empty ones come to an end as well. */
  function line(content: readonly Inline[]): readonly Inline[] | undefined {
    if (room <= 0) {
      left += content.reduce((sum, node) => sum + lengthOf(node), 0);
      return undefined;
    }
    room -= 1;
    return content.flatMap(piece);
  }

  function piece(node: Inline): readonly Inline[] {
    const length = lengthOf(node);
    if (length <= room && left === 0) {
      room -= length;
      return [node];
    }
    const isFirst = left === 0;
    const shown = isFirst && node.kind === 'text' ? node.text.slice(0, room) : '';
    left += length - shown.length;
    room = 0;
    return isFirst ? [{ ...text(`${shown.toWellFormed()}…`), ...('style' in node ? { style: node.style } : {}) }] : [];
  }

  function lines(all: readonly (readonly Inline[])[]): readonly (readonly Inline[])[] {
    return all.map(line).filter((content) => content !== undefined);
  }

  function block(given: Block): readonly Block[] {
    switch (given.kind) {
      case 'paragraph':
      case 'heading':
      case 'preformatted':
        return lines([given.content]).map((content) => ({ ...given, content }));
      case 'list': {
        const items = lines(given.items);
        return items.length === 0 ? [] : [{ ...given, items }];
      }
      case 'table': {
        const rows = given.rows.map(lines).filter((row) => row.length > 0);
        return rows.length === 0 ? [] : [{ ...given, rows }];
      }
      case 'quote': {
        const blocks = given.blocks.flatMap(block);
        return blocks.length === 0 ? [] : [{ ...given, blocks }];
      }
      case 'divider':
        return lines([[]]).map(() => given);
      default:
        return given satisfies never;
    }
  }

  function lengthOf(node: Inline): number {
    return textOf(node, names, unheard).length;
  }

  return { blocks: (blocks) => blocks.flatMap(block), left: () => left };
}
