import { isInvisible, isSpace, joiner } from './invisible.ts';

/** What the characters written so far may be the beginning of. */
export type GuardState = {
  /** Nothing but blanks and `>` on this line so far. */
  lineStart: boolean;
  /** The line begins with quote markers of ours. */
  quoted: boolean;
  /** How many `>` the line begins with. */
  angles: number;
  /** How many dashes stand together, and how many may; 0 may where no run of dashes is going on. */
  dashes: number;
  dashLimit: number;
  /** Nothing visible in the message so far. */
  messageStart: boolean;
  /** A slash is all there is so far, on this line or in the whole message. */
  slash: 'none' | 'line' | 'message';
  /** A bracket was opened, and nothing visible came since. */
  bracket: boolean;
  last: string;
};

/**
 * Dashes that are no rule to Bitrix24: it documents six at the start of a line, and its clients look for 54 anywhere.
 */
const dashesAtLineStart = 4;
const dashesElsewhere = 53;

/** The state before the first character of a message. */
export function freshState(): GuardState {
  return {
    lineStart: true,
    quoted: false,
    angles: 0,
    dashes: 0,
    dashLimit: 0,
    messageStart: true,
    slash: 'none',
    bracket: false,
    last: '\n',
  };
}

/** A line begins. A bracket stays open: blanks after it count for nothing, and line breaks are blanks. */
export function startLine(state: GuardState): void {
  state.lineStart = true;
  state.quoted = false;
  state.angles = 0;
  state.dashes = 0;
  state.dashLimit = 0;
  state.slash = 'none';
  state.last = '\n';
}

/** Something visible was written that is part of no code. */
export function passOther(state: GuardState): void {
  startLine(state);
  state.lineStart = false;
  state.messageStart = false;
  state.bracket = false;
}

/** A character was written. */
export function passChar(state: GuardState, char: string): void {
  state.last = char;
  if (isInvisible(char)) {
    if (char === joiner) {
      breakDashes(state);
    }
    return;
  }
  if (char !== '-') {
    state.dashes = 0;
    state.dashLimit = 0;
  }
  if (isSpace(char)) {
    state.slash = 'none';
    return;
  }
  passVisible(state, char);
}

/** Dashes after a joiner are a run of their own, and no longer at the start of the line. */
export function breakDashes(state: GuardState): void {
  state.dashes = 0;
  state.dashLimit &&= dashesElsewhere;
}

/** Whether nothing that was written so far can be the beginning of a code. Most of the time it is so. */
export function isQuiet(state: GuardState): boolean {
  return !state.bracket && !state.lineStart && state.dashLimit === 0 && state.slash === 'none';
}

function passVisible(state: GuardState, char: string): void {
  state.slash = char === '/' ? slashPlace(state) : 'none';
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

function slashPlace({ lineStart, quoted, angles, messageStart }: GuardState): GuardState['slash'] {
  if (!lineStart || quoted || angles > 0) {
    return 'none';
  }
  return messageStart ? 'message' : 'line';
}
