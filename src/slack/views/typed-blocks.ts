import type { types } from '@slack/bolt';
import { previewText, unnamed } from '../../delivery/preview-text.ts';
import type { Document } from '../../domain/document.ts';
import type { Texts } from '../../locales/en.ts';
import { writeRichText } from '../../translation/write-rich-text.ts';
import { context, plainText } from './blocks.ts';

/**
 * The longest text that is shown with its formatting, in characters. A rich text block is never split between messages, and
 * its JSON is longer than its text (see `inPieces`).
 */
const maxRichLength = 3_000;

/** Slack's limit for the text of a section block, in characters. Source: docs.slack.dev, Block Kit. */
const maxPiece = 3_000;

/** Leaves room for the other blocks of an answer; Slack's limit is 50 in a message. */
const maxPieces = 40;

/** The whole text that somebody typed, for answers after which it is kept nowhere else. No blocks without a text. */
export function typedBlocks(typed: Document | undefined, { replies }: Texts): types.KnownBlock[] {
  const rich = typed && writeRichText(typed);
  if (typed === undefined || rich === undefined) {
    return [];
  }
  const text = previewText(typed, unnamed);
  return [context([replies.yourText]), ...(text.length > maxRichLength ? piecesOf(text) : [rich])];
}

function piecesOf(text: string): types.KnownBlock[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length && pieces.length < maxPieces; ) {
    const piece = text.slice(at, at + maxPiece);
    const whole = piece.isWellFormed() || at + piece.length >= text.length ? piece : piece.slice(0, -1);
    pieces.push(whole);
    at += whole.length;
  }
  const shown = pieces.filter((piece) => piece.trim() !== '');
  return shown.map((piece) => ({ type: 'section', text: plainText(piece) }) as const);
}
