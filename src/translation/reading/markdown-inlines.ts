import type { Inline, Style } from '../../domain/document.ts';
import { link, styled, text } from '../nodes.ts';
import { readAngle, readBareAddress, readEmojiName, readLineBreak } from './scan-rules.ts';
import { decodeEntities } from './slack-reference.ts';
import { type Piece, styleText } from './styled-pieces.ts';
import { createTextReader, isWordChar, nodePiece, type ScanRule, type TextScan, textPiece } from './text-scan.ts';

/** Standard Markdown within a line: emphasis, code, links and images, with Slack's emoji and mentions. */
export function readMarkdownInlines(source: string): readonly Inline[] {
  return styleText(readPieces(source));
}

const readPieces = createTextReader(
  new Map<string, ScanRule>([
    ['<', readAngle],
    [':', readEmojiName],
    ['\n', readLineBreak],
    ['\\', readEscape],
    ['`', readCode],
    ['!', readLink],
    ['[', readLink],
    ['*', readEmphasis],
    ['_', readEmphasis],
    ['~', readEmphasis],
    ['h', readBareAddress],
  ]),
);

function readEscape(scan: TextScan): boolean {
  const escaped = scan.text.charAt(scan.at() + 1);
  if (!/^[!-/:-@[-`{-~]$/.test(escaped)) {
    return false;
  }
  scan.take(2, textPiece(escaped));
  return true;
}

function readCode(scan: TextScan): boolean {
  const fence = runAt(scan.text, scan.at());
  const start = scan.at() + fence.length;
  const end = fence.length > maxRunLength ? -1 : scan.findOnLine(fence, start);
  if (end === -1) {
    return false;
  }
  const code = scan.text.slice(start, end);
  const content = /^ .*\S.* $/.test(code) ? code.slice(1, -1) : code;
  scan.take(end + fence.length - scan.at(), nodePiece(styled(text(decodeEntities(content)), { code: true })));
  return true;
}

/** `[label](address "title")`, and an image as a link to it. */
function readLink(scan: TextScan): boolean {
  const { text: source } = scan;
  const start = scan.at() + (source.charAt(scan.at()) === '!' ? 2 : 1);
  if (source.charAt(start - 1) !== '[') {
    return false;
  }
  const close = scan.findOnLine(']', start);
  const end = close !== -1 && source.charAt(close + 1) === '(' ? scan.findOnLine(')', close + 2) : -1;
  const [target = ''] = source
    .slice(close + 2, Math.max(end, close + 2))
    .trim()
    .split(/\s/, 1);
  const address = decodeEntities(target.replace(/^</, '').replace(/>$/, ''));
  if (address === '') {
    return false;
  }
  const label = readMarkdownInlines(source.slice(start, close)).map(textOf).join('');
  scan.take(end + 1 - scan.at(), nodePiece(link(address, ...(label === '' ? [] : [label]))));
  return true;
}

function textOf(node: Inline): string {
  switch (node.kind) {
    case 'text':
      return node.text;
    case 'emoji':
      return node.unicode ?? `:${node.name}:`;
    case 'link':
      return node.label ?? node.address;
    default:
      return '';
  }
}

/** `*` may stand inside of words, `_` may not. Three are bold and italic at once. */
function readEmphasis(scan: TextScan): boolean {
  const run = runAt(scan.text, scan.at());
  const before = scan.text.charAt(scan.at() - 1);
  const after = scan.text.charAt(scan.at() + run.length);
  const inWord = !run.startsWith('_');
  const opens = after.trim() !== '' && (inWord || !isWordChar(before));
  const closes = before.trim() !== '' && (inWord || !isWordChar(after));
  const markers = emphasis.get(run.replaceAll('_', '*'));
  if (markers === undefined || (!opens && !closes)) {
    return false;
  }
  const pieces = markers.map(([length, style]): Piece => {
    return { kind: 'marker', typed: run.slice(0, length), style, opens, closes };
  });
  // What was opened last has to be closed first.
  scan.take(run.length, closes && !opens ? pieces.reverse() : pieces);
  return true;
}

const emphasis: ReadonlyMap<string, readonly (readonly [length: number, style: keyof Style])[]> = new Map([
  ['*', [[1, 'italic']]],
  ['**', [[2, 'bold']]],
  [
    '***',
    [
      [2, 'bold'],
      [1, 'italic'],
    ],
  ],
  ['~~', [[2, 'strike']]],
]);

/** The same character as often as it is repeated from there. */
function runAt(source: string, at: number): string {
  let end = at + 1;
  while (source.charAt(end) === source.charAt(at) && end < source.length) {
    end += 1;
  }
  return source.slice(at, end);
}

const maxRunLength = 8;
