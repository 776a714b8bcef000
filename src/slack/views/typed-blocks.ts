import type { types } from '@slack/bolt';
import { previewText, unnamed } from '../../delivery/preview-text.ts';
import type { Document } from '../../domain/document.ts';
import type { Texts } from '../../locales/en.ts';
import { writeRichText } from '../../translation/write-rich-text.ts';
import { context, plainText } from './blocks.ts';

/** In one message, with what stands above it. Source: `inPieces`. */
const maxRichLength = 3_000;

/** What Slack takes of a text in one block, and how many blocks of it. Source: docs.slack.dev, Block Kit. */
const maxPiece = 3_000;
const maxPieces = 40;

/** All of what somebody typed, to be copied from an answer where it is kept nowhere else. */
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
