import type { Document, Loss, Names } from '../domain/document.ts';
import { createLossLog } from './loss-log.ts';
import { type Line, renderLines } from './writing/bitrix-line.ts';
import { countCharacters } from './writing/characters.ts';
import { guardLines } from './writing/guard-lines.ts';
import { joiner } from './writing/invisible.ts';
import { layOut } from './writing/lay-out.ts';
import { partLines } from './writing/part-lines.ts';

/** `parts` of `too-long` is how many parts it would take at least, `over` how many characters are too many. */
export type WrittenText =
  | { readonly kind: 'written'; readonly parts: readonly string[]; readonly losses: readonly Loss[] }
  | { readonly kind: 'too-long'; readonly parts: number; readonly most: number; readonly over: number };

/**
 * The document as Bitrix24 chat text (BB codes), in parts of at most 20,000 characters, because Bitrix24 cuts what is
 * longer without a word. More than one part are numbered: `(1/3)`. Nothing that was typed becomes a code.
 */
export function writeBitrix(document: Document, names: Names): WrittenText {
  const log = createLossLog();
  const typed = layOut(document, names, log);
  if (leastLength(typed, ({ length }) => length) > maxPartLength * maxParts) {
    const least = leastLength(typed, countCharacters);
    if (least > maxPartLength * maxParts) {
      return tooLong(Math.ceil(least / room), least - 1);
    }
  }
  const lines = guardLines(typed, true);
  const text = renderLines(lines);
  const length = countCharacters(text);
  const losses = log.losses();
  if (length <= maxPartLength) {
    return { kind: 'written', parts: [notZero(text)], losses };
  }
  const parts = partLines(lines, room, maxParts);
  if (parts === undefined) {
    return tooLong(Math.max(Math.ceil(length / room), maxParts + 1), length);
  }
  const texts = parts.map((part, at) => numbering(at + 1, parts.length) + renderLines(part));
  return { kind: 'written', parts: texts, losses };
}

const maxPartLength = 20_000;
const maxParts = 5;
const room = maxPartLength - numbering(maxParts, maxParts).length;

/** The characters of a text that just fits, all of its parts together. */
export const maxTextLength = room * maxParts;

/** Parts end between lines where they can, so that a text may be too long by a little though it has fewer characters. */
function tooLong(parts: number, length: number): WrittenText {
  return { kind: 'too-long', parts, most: maxParts, over: Math.max(length - room * maxParts, 1) };
}

/** The length without any codes, so that what is far too long need not be put together. */
function leastLength(lines: readonly Line[], count: (text: string) => number): number {
  let length = 0;
  for (const { prefix, runs } of lines) {
    length += prefix.length + 1;
    for (const run of runs) {
      length += count(run.text);
    }
  }
  return length;
}

/** The portal takes `0` for an empty text, because PHP does. */
function notZero(text: string): string {
  return text.trim() === '0' ? text + joiner : text;
}

function numbering(part: number, parts: number): string {
  return `(${part}/${parts})\n`;
}
