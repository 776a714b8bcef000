import { type Line, type Run, renderLine, switchCodes } from './bitrix-line.ts';
import { countCharacters, placeAfter } from './characters.ts';
import { guardLines } from './guard-lines.ts';
import { stop } from './invisible.ts';

/** A line in two, both with all their codes closed. */
export type CutLine = {
  readonly head: Line;
  readonly rest: Line;
};

/**
 * Cuts a line: what fits into `room` characters, with its codes closed, and the rest, with its codes opened again.
 * `must`: the line has the room to itself, so words that should stay whole are cut if that is the only way. `undefined`
 * when the whole line fits, or no character of it.
 */
export function cutLine(line: Line, room: number, must: boolean): CutLine | undefined {
  let used = countCharacters(line.prefix);
  let before: Run['codes'] = [];
  for (const [at, run] of line.runs.entries()) {
    const opening = countCharacters(switchCodes(before, run.codes));
    const left = room - used - opening - countCharacters(switchCodes(run.codes, []));
    if (countCharacters(run.text) > left) {
      return cutAt(line, at, left, must && at === 0);
    }
    used += opening + countCharacters(run.text);
    before = run.codes;
  }
  return undefined;
}

/** What is left of a word at the end of a line may be alive there, and what guards it takes room as well. */
function cutAt(line: Line, at: number, left: number, must: boolean): CutLine | undefined {
  const run = line.runs[at];
  const length = run === undefined ? 0 : lengthThatFits(run, left, must);
  const cut = length > 0 ? cutInside(line, at, length) : cutBefore(line, at);
  if (cut === undefined) {
    return undefined;
  }
  const head = guarded(cut.head);
  const grown = countCharacters(renderLine(head)) - countCharacters(renderLine(cut.head));
  return grown > 0 && length > 0 ? cutAt(line, at, left - grown, must) : { ...cut, head };
}

function lengthThatFits(run: Run, left: number, must: boolean): number {
  if (left <= 0 || (run.kind !== 'text' && !must)) {
    return 0;
  }
  const place = placeAfter(run.text, left);
  return graphemeBorder(run.text, checkboxBorder(run.text, wordBorder(run.text, place) ?? place));
}

/** `[x]` goes unguarded as a whole; cut within, its first half would be open to whatever code closes behind it. */
function checkboxBorder(text: string, limit: number): number {
  const start = text.lastIndexOf('[', limit - 1);
  const isWithin = start > 0 && limit < start + 3 && /^\[x\]/i.test(text.slice(start, start + 3));
  return isWithin ? start : limit;
}

/** A place after a blank, not much before the limit. */
function wordBorder(text: string, limit: number): number | undefined {
  const blank = text.lastIndexOf(' ', limit - 1);
  return blank > 0 && blank >= limit - maxWordLength ? blank + 1 : undefined;
}

const maxWordLength = 200;

/** The last place up to the limit where no visible character is torn; failing that, no surrogate pair. */
function graphemeBorder(text: string, limit: number): number {
  const border = graphemeStart(text, limit);
  if (border > 0) {
    return border;
  }
  return (text.codePointAt(limit - 1) ?? 0) > 0xffff ? limit - 1 : limit;
}

/** The start of the visible character that a place is in; the place itself where one begins, or the text ends. */
function graphemeStart(text: string, at: number): number {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  return segmenter.segment(text).containing(at)?.index ?? at;
}

let segmenter: Intl.Segmenter | undefined;

/** Cuts before a run, or a little earlier where a visible character began in the run before it. */
function cutBefore(line: Line, at: number): CutLine | undefined {
  const previous = line.runs[at - 1];
  if (previous?.kind === 'text') {
    const end = previous.text.slice(-maxGraphemeLength);
    const torn = end.length - graphemeStart(end + (line.runs[at]?.text ?? '').slice(0, maxGraphemeLength), end.length);
    if (torn > 0 && torn < previous.text.length) {
      return cutInside(line, at - 1, previous.text.length - torn);
    }
  }
  return cutInside(line, at, 0);
}

const maxGraphemeLength = 64;

function cutInside(line: Line, at: number, length: number): CutLine | undefined {
  const run = line.runs[at];
  if (run === undefined || (at === 0 && length === 0)) {
    return undefined;
  }
  const headRun = length > 0 ? [{ ...run, text: run.text.slice(0, length) }] : [];
  const restRun = { ...run, text: run.text.slice(length).replace(leadingStops, '') };
  return {
    head: { ...line, runs: [...line.runs.slice(0, at), ...headRun] },
    rest: guarded({
      ...line,
      prefix: line.nextPrefix,
      runs: [...(restRun.text === '' ? [] : [restRun]), ...line.runs.slice(at + 1)],
      startsParagraph: false,
    }),
  };
}

/**
 * A stop guards what was before the cut. At the start of a line it would look as if what follows were guarded, where
 * readers that take it for a blank skip it.
 */
const leadingStops = new RegExp(`^${stop}+`);

/** Text from the middle of a line is now at the start of one, where more counts as a code. */
function guarded(line: Line): Line {
  return guardLines([line], false)[0] ?? line;
}
