import type { Names } from '../domain/document.ts';
import { type WrittenText, writeBitrix } from '../translation/write-bitrix.ts';
import type { Submission } from './submission.ts';

/** A message as it goes out: whole, or without as few posts as it takes to fit. */
export type FittedMessage = Pick<Submission, 'document' | 'losses'> & {
  readonly written: WrittenText;
  /** How many posts had to go. */
  readonly leftOut: number;
};

/** Writes a message; what is too long is written without some of its posts, where it has such. */
export function fitMessage(
  { document, losses, shortening }: Pick<Submission, 'document' | 'losses' | 'shortening'>,
  names: Names,
): FittedMessage {
  const whole = { document, losses, written: writeBitrix(document, names), leftOut: 0 };
  if (whole.written.kind === 'written' || !shortening || shortening.most === 0) {
    return whole;
  }
  const without = (leftOut: number): FittedMessage => {
    const shorter = shortening.leaveOut(leftOut);
    return { ...shorter, written: writeBitrix(shorter.document, names), leftOut };
  };
  let best = without(shortening.most);
  if (best.written.kind === 'too-long') {
    return whole;
  }
  let tooFew = 0;
  while (best.leftOut - tooFew > 1) {
    const tried = without(Math.floor((tooFew + best.leftOut) / 2));
    if (tried.written.kind === 'written') {
      best = tried;
    } else {
      tooFew = tried.leftOut;
    }
  }
  return best;
}
