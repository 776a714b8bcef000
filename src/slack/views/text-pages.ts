import type { types } from '@slack/bolt';
import type { Texts } from '../../locales/en.ts';
import { actions, button, context, plainText } from './blocks.ts';
import { piecesOf } from './typed-blocks.ts';
import { sizeInView } from './view-size.ts';

/** A kept text that is too long for one window, and the draft that keeps it. */
export type PagedText = { readonly draft: string; readonly text: string };

/**
 * What a window may hold beside a few lines of its own: 100 blocks, and 250 kB in all. Source: docs.slack.dev, Block
 * Kit, modal views; views.open (`view_too_large`).
 */
const maxPieces = 90;
const maxSize = 200_000;

/** One page of a text, to be copied, with the way to the others. `page` counts from one. */
export function textPage({ draft, text }: PagedText, page: number, texts: Texts): types.KnownBlock[] {
  const { buttons, compose } = texts;
  const all = pagesOf(text);
  const shown = Math.min(Math.max(1, page), all.length);
  const to = (other: number, label: string) => actions(button(label, { kind: 'show-text', draft, page: other }));
  return [
    ...(shown > 1 ? [to(shown - 1, buttons.earlierPart)] : []),
    context([compose.wholeText({ page: shown, pages: all.length })]),
    ...(all[shown - 1] ?? []).map((piece) => ({ type: 'section', text: plainText(piece) }) as const),
    ...(shown < all.length ? [to(shown + 1, buttons.nextPart)] : []),
  ];
}

function pagesOf(text: string): readonly (readonly string[])[] {
  const pages: string[][] = [];
  let room = 0;
  for (const piece of piecesOf(text)) {
    const size = sizeInView(piece);
    if (pages.length === 0 || size > room || pages.at(-1)?.length === maxPieces) {
      pages.push([]);
      room = maxSize;
    }
    pages.at(-1)?.push(piece);
    room -= size;
  }
  return pages;
}
