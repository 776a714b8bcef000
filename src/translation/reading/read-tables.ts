import type { Block, Inline } from '../../domain/document.ts';
import { flatten, text } from '../nodes.ts';
import { readBlockElement } from './block-elements.ts';
import { fieldAt, isShape, listAt, type Shape, textAt } from './json-shape.ts';
import type { Reading } from './reading.ts';
import { readRichTextBlocks } from './rich-blocks.ts';
import { decodeEntities } from './slack-reference.ts';
import { readTextBlocks } from './text-object.ts';

/** `table` and `data_table`: rows of cells, which hold rich text, bare text or numbers. */
export function readTable(block: Shape, reading: Reading): readonly Block[] {
  const rows = listAt(block, 'rows').map((row) =>
    Array.isArray(row) ? row.map((cell) => readCell(cell, reading)) : [],
  );
  return [...readTextBlocks(textAt(block, 'caption')), { kind: 'table', rows: rows.filter((row) => row.length > 0) }];
}

function readCell(cell: unknown, reading: Reading): readonly Inline[] {
  if (!isShape(cell)) {
    return readBlockElement(cell, reading);
  }
  switch (textAt(cell, 'type')) {
    case 'rich_text':
      return flatten(readRichTextBlocks(cell, reading));
    case 'raw_number':
      return [text(decodeEntities(textAt(cell, 'text') ?? numberText(cell)))];
    default:
      return readBlockElement(cell, reading);
  }
}

function numberText(cell: Shape): string {
  const value = fieldAt(cell, 'value');
  return typeof value === 'number' ? String(value) : '';
}
