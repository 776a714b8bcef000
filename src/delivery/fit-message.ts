import type { Document, Names } from '../domain/document.ts';
import { present } from '../domain/present.ts';
import { maxTextLength, type WrittenText, writeBitrix } from '../translation/write-bitrix.ts';
import { countCharacters } from '../translation/writing/characters.ts';
import type { Shortening, Submission } from './submission.ts';

/** A message as it goes out: whole, or without as few posts as it takes to fit. */
export type FittedMessage = Pick<Submission, 'document' | 'losses' | 'files'> & {
  readonly written: WrittenText;
  /** How many posts had to go. */
  readonly leftOut: number;
};

/** Writes a message; what is too long is written without some of its posts, where it has such. */
export function fitMessage(
  { document, losses, files, shortening }: Pick<Submission, 'document' | 'losses' | 'files' | 'shortening'>,
  names: Names,
): FittedMessage {
  const written = writeBitrix(document, names);
  const whole: FittedMessage = { document, losses, ...present({ files }), written, leftOut: 0 };
  if (written.kind === 'written' || !shortening) {
    return whole;
  }
  for (let leftOut = leastToGo(shortening, names); leftOut <= shortening.most; leftOut += 1) {
    const shorter = shortening.leaveOut(leftOut);
    const shortened = writeBitrix(shorter.document, names);
    if (shortened.kind === 'written') {
      return { ...shorter, written: shortened, leftOut };
    }
  }
  return whole;
}

/**
 * How many posts have to go by their lengths alone: parts end where a line does, so it may take a few more. To write all
 * of a long thread again and again would take seconds, so only the posts that stay are written, each once.
 */
function leastToGo({ most, leaveOut, pieceOf }: Shortening, names: Names): number {
  let length = lengthOf(leaveOut(most).document, names);
  let leftOut = most;
  while (leftOut > 0) {
    length += blankLine + lengthOf(pieceOf(leftOut - 1), names);
    if (length > maxTextLength) {
      break;
    }
    leftOut -= 1;
  }
  return Math.max(1, leftOut);
}

/** Stands between two posts. */
const blankLine = 2;

function lengthOf(document: Document, names: Names): number {
  const written = writeBitrix(document, names);
  return written.kind === 'written' ? countCharacters(written.parts.join('')) : maxTextLength;
}
