import type { Block, Document, Inline, List, Names, Preformatted, Style, Table } from '../../domain/document.ts';
import type { LossLog } from '../loss-log.ts';
import type { Line } from './bitrix-line.ts';
import { createLineWriter, type LineWriter } from './line-writer.ts';
import { listLabel } from './list-labels.ts';
import { textOf } from './text-of.ts';
import { tidyQuotes } from './tidy-quotes.ts';
import { writeInlines } from './write-inline.ts';

/** Lays a document out as lines of Bitrix24 chat text, which are then guarded (`guardLines`) and split into parts. */
export function layOut(document: Document, names: Names, losses: LossLog): readonly Line[] {
  const writer = createLineWriter();
  for (const block of document.blocks) {
    writeBlock({ writer, names, losses, quotes: 0 }, block);
  }
  return tidyQuotes(writer.lines());
}

type Page = {
  readonly writer: LineWriter;
  readonly names: Names;
  readonly losses: LossLog;
  readonly quotes: number;
};

function writeBlock(page: Page, block: Block): void {
  switch (block.kind) {
    case 'paragraph':
      writeParagraph(page, block.content);
      break;
    case 'heading':
      writeParagraph(page, block.content, { bold: true });
      break;
    case 'quote':
      for (const inner of block.blocks) {
        writeBlock({ ...page, quotes: page.quotes + 1 }, inner);
      }
      break;
    case 'preformatted':
      writePreformatted(page, block);
      break;
    case 'list':
      writeList(page, block);
      break;
    case 'table':
      writeTable(page, block);
      break;
    case 'divider':
      begin(page);
      page.writer.mark(rule, []);
      break;
    default:
      block satisfies never;
  }
}

function writeParagraph(page: Page, content: readonly Inline[], style?: Style): void {
  begin(page);
  writeAll(page, content, style);
}

/** Drawn with box-drawing characters, because Bitrix24 takes a row of dashes for the frame of a quoted message. */
const rule = '─'.repeat(12);

function begin({ writer, quotes }: Page, first = '', rest = ''): void {
  writer.beginBlock({ quotes, first, rest });
}

function writeAll({ writer, names, losses }: Page, content: readonly Inline[], style?: Style): void {
  writeInlines(writer, content, names, losses, style);
}

/**
 * A block of code stands outside of quotes: `>>` cannot stand before its lines, and Bitrix24's mobile client ends the quote
 * there. Empty lines at its edges are left out, because the two clients drop them in different ways.
 */
function writePreformatted({ writer, names, losses }: Page, { content }: Preformatted): void {
  const text = content
    .map((node) => textOf(node, names, losses))
    .join('')
    .replace(/^(?:[^\S\n]*\n)+|\s+$/g, '');
  if (text !== '') {
    writer.beginFence();
    writer.text(text, []);
  }
}

function writeList(page: Page, { ordered, indent, start, items }: List): void {
  const depth = Math.min(indent, maxListDepth);
  for (const [at, item] of items.entries()) {
    const first = `${blanks(depth * tab)}${listLabel(ordered, depth, start + at)} `;
    begin(page, first, blanks(first.length));
    writeAll(page, item);
  }
}

/** Blanks for one level of a list: Bitrix24 shows four as a tab. */
const tab = 4;
const maxListDepth = 8;

function blanks(count: number): string {
  return ' '.repeat(count);
}

/** Columns cannot be aligned in a proportional font, so cells are only set apart. */
function writeTable(page: Page, { rows }: Table): void {
  for (const [at, cells] of rows.entries()) {
    begin(page);
    for (const [column, cell] of cells.entries()) {
      if (column > 0) {
        page.writer.mark(' | ', []);
      }
      writeAll(page, cell.map(onOneLine), at === 0 && rows.length > 1 ? { bold: true } : {});
    }
  }
}

function onOneLine(node: Inline): Inline {
  if (node.kind === 'text') {
    return { ...node, text: node.text.replaceAll('\n', ' ') };
  }
  return node.kind === 'link' && node.label ? { ...node, label: node.label.replaceAll('\n', ' ') } : node;
}
