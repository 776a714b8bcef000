import { type Line, type Run, switchCodes } from './bitrix-line.ts';
import { createGuard } from './guard-text.ts';

/** A line in two, both with all their codes closed. */
export type CutLine = {
  readonly head: Line;
  readonly rest: Line;
};

/**
 * The line as what fits into `room` characters, with its codes closed, and the rest, with its codes opened again.
 * `must`: nothing else shares the room, so what should stay in one piece is cut if that is the only way.
 * Undefined when the whole line fits, or nothing of it.
 */
export function cutLine(line: Line, room: number, must: boolean): CutLine | undefined {
  let used = line.prefix.length;
  let before: Run['codes'] = [];
  for (const [at, run] of line.runs.entries()) {
    const opening = switchCodes(before, run.codes).length;
    const left = room - used - opening - switchCodes(run.codes, []).length;
    if (run.text.length > left) {
      const length = lengthThatFits(run, left, must && at === 0);
      return length > 0 ? cutInside(line, at, length) : cutBefore(line, at);
    }
    used += opening + run.text.length;
    before = run.codes;
  }
  return undefined;
}

function lengthThatFits(run: Run, left: number, must: boolean): number {
  if (left <= 0 || (run.kind !== 'text' && !must)) {
    return 0;
  }
  return graphemeBorder(run.text, checkboxBorder(run.text, wordBorder(run.text, left) ?? left));
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
  const restRuns = [{ ...run, text: run.text.slice(length) }, ...line.runs.slice(at + 1)];
  return {
    head: { ...line, runs: [...line.runs.slice(0, at), ...headRun] },
    rest: protectAgain({ ...line, prefix: line.nextPrefix, runs: restRuns, startsParagraph: false }),
  };
}

/** Text from the middle of a line is now at the start of one, where more counts as a code. */
function protectAgain(line: Line): Line {
  const guard = createGuard();
  guard.startLine(line.quoted);
  const runs = line.runs.map((run) => {
    if (run.kind === 'mark') {
      guard.passVisible();
      return run;
    }
    return { ...run, text: guard.protect(run.text) };
  });
  return { ...line, runs };
}
