import type { Block } from '../../domain/document.ts';
import { paragraph, text } from '../nodes.ts';
import type { Construct } from './markdown-construct.ts';
import { readMarkdownInlines } from './markdown-inlines.ts';
import { readMarkdownList } from './markdown-lists.ts';
import { readMarkdownTable } from './markdown-tables.ts';
import { decodeEntities } from './slack-reference.ts';

/**
 * The text of Slack's `markdown` block: standard Markdown, of which the common constructs are read and the rest is
 * text.
 */
export function readMarkdown(source: string): readonly Block[] {
  return readLines(source.replace(/\r\n?/g, '\n').split('\n'), maxQuoteDepth);
}

const maxQuoteDepth = 8;

function readLines(lines: readonly string[], depth: number): readonly Block[] {
  const blocks: Block[] = [];
  let prose: string[] = [];
  for (let at = 0; at < lines.length; ) {
    const found = readConstruct(lines, at, depth);
    if (found === undefined) {
      prose.push(lines[at] ?? '');
      at += 1;
    } else {
      for (const block of [...readProse(prose), ...found.blocks]) {
        blocks.push(block);
      }
      prose = [];
      at = found.next;
    }
  }
  return [...blocks, ...readProse(prose)];
}

function readConstruct(lines: readonly string[], at: number, depth: number): Construct | undefined {
  return (
    readFence(lines, at) ??
    readHeading(lines, at) ??
    readRule(lines, at) ??
    readQuote(lines, at, depth) ??
    readMarkdownList(lines, at) ??
    readMarkdownTable(lines, at)
  );
}

/** Blank lines between paragraphs stay, as they are what sets paragraphs apart in a chat. */
function readProse(lines: readonly string[]): readonly Block[] {
  return lines.length > 0 ? [paragraph(readMarkdownInlines(lines.join('\n')))] : [];
}

function readFence(lines: readonly string[], at: number): Construct | undefined {
  const [, fence] = /^ {0,3}(`{3,}|~{3,})[^`]*$/.exec(lines[at] ?? '') ?? [];
  if (fence === undefined) {
    return undefined;
  }
  let end = at + 1;
  while (end < lines.length && !closesFence(lines[end] ?? '', fence)) {
    end += 1;
  }
  const content = [text(decodeEntities(lines.slice(at + 1, end).join('\n')))];
  return { blocks: [{ kind: 'preformatted', content }], next: end + 1 };
}

function closesFence(line: string, fence: string): boolean {
  const rest = line.trim();
  return rest.length >= fence.length && rest === fence.charAt(0).repeat(rest.length);
}

function readHeading(lines: readonly string[], at: number): Construct | undefined {
  const [marker] = /^ {0,3}#{1,6}(?:[ \t]+|$)/.exec(lines[at] ?? '') ?? [];
  if (marker === undefined) {
    return undefined;
  }
  const content = (lines[at] ?? '')
    .slice(marker.length)
    .trim()
    .replace(/(?:^|\s)#+$/, '');
  return { blocks: [{ kind: 'heading', content: readMarkdownInlines(content) }], next: at + 1 };
}

function readRule(lines: readonly string[], at: number): Construct | undefined {
  const isRule = /^ {0,3}([-*_])(?: *\1){2,} *$/.test(lines[at] ?? '');
  return isRule ? { blocks: [{ kind: 'divider' }], next: at + 1 } : undefined;
}

function readQuote(lines: readonly string[], at: number, depth: number): Construct | undefined {
  const marker = /^ {0,3}> ?/;
  let next = at;
  while (marker.test(lines[next] ?? '')) {
    next += 1;
  }
  if (next === at || depth === 0) {
    return undefined;
  }
  const quoted = lines.slice(at, next).map((line) => line.replace(marker, ''));
  return { blocks: [{ kind: 'quote', blocks: readLines(quoted, depth - 1) }], next };
}
