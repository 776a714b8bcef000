import type { Block, Document, Inline, List, Names } from '../domain/document.ts';
import { createLossLog } from '../translation/loss-log.ts';
import { textOf } from '../translation/writing/text-of.ts';

/** For text in which mentions are called what Slack called them. */
export const unnamed: Names = { users: new Map(), channels: new Map(), groups: new Map() };

/** A document as bare text: marks of quotes and lists stand for themselves, and everything else is what is read. */
export function previewText(document: Document, names: Names): string {
  return document.blocks
    .flatMap((block) => linesOf(block, names))
    .join('\n')
    .trim();
}

const rule = '─'.repeat(12);

function linesOf(block: Block, names: Names): readonly string[] {
  const read = (content: readonly Inline[]) => contentText(content, names);
  switch (block.kind) {
    case 'paragraph':
    case 'heading':
    case 'preformatted':
      return read(block.content).split('\n');
    case 'quote':
      return block.blocks.flatMap((inner) => linesOf(inner, names)).map((line) => `> ${line}`);
    case 'list':
      return block.items.flatMap((item, at) => itemLines(block, at, read(item)));
    case 'table':
      return block.rows.map((row) => row.map(read).join(' | '));
    case 'divider':
      return [rule];
    default:
      return block satisfies never;
  }
}

function itemLines({ ordered, indent, start }: List, at: number, text: string): readonly string[] {
  const margin = ' '.repeat(4 * Math.min(indent, maxIndent));
  const label = ordered ? `${start + at}.` : '•';
  return text.split('\n').map((line, row) => `${margin}${row === 0 ? label : ' '.repeat(label.length)} ${line}`);
}

const maxIndent = 8;

function contentText(content: readonly Inline[], names: Names): string {
  const unheard = createLossLog();
  return content.map((node) => (node.kind === 'moment' ? timeOf(node) : textOf(node, names, unheard))).join('');
}

/** Each reader sees a zone of their own; here it is UTC, and says so. */
function timeOf({ epochSeconds, fallback }: Extract<Inline, { kind: 'moment' }>): string {
  const date = new Date(epochSeconds * 1_000);
  return Number.isNaN(date.getTime()) ? fallback : `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
