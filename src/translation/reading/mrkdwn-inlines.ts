import type { Inline, Style } from '../../domain/document.ts';
import { readAngle, readBareAddress, readEmojiName, readLineBreak } from './scan-rules.ts';
import { styleText } from './styled-pieces.ts';
import { createTextReader, isWordChar, nodePiece, type ScanRule, type TextScan } from './text-scan.ts';

/** Text with Slack's own markup, line breaks included, but without its blocks (quotes, ``` fences). */
export function readMrkdwnInlines(text: string): readonly Inline[] {
  return styleText(readPieces(text));
}

/** Text in which only references and entities mean something: what stands between backticks. */
export function readLiteral(text: string): readonly Inline[] {
  return styleText(readReferences(text)).map(withoutLink);
}

const readPieces = createTextReader(
  new Map<string, ScanRule>([
    ['<', readAngle],
    ['`', readCode],
    ['*', markerRule('*', 'bold')],
    ['_', markerRule('_', 'italic')],
    ['~', markerRule('~', 'strike')],
    [':', readEmojiName],
    ['\n', readLineBreak],
    ['h', readBareAddress],
  ]),
);

const readReferences = createTextReader(new Map([['<', readAngle]]));

/** A marker opens before a word and closes after one; inside of words (snake_case) and next to its like it is text. */
function markerRule(typed: string, style: keyof Style): ScanRule {
  const opening = { kind: 'marker', typed, style, opens: true, closes: false } as const;
  const closing = { ...opening, opens: false, closes: true };
  const either = { ...opening, closes: true };
  return (scan) => {
    const before = scan.text.charAt(scan.at() - 1);
    const after = scan.text.charAt(scan.at() + 1);
    const opens = isBorder(before, typed) && !isBlank(after) && after !== typed;
    const closes = !isBlank(before) && before !== typed && isBorder(after, typed);
    if (!opens && !closes) {
      return false;
    }
    scan.take(1, opens && closes ? either : opens ? opening : closing);
    return true;
  };
}

function readCode(scan: TextScan): boolean {
  const start = scan.at() + 1;
  const end = scan.findOnLine('`', start);
  if (end <= start || !isBorder(scan.text.charAt(start - 2), '`') || !isBorder(scan.text.charAt(end + 1), '`')) {
    return false;
  }
  const nodes = readLiteral(scan.text.slice(start, end));
  const pieces = nodes.map((node) => nodePiece({ ...node, style: { code: true } }));
  scan.take(end + 1 - scan.at(), pieces);
  return true;
}

function isBorder(char: string, marker: string): boolean {
  return char !== marker && !isWordChar(char);
}

function isBlank(char: string): boolean {
  return char.trim() === '';
}

/** Slack shows the address there as it is, and no link. */
function withoutLink(node: Inline): Inline {
  return node.kind === 'link' ? { kind: 'text', text: node.label ?? node.address } : node;
}
