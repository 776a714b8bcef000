import type { Block } from '../../domain/document.ts';
import { readLiteral, readMrkdwnInlines } from './mrkdwn-inlines.ts';

/**
 * The blocks of a text in Slack's mrkdwn. Entities are decoded once. Time grows with the length of the text, whatever it
 * is.
 */
export function readMrkdwnBlocks(text: string): readonly Block[] {
  const source = text.replace(/\r\n?/g, '\n');
  const blocks: (readonly Block[])[] = [];
  let from = 0;
  for (const { start, end } of fencesIn(source)) {
    blocks.push(readProse(source.slice(from, start), from > 0, true));
    blocks.push([{ kind: 'preformatted', content: readLiteral(codeIn(source.slice(start, end))) }]);
    from = end;
  }
  blocks.push(readProse(source.slice(from), from > 0, false));
  return blocks.flat();
}

const fence = '```';

/** The places of all pairs of fences with something between them. */
function fencesIn(text: string): readonly { readonly start: number; readonly end: number }[] {
  const fences = [];
  let start = text.indexOf(fence);
  while (start !== -1) {
    const close = text.indexOf(fence, start + fence.length);
    if (close === -1) {
      break;
    }
    const end = close + fence.length;
    if (text.slice(start + fence.length, close).trim() === '') {
      start = close;
    } else {
      fences.push({ start, end });
      start = text.indexOf(fence, end);
    }
  }
  return fences;
}

/** The line breaks next to the fences only set them apart. */
function codeIn(fenced: string): string {
  return fenced.slice(fence.length, -fence.length).replace(/^\n/, '').replace(/\n$/, '');
}

/** Paragraphs and quotes. Next to a fence, an empty rest of the line is no line of its own. */
function readProse(text: string, afterFence: boolean, beforeFence: boolean): readonly Block[] {
  const lines = text.split('\n');
  if (afterFence && lines[0] === '') {
    lines.shift();
  }
  if ((beforeFence || lines.length === 1) && lines.at(-1) === '') {
    lines.pop();
  }
  const blocks: Block[] = [];
  for (const { quoted, text: content } of groupLines(lines)) {
    const paragraph = { kind: 'paragraph', content: readMrkdwnInlines(content) } as const;
    blocks.push(quoted ? { kind: 'quote', blocks: [paragraph] } : paragraph);
  }
  return blocks;
}

type Group = {
  readonly quoted: boolean;
  readonly text: string;
};

/** Lines that follow each other and are all quoted, or all not. `>>>` quotes everything after it. */
function groupLines(lines: readonly string[]): readonly Group[] {
  const groups: { quoted: boolean; lines: string[] }[] = [];
  let endless = false;
  for (const line of lines) {
    const markers: number = endless ? 0 : countMarkers(line);
    const quoted = endless || markers > 0;
    const last = groups.at(-1);
    const content = markers === 0 ? line : withoutMarkers(line, markers === 3 ? 3 : 1);
    endless ||= markers === 3;
    if (last?.quoted === quoted) {
      last.lines.push(content);
    } else {
      groups.push({ quoted, lines: [content] });
    }
  }
  return groups.map((group) => ({ quoted: group.quoted, text: group.lines.join('\n') }));
}

/** How many quote markers the line begins with, up to three. Slack escapes what people type, apps often do not. */
function countMarkers(line: string): number {
  let count = 0;
  let at = 0;
  while (count < 3 && (line.startsWith('&gt;', at) || line.charAt(at) === '>')) {
    at += line.charAt(at) === '>' ? 1 : 4;
    count += 1;
  }
  return count;
}

/** The line without its first markers and one blank after them. */
function withoutMarkers(line: string, count: number): string {
  let at = 0;
  for (let removed = 0; removed < count; removed += 1) {
    at += line.charAt(at) === '>' ? 1 : 4;
  }
  return line.slice(line.charAt(at) === ' ' ? at + 1 : at);
}
