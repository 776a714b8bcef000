import type { Document, Loss, Names } from '../domain/document.ts';
import { createLossLog } from './loss-log.ts';
import { type Line, renderLines } from './writing/bitrix-line.ts';
import { layOut } from './writing/lay-out.ts';
import { partLines } from './writing/part-lines.ts';

/** `parts` of `too-long` is how many parts it would take at least. */
export type WrittenText =
  | { readonly kind: 'written'; readonly parts: readonly string[]; readonly losses: readonly Loss[] }
  | { readonly kind: 'too-long'; readonly parts: number; readonly most: number };

/**
 * The document as Bitrix24 chat text (BB codes), in parts of at most 20,000 UTF-16 units, because Bitrix24 cuts what is
 * longer without a word. More than one part are numbered: `(1/3)`. Nothing that was typed becomes a code.
 */
export function writeBitrix(document: Document, names: Names): WrittenText {
  const log = createLossLog();
  const lines = layOut(document, names, log);
  const least = leastLength(lines);
  if (least > maxPartLength * maxParts) {
    return { kind: 'too-long', parts: Math.ceil(least / room), most: maxParts };
  }
  const text = renderLines(lines);
  const losses = log.losses();
  if (text.length <= maxPartLength) {
    return { kind: 'written', parts: [text === '0' ? `0${invisible}` : text], losses };
  }
  const parts = partLines(lines, room, maxParts);
  if (parts === undefined) {
    return { kind: 'too-long', parts: Math.max(Math.ceil(text.length / room), maxParts + 1), most: maxParts };
  }
  const texts = parts.map((part, at) => numbering(at + 1, parts.length) + renderLines(part));
  return { kind: 'written', parts: texts, losses };
}

/** PHP takes the text `0` for an empty one, and the portal would refuse it. */
const invisible = '\u2060';

const maxPartLength = 20_000;
const maxParts = 5;
const room = maxPartLength - numbering(maxParts, maxParts).length;

/** The length without any codes, so that what is far too long need not be put together. */
function leastLength(lines: readonly Line[]): number {
  let length = 0;
  for (const { prefix, runs } of lines) {
    length += prefix.length + 1;
    for (const run of runs) {
      length += run.text.length;
    }
  }
  return length;
}

function numbering(part: number, parts: number): string {
  return `(${part}/${parts})\n`;
}
