import type { types } from '@slack/bolt';
import type { Preview } from '../../delivery/preview.ts';
import { previewText } from '../../delivery/preview-text.ts';
import type { Texts } from '../../locales/en.ts';
import { cutDocument } from '../../translation/cut-document.ts';
import { hasVisibleText } from '../../translation/has-visible-text.ts';
import { showRichText } from '../../translation/write-rich-text.ts';
import { context, longAlert, section } from './blocks.ts';
import { lossLines } from './delivery-replies.ts';

/** Enough to know a message by. */
const maxShownLength = 600;

/** Many links to long addresses are few characters and a large view: then their words have to do. */
const maxShownSize = 40_000;

/**
 * The message as its readers in Bitrix24 will see it, below what is to be known about it. `quoted`: with a bar beside
 * all of it, where it has none of its own.
 */
export function previewBlocks(preview: Preview, quoted: boolean, texts: Texts): types.KnownBlock[] {
  const { compose } = texts;
  const { parts, maxParts, leftOut, losses } = preview;
  const { document, left } = cutDocument(preview.document, preview.names, maxShownLength);
  const notes = [
    ...(left > 0 && maxParts === undefined ? [compose.previewCut(left)] : []),
    ...(maxParts === undefined && parts > 1 ? [compose.parts(parts)] : []),
    ...(maxParts === undefined && leftOut !== undefined ? [compose.thread.leftOut(leftOut)] : []),
  ];
  const shown = hasVisibleText(document) ? showRichText(document, preview.names, quoted) : undefined;
  return [
    ...(notes.length > 0 ? [context(notes)] : []),
    ...lossLines(losses, texts),
    ...(shown
      ? [
          ...(maxParts === undefined ? [section(compose.preview)] : []),
          JSON.stringify(shown).length > maxShownSize ? plainly(previewText(document, preview.names)) : shown,
        ]
      : longAlert('warning', compose.previewEmpty)),
  ];
}

function plainly(text: string): types.RichTextBlock {
  return { type: 'rich_text', elements: [{ type: 'rich_text_quote', elements: [{ type: 'text', text }] }] };
}
