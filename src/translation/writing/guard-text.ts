import { isInvisible, isSpace, joiner } from './invisible.ts';

/**
 * Keeps typed text from becoming a code. Give it the text of a message piece by piece, in order; it remembers across pieces
 * and across the codes that are written in between, because a reader may drop those before it looks for others.
 */
export interface Guard {
  /** The text with a word joiner in every place where Bitrix24 would see a code. Expects no line breaks. */
  protect(text: string): string;
  /** A new line begins; `quoted` when it begins with quote markers of ours. */
  startLine(quoted: boolean): void;
  /** Something readable of ours comes next on the line: a bullet, a date. */
  passVisible(): void;
}

/**
 * Bitrix24 documents no escape, so an invisible character is put in. A word joiner, because it opens no place to wrap
 * a line, and because programs that strip "zero-width spaces" (U+200B to U+200D) leave it alone. What is broken:
 * - `[` before a letter, `/` or `*`, whatever invisible or blank characters stand between (bb codes, known or to come)
 * - `>>` at the start of a line, and `>` where it would deepen a quote of ours
 * - five dashes at the start of a line, 54 anywhere (quoted messages)
 * - `/me` and `/loud` at the start of the message (seen in Bitrix24's web client: they eat what follows)
 * Text that was protected once is left as it is.
 */
export function createGuard(): Guard {
  const state = freshState();
  return {
    protect: (text) => protect(state, text),
    startLine(quoted) {
      startLine(state);
      state.quoted = quoted;
      state.messageStart &&= !quoted;
    },
    passVisible() {
      startLine(state);
      state.lineStart = false;
      state.messageStart = false;
      state.bracket = false;
    },
  };
}

type State = {
  /** Nothing but blanks and `>` on this line so far. */
  lineStart: boolean;
  quoted: boolean;
  angles: number;
  dashes: number;
  /** How many dashes may follow each other; 0 outside of a run. */
  dashLimit: number;
  messageStart: boolean;
  /** A slash is all there is so far. */
  slash: boolean;
  /** A bracket was opened, and nothing visible came since. */
  bracket: boolean;
  last: string;
};

function freshState(): State {
  const line = { lineStart: true, quoted: false, angles: 0, dashes: 0, dashLimit: 0, slash: false, last: '\n' };
  return { ...line, messageStart: true, bracket: false };
}

function startLine(state: State): void {
  state.lineStart = true;
  state.quoted = false;
  state.angles = 0;
  state.dashes = 0;
  state.dashLimit = 0;
  state.slash = false;
  state.last = '\n';
}

const dashesAtLineStart = 4;
const dashesElsewhere = 53;

function protect(state: State, text: string): string {
  let protectedText = '';
  let done = 0;
  let at = 0;
  while (at < text.length) {
    const char = charAt(text, at);
    if (mayMakeCode(state, char, text, at) && state.last !== joiner) {
      protectedText += text.slice(done, at) + joiner;
      done = at;
      breakDashes(state);
    }
    pass(state, char);
    at += char.length;
    if (isQuiet(state)) {
      at = nextOpening(text, at);
      state.last = text.charAt(at - 1);
    }
  }
  return protectedText === '' ? text : protectedText + text.slice(done);
}

/** Whether nothing that was written so far can be the beginning of a code. Most of the time it is so. */
function isQuiet(state: State): boolean {
  return !state.bracket && !state.lineStart && state.dashLimit === 0 && !state.slash;
}

/** The place of the next character that can begin a code in the middle of a line. */
function nextOpening(text: string, from: number): number {
  openings.lastIndex = from;
  return openings.test(text) ? openings.lastIndex - 1 : text.length;
}

const openings = /[[-]/g;

/** The whole character, be it a pair of surrogates. */
function charAt(text: string, at: number): string {
  const unit = text.charAt(at);
  return unit >= '\ud800' && unit <= '\udbff' ? text.slice(at, at + 2) : unit;
}

function mayMakeCode(state: State, char: string, text: string, at: number): boolean {
  if (state.bracket && startsTag(char)) {
    return !isCheckbox(state, char, text.charAt(at + 1));
  }
  if (char === '>') {
    return state.lineStart && (state.quoted || state.angles > 0);
  }
  if (char === '-') {
    return state.dashLimit > 0 && state.dashes >= state.dashLimit;
  }
  return state.slash && !isInvisible(char) && startsChatCommand(text, at);
}

/** Takes note of a character that has been written. */
function pass(state: State, char: string): void {
  state.last = char;
  if (isInvisible(char)) {
    if (char === joiner) breakDashes(state);
    return;
  }
  if (char !== '-') {
    state.dashes = 0;
    state.dashLimit = 0;
  }
  if (isSpace(char)) {
    state.slash = false;
    return;
  }
  passVisible(state, char);
}

/** What follows a joiner is no longer the start of the line. */
function breakDashes(state: State): void {
  state.dashes = 0;
  state.dashLimit &&= dashesElsewhere;
}

function passVisible(state: State, char: string): void {
  state.slash = char === '/' && state.messageStart;
  state.messageStart = false;
  state.bracket = char === '[';
  if (char === '>' && state.lineStart) {
    state.angles += 1;
    return;
  }
  if (char === '-') {
    state.dashLimit ||= state.lineStart ? dashesAtLineStart : dashesElsewhere;
    state.dashes += 1;
  }
  state.lineStart = false;
}

/** The long s and the kelvin sign are S and K to a reader that ignores case the Unicode way. */
function startsTag(char: string): boolean {
  return (char >= 'a' && char <= 'z') || (char >= 'A' && char <= 'Z') || '/*\u017f\u212a'.includes(char);
}

/** `[x]` is so common, and so surely no code, that it may stay as it is. */
function isCheckbox(state: State, char: string, next: string): boolean {
  return (char === 'x' || char === 'X') && state.last === '[' && next === ']';
}

/** Also true when the piece ends before it can be told. */
function startsChatCommand(text: string, at: number): boolean {
  const visible = [...text.slice(at, at + 32)].filter((char) => !isInvisible(char));
  const word = visible.slice(0, 4).join('').toLowerCase();
  return ['me', 'loud'].some((command) => word.startsWith(command) || command.startsWith(word));
}
