import { code, type Line, renderLine } from './bitrix-line.ts';
import { countCharacters } from './characters.ts';
import { type CutLine, cutLine } from './cut-line.ts';

/**
 * Splits lines into parts of at most `room` characters; `undefined` when that takes more than `maxParts`. A part ends where
 * a paragraph ends if it is full enough by then; else where a line ends; else between words or visible characters.
 */
export function partLines(
  lines: readonly Line[],
  room: number,
  maxParts: number,
): readonly (readonly Line[])[] | undefined {
  for (const leastFilled of [0.5, 0.9, 1]) {
    const parts = fillParts(lines, room, maxParts, Math.floor(room * leastFilled));
    if (parts !== undefined) {
      return parts;
    }
  }
  return undefined;
}

/** `enough`: how many characters a part must have to end before it is full. */
function fillParts(
  lines: readonly Line[],
  room: number,
  maxParts: number,
  enough: number,
): readonly Line[][] | undefined {
  const parts: Line[][] = [];
  const waiting = [...lines].reverse();
  while (waiting.length > 0) {
    if (parts.length === maxParts) {
      return undefined;
    }
    const part = fillPart(waiting, room, enough);
    if (part.length > 0) {
      parts.push(part);
    }
  }
  return parts;
}

/** Takes lines from the end of `waiting` and gives back what belongs to the next part. */
function fillPart(waiting: Line[], room: number, enough: number): Line[] {
  const part: Line[] = [];
  let size = 0;
  let borderAt = 0;
  for (let line = waiting.pop(); line !== undefined; line = waiting.pop()) {
    if (part.length === 0 && isBlank(line)) {
      continue;
    }
    const start = size + sizeBetween(part.at(-1), line);
    const end = start + countCharacters(renderLine(line));
    if (line.startsParagraph && size >= enough) {
      borderAt = part.length;
    }
    if (end > room) {
      const cut = size >= enough ? undefined : cutLine(line, room - start, part.length === 0);
      endPart(part, waiting, line, borderAt, cut);
      break;
    }
    part.push(line);
    size = end;
  }
  return withoutBlankEnd(part);
}

/** `line` did not fit: the part ends at its last good border, else in the middle of the line, else before the line. */
function endPart(part: Line[], waiting: Line[], line: Line, borderAt: number, cut: CutLine | undefined): void {
  if (borderAt > 0) {
    waiting.push(line);
    for (const later of part.splice(borderAt).reverse()) {
      waiting.push(later);
    }
  } else if (cut !== undefined) {
    part.push(cut.head);
    waiting.push(cut.rest);
  } else if (part.length > 0) {
    waiting.push(line);
  } else {
    part.push(line);
  }
}

/** The line break before a line, and the codes when it begins a code block, be it in the middle of one. */
function sizeBetween(previous: Line | undefined, line: Line): number {
  const fenced = line.fence !== undefined && line.fence !== previous?.fence;
  return (previous === undefined ? 0 : 1) + (fenced ? code.open.length + code.close.length : 0);
}

function isBlank({ prefix, runs, fence }: Line): boolean {
  return prefix === '' && runs.length === 0 && fence === undefined;
}

function withoutBlankEnd(part: Line[]): Line[] {
  const last = part.findLastIndex((line) => !isBlank(line));
  return part.slice(0, last + 1);
}
