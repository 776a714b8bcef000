import { breakDashes, freshState, type GuardState, isQuiet, passChar, passOther, startLine } from './guard-state.ts';
import { isInvisible, joiner } from './invisible.ts';

/**
 * Keeps typed text from becoming a code. Give it the text of a message piece by piece, in order; it remembers across
 * pieces and across the codes that are written in between, because a reader may drop those before it looks for others.
 */
export type Guard = {
  /** The text with a word joiner in every place where Bitrix24 would see a code. Expects no line breaks. */
  protect(text: string): string;
  /** A new line begins; `quoted` when it begins with quote markers of ours. */
  startLine(quoted: boolean): void;
  /** Something readable of ours comes next on the line: a bullet, a date. */
  passVisible(): void;
};

/**
 * Bitrix24 documents no escape, so an invisible character is put in. A word joiner, because it opens no place to wrap
 * a line, and because programs that strip "zero-width spaces" (U+200B to U+200D) leave it alone. What is broken:
 * - `[` before a letter, `/` or `*`, whatever invisible or blank characters stand between (bb codes, known or to come)
 * - `>>` at the start of a line, and `>` where it would deepen a quote of ours
 * - five dashes at the start of a line, 54 anywhere (quoted messages)
 * - `/word` as the first or only word of a line (commands of chat bots, which Bitrix24 looks for in every line), and
 *   whatever begins with `/me` or `/loud` at the start of the message (the web client swallows those letters)
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
    passVisible: () => passOther(state),
  };
}

function protect(state: GuardState, text: string): string {
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
    passChar(state, char);
    at += char.length;
    if (isQuiet(state)) {
      at = nextOpening(text, at);
      state.last = text.charAt(at - 1);
    }
  }
  return protectedText === '' ? text : protectedText + text.slice(done);
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

function mayMakeCode(state: GuardState, char: string, text: string, at: number): boolean {
  return (
    (state.bracket && startsTag(char) && !isCheckbox(state, char, text.charAt(at + 1))) ||
    (char === '>' && state.lineStart && (state.quoted || state.angles > 0)) ||
    (char === '-' && state.dashLimit > 0 && state.dashes >= state.dashLimit) ||
    (state.slash !== 'none' && !isInvisible(char) && startsCommand(text, at, state.slash === 'message'))
  );
}

/** The long s and the kelvin sign are S and K to a reader that ignores case the Unicode way. */
function startsTag(char: string): boolean {
  return (char >= 'a' && char <= 'z') || (char >= 'A' && char <= 'Z') || '/*\u017f\u212a'.includes(char);
}

/** `[x]` is so common, and so surely no code, that it may stay as it is. */
function isCheckbox(state: GuardState, char: string, next: string): boolean {
  return (char === 'x' || char === 'X') && state.last === '[' && next === ']';
}

/** What follows the slash is a word by itself. Also true when the piece ends before it can be told; a path is none. */
function startsCommand(text: string, at: number, atMessageStart: boolean): boolean {
  firstWord.lastIndex = at;
  const word = (firstWord.exec(text)?.[0] ?? '').replace(/\p{Default_Ignorable_Code_Point}/gu, '');
  return /^[\p{L}\p{N}_-]+$/u.test(word) || (atMessageStart && /^(?:me|loud|[ml]$)/i.test(word));
}

const firstWord = /\S+/y;
