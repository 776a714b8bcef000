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
  return [context([replies.yourText]), ...(text.length > maxRichLength ? shownPieces(text) : [rich])];
}

function shownPieces(text: string): types.KnownBlock[] {
  return piecesOf(text)
    .slice(0, maxPieces)
    .map((piece) => ({ type: 'section', text: plainText(piece) }) as const);
}

/**
 * A text in pieces that fit into a block, cut at the end of a line or of a word where possible. Blank pieces are left
 * out.
 */
export function piecesOf(text: string): readonly string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; ) {
    const piece = text.slice(at, endOfPiece(text, at));
    pieces.push(piece);
    at += piece.length;
  }
  return pieces.filter((piece) => piece.trim() !== '');
}

function endOfPiece(text: string, from: number): number {
  const most = from + maxPiece;
  if (most >= text.length) {
    return text.length;
  }
  for (const gap of ['\n', ' ']) {
    const end = text.lastIndexOf(gap, most - 1) + 1;
    if (end > from + maxPiece / 2) {
      return end;
    }
  }
  return text.slice(from, most).isWellFormed() ? most : most - 1;
}
