import type { Block, Inline, Link, Paragraph, Style, Text } from '../domain/document.ts';
import { present } from '../domain/present.ts';

/** Plain text, as it was typed. */
export function text(content: string): Text {
  return { kind: 'text', text: content };
}

/** A link; without a label its address is what is read. */
export function link(address: string, label?: string): Link {
  return { kind: 'link', address, ...present({ label }) };
}

/** The node in a style of its own, in place of any other. */
export function styled(node: Inline, style: Style | undefined): Inline {
  return style === undefined ? node : { ...node, style };
}

/**
 * A paragraph; without content it is a blank line. The content is one list: as arguments of their own, some hundred
 * thousand nodes would be more than fit on the stack.
 */
export function paragraph(content: readonly Inline[] = []): Paragraph {
  return { kind: 'paragraph', content };
}

/** A paragraph; no blocks when it would be empty. */
export function lineOf(content: readonly Inline[]): readonly Block[] {
  return content.length > 0 ? [paragraph(content)] : [];
}

/** The items with something between every two of them. Empty ones are passed over. */
export function joined(items: readonly (readonly Inline[])[], separator: string): readonly Inline[] {
  return items.filter((item) => item.length > 0).flatMap((item, at) => (at === 0 ? item : [text(separator), ...item]));
}

/** The text of blocks as one run, a line each, for places that hold no blocks. */
export function flatten(blocks: readonly Block[]): readonly Inline[] {
  return joined(blocks.map(inlinesOfBlock), '\n');
}

function inlinesOfBlock(block: Block): readonly Inline[] {
  switch (block.kind) {
    case 'paragraph':
    case 'heading':
    case 'preformatted':
      return block.content;
    case 'quote':
      return flatten(block.blocks);
    case 'list':
      return joined(block.items, '\n');
    case 'table': {
      const rows = block.rows.map((row) => joined(row, ' | '));
      return joined(rows, '\n');
    }
    case 'divider':
      return [];
    default:
      return block satisfies never;
  }
}
