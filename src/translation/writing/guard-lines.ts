import type { Line, Run } from './bitrix-line.ts';
import { joiner, stop } from './invisible.ts';
import { codeMark, liveRules, type Place, tickMark } from './live-rules.ts';

/**
 * The lines of a message with an invisible character in every place where Bitrix24 would see more than letters in what
 * was typed. Lines are looked at together, across runs and codes, because a reader may drop what stands between.
 * Lines that were guarded once are left as they are. `startsMessage`: nothing comes before the first of them.
 */
export function guardLines(lines: readonly Line[], startsMessage: boolean): readonly Line[] {
  const page = layDown(lines);
  const breaks = findBreaks(page, startsMessage);
  if (breaks.length === 0) {
    return lines;
  }
  const guarded = lines.map((line) => ({ ...line, runs: [...line.runs] }));
  for (const [piece, breaksInPiece] of Map.groupBy(breaks, (one) => one.piece)) {
    const line = guarded[piece.line];
    const run = line?.runs[piece.run];
    if (line !== undefined && run !== undefined) {
      line.runs[piece.run] = { ...run, text: broken(run.text, breaksInPiece) };
    } else if (line !== undefined) {
      line.prefix = broken(line.prefix, breaksInPiece);
    }
  }
  return guarded;
}

/** The text with what breaks it in these places, which come in their order. */
function broken(text: string, breaks: readonly Break[]): string {
  let done = 0;
  let guarded = '';
  for (const { at, by } of breaks) {
    guarded += text.slice(done, at) + by;
    done = at;
  }
  return guarded + text.slice(done);
}

/** The places of a single text at which it has to be broken, for a text that has no line of its own. */
export function breaksIn(text: string, place: Place): readonly number[] {
  const piece = { start: 0, end: text.length, line: 0, run: 0, place };
  const line = { prefix: 0, start: text.length, indented: false };
  return findBreaks({ text, pieces: [piece], lines: [line] }, false).map(({ at }) => at);
}

/** A message as one text, so that rules see what a reader sees. */
type Page = { readonly text: string; readonly pieces: readonly Piece[]; readonly lines: readonly PageLine[] };

/** A stretch of the page. `place` is `undefined` for the app's own text. */
type Piece = {
  readonly start: number;
  readonly end: number;
  readonly line: number;
  /** -1 is the prefix of the line. */
  readonly run: number;
  readonly place: Place | undefined;
};

type PageLine = {
  /** The piece that is its prefix. */
  readonly prefix: number;
  /** Where its first visible character may stand; behind its end where nothing in it is at the start of a line. */
  readonly start: number;
  /** Behind an empty line, with so many blanks that Markdown makes code of it. */
  readonly indented: boolean;
};

/** A place in a piece, counted from its start. */
type Break = { readonly piece: Piece; readonly at: number; readonly by: string };

function layDown(lines: readonly Line[]): Page {
  const pieces: Piece[] = [];
  const pageLines: PageLine[] = [];
  const texts: string[] = [];
  const stray = hasStrayTick(lines);
  const mark = stray ? tickMark : codeMark;
  let offset = 0;
  for (const [at, line] of lines.entries()) {
    const prefix = pieces.length;
    let text = line.prefix;
    pieces.push({ start: offset, end: offset + text.length, line: at, run: -1, place: undefined });
    let codes: Run['codes'] = [];
    for (const [run, one] of line.runs.entries()) {
      text += one.codes === codes || (one.codes.length === 0 && codes.length === 0) ? '' : mark;
      codes = one.codes;
      const start = offset + text.length;
      text += one.text;
      pieces.push({ start, end: offset + text.length, line: at, run, place: placeOf(line, one, stray) });
    }
    text += codes.length > 0 ? mark : '';
    const indented = line.fence === undefined && texts.at(-1) === '' && /^(?: {4}|\t)/.test(text);
    pageLines.push({ prefix, start: offset + startOf(line, lines[at - 1], text), indented });
    texts.push(text);
    offset += text.length + 1;
  }
  return { text: texts.join('\n'), pieces, lines: pageLines };
}

/**
 * Backticks are looked for in pairs: one in running text, or three in code, move all pairs behind them, and what was
 * code is none.
 */
function hasStrayTick(lines: readonly Line[]): boolean {
  return lines.some(
    ({ runs, fence }) =>
      fence === undefined && runs.some(({ as, text }) => text.includes(as === 'inline code' ? '```' : '`')),
  );
}

function placeOf({ fence }: Line, { kind, as }: Run, stray: boolean): Place | undefined {
  if (kind === 'mark') {
    return undefined;
  }
  if (fence !== undefined) {
    return 'code block';
  }
  return stray && as === 'inline code' ? 'text' : (as ?? 'text');
}

/** The first line of a block of code stands behind its opening code, and so at the start of no line. */
function startOf(line: Line, previous: Line | undefined, text: string): number {
  if (line.fence !== undefined) {
    return line.fence === previous?.fence ? 0 : text.length;
  }
  blanks.lastIndex = line.quoted ? quoteMarks.length : 0;
  blanks.test(text);
  return blanks.lastIndex;
}

const blanks = new RegExp(
  `(?:[^\\S\\n${stop}]|[${codeMark}${tickMark}]|[\\p{Default_Ignorable_Code_Point}--[${joiner}${stop}]])*`,
  'vy',
);
const quoteMarks = '>>';

function findBreaks(page: Page, startsMessage: boolean): readonly Break[] {
  const { text, pieces, lines } = page;
  const found: (Break & { readonly position: number })[] = [];
  for (const { prefix, indented } of lines) {
    const piece = pieces[prefix];
    if (indented && piece !== undefined) {
      found.push({ position: piece.start, piece, at: 0, by: joiner });
    }
  }
  const messageStart = startsMessage ? text.search(visible) : -1;
  let current = 0;
  triggers.lastIndex = 0;
  for (let match = triggers.exec(text); match !== null; match = triggers.exec(text)) {
    const at = match.index;
    while ((pieces[current]?.end ?? text.length) <= at) {
      current += 1;
    }
    const piece = pieces[current];
    if (piece === undefined || at < piece.start) {
      continue;
    }
    const isLineStart = lines[piece.line]?.start === at;
    for (const { rule } of rulesByFirst.get(match[0].charAt(0)) ?? []) {
      const isThere = rule.at === undefined || (rule.at === 'line start' ? isLineStart : at === messageStart);
      const place = piece.place ?? (rule.at === 'line start' ? 'text' : undefined);
      rule.find.lastIndex = at;
      if (isThere && place !== undefined && rule.in.includes(place) && rule.find.test(text)) {
        const end = rule.find.lastIndex;
        found.push({ position: end, ...placeAt(page, current, end), by: rule.by ?? joiner });
        triggers.lastIndex = Math.max(triggers.lastIndex, end);
      }
    }
  }
  return found
    .sort((one, other) => one.position - other.position)
    .filter(({ position, by }, at) => found[at - 1]?.position !== position || found[at - 1]?.by !== by);
}

/** The piece that holds a position found from another one; what is ours stays whole. */
function placeAt({ pieces, lines }: Page, from: number, position: number): Pick<Break, 'piece' | 'at'> {
  const piece = pieces[from] ?? nothing;
  if (piece.place === undefined) {
    const prefix = pieces[lines[piece.line]?.prefix ?? from] ?? piece;
    return { piece: prefix, at: prefix.end - prefix.start };
  }
  let next = piece;
  for (let at = from; next.end <= position && (pieces[at]?.start ?? Number.MAX_VALUE) <= position; at += 1) {
    next = pieces[at] ?? next;
  }
  const isInside = next.place !== undefined && next.start <= position && position <= next.end;
  return isInside ? { piece: next, at: position - next.start } : { piece, at: piece.end - piece.start };
}

const nothing: Piece = { start: 0, end: 0, line: 0, run: -1, place: undefined };
const visible = new RegExp(`[^\\s${codeMark}${tickMark}\\p{Default_Ignorable_Code_Point}]`, 'v');

const rulesByFirst = Map.groupBy(
  liveRules.flatMap((rule) => Array.from(rule.begins, (first) => ({ first, rule }))),
  ({ first }) => first,
);

const triggers = /[[&#<:(*_~\\>/\-=;8`|]|www\./gi;
