import type { Block, Inline } from '../../domain/document.ts';
import type { Construct } from './markdown-construct.ts';
import { readMarkdownInlines } from './markdown-inlines.ts';

type Item = {
  readonly indent: number;
  readonly ordered: boolean;
  readonly number: number;
  readonly lines: string[];
};

/** Lists that begin at a line, nested ones included, and where they end. `undefined` when no item begins there. */
export function readMarkdownList(lines: readonly string[], at: number): Construct | undefined {
  const items: Item[] = [];
  const margins: number[] = [];
  let next = at;
  for (; next < lines.length; next += 1) {
    const line = lines[next] ?? '';
    const last = items.at(-1);
    const item = readItem(line, margins);
    if (item !== undefined) {
      items.push(item);
    } else if (last !== undefined && /^\s+\S/.test(line)) {
      last.lines.push(line.trim());
    } else {
      break;
    }
  }
  return items.length > 0 ? { blocks: groupItems(items), next } : undefined;
}

/** `margins` are the widths of the blanks before the items that this one may be nested in. */
function readItem(line: string, margins: number[]): Item | undefined {
  const [, blanks = '', marker, content = ''] = /^([ \t]*)([-+*]|\d{1,9}[.)])[ \t]+(\S.*)$/.exec(line) ?? [];
  if (marker === undefined) {
    return undefined;
  }
  const width = blanks.replaceAll('\t', '    ').length;
  while ((margins.at(-1) ?? -1) >= width) {
    margins.pop();
  }
  margins.push(width);
  const number = Number.parseInt(marker, 10);
  return { indent: margins.length - 1, ordered: !Number.isNaN(number), number, lines: [content] };
}

/** Items of the same depth and kind that follow each other are one list. */
function groupItems(items: readonly Item[]): readonly Block[] {
  const lists: { ordered: boolean; indent: number; start: number; items: (readonly Inline[])[] }[] = [];
  for (const { ordered, indent, number, lines } of items) {
    const content = readMarkdownInlines(lines.join('\n'));
    const last = lists.at(-1);
    if (last?.ordered === ordered && last.indent === indent) {
      last.items.push(content);
    } else {
      lists.push({ ordered, indent, start: ordered ? number : 1, items: [content] });
    }
  }
  return lists.map((list) => ({ kind: 'list', ...list }));
}
