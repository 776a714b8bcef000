import type { Inline } from '../../domain/document.ts';
import { decodeEntities } from './slack-reference.ts';
import type { Piece } from './styled-pieces.ts';
import { createFinder } from './text-finder.ts';

/** A text that is read from left to right, piece by piece. Text that no rule takes becomes plain text. */
export type TextScan = {
  readonly text: string;
  /** Where the next rule looks. */
  at(): number;
  /** Whether the piece before this place is an emoji and nothing stands between. */
  isAfterEmoji(): boolean;
  /** The first place of these characters that is not before `from`, on this line; -1 if there is none. */
  findOnLine(wanted: string, from: number): number;
  /** Puts one or several pieces in place of the next characters. */
  take(length: number, piece: Piece | readonly Piece[]): void;
  /** Leaves the next characters as plain text. */
  skip(length: number): void;
};

/** Tries to read something at the place where the scan is. False when there is nothing for it to take. */
export type ScanRule = (scan: TextScan) => boolean;

/**
 * A reader of texts, with a rule for each (ASCII) character that something can begin with. Rules look ahead and never
 * go back, so the time grows with the length of the text.
 */
export function createTextReader(rules: ReadonlyMap<string, ScanRule>): (text: string) => readonly Piece[] {
  const openings = anyOf([...rules.keys()]);
  return (text) => {
    const pieces: Piece[] = [];
    const scan = createScan(text, pieces);
    while (scan.at() < text.length) {
      openings.lastIndex = scan.at();
      scan.skip((openings.test(text) ? openings.lastIndex - 1 : text.length) - scan.at());
      if (!rules.get(text.charAt(scan.at()))?.(scan)) {
        scan.skip(1);
      }
    }
    scan.take(0, []);
    return pieces;
  };
}

function anyOf(chars: readonly string[]): RegExp {
  const escaped = chars.map((char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return new RegExp(`[${escaped.join('')}]`, 'g');
}

function createScan(text: string, pieces: Piece[]): TextScan {
  const finders = new Map<string, (from: number) => number>();
  let at = 0;
  let plainFrom = 0;

  function find(wanted: string, from: number): number {
    const finder = finders.get(wanted) ?? createFinder(text, wanted);
    finders.set(wanted, finder);
    return finder(from);
  }

  return {
    text,
    at: () => at,
    isAfterEmoji: () => plainFrom === at && isEmoji(pieces.at(-1)),
    findOnLine(wanted, from) {
      const found = find(wanted, from);
      const lineEnd = find('\n', from);
      return lineEnd !== -1 && lineEnd < found ? -1 : found;
    },
    take(length, taken) {
      if (plainFrom < at) {
        pieces.push(textPiece(decodeEntities(text.slice(plainFrom, at))));
      }
      if ('kind' in taken) {
        pieces.push(taken);
      } else {
        for (const piece of taken) {
          pieces.push(piece);
        }
      }
      at += length;
      plainFrom = at;
    },
    skip(length) {
      at = Math.min(at + length, text.length);
    },
  };
}

/** Text that has been decoded already. */
export function textPiece(text: string): Piece {
  return nodePiece({ kind: 'text', text });
}

/** Something that is no markup, to be put into the styles around it. */
export function nodePiece(node: Inline): Piece {
  return { kind: 'node', node };
}

/** A letter or a digit of any script; markup next to one is usually not meant as markup. */
export function isWordChar(char: string): boolean {
  return char > '\u007f' ? wordChar.test(char) : asciiWordChars.includes(char) && char !== '';
}

const asciiWordChars = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

const wordChar = /^[\p{L}\p{N}]$/u;

function isEmoji(piece: Piece | undefined): boolean {
  return piece?.kind === 'node' && piece.node.kind === 'emoji';
}
