import type { Document, Loss } from '../../domain/document.ts';
import type { MessageWords } from '../../domain/message-words.ts';
import { hasVisibleText } from '../../translation/has-visible-text.ts';
import { readMrkdwn } from '../../translation/read-mrkdwn.ts';
import { readRichText } from '../../translation/read-rich-text.ts';
import type { RichText } from '../../translation/rich-text.ts';
import { writeRichText } from '../../translation/write-rich-text.ts';
import { escapeText } from '../views/mrkdwn.ts';
import { sizeInView } from '../views/view-size.ts';

/**
 * What a person wrote into the form, without blocks where that is nothing: a `rich_text` block of Slack's, or a text
 * from a form of the earlier release, in which Slack's marks for bold and the like count as in a message.
 */
export function readWritten(
  written: unknown,
  words: MessageWords,
): { readonly document: Document; readonly losses: readonly Loss[] } {
  if (typeof written !== 'string') {
    return readRichText(written, words);
  }
  const document = readMrkdwn(escapeText(written));
  return { document: hasVisibleText(document) ? document : { blocks: [] }, losses: [] };
}

/**
 * What a field begins with; `undefined` where that is nothing, or more than a field is given. Slack names no limit for
 * a field, but refuses views of more than 250 kB and sends an open one back with every press: its value comes twice.
 * Source: docs.slack.dev, views.open (`view_too_large`), rich text input.
 */
export function fieldValue(document: Document): RichText | undefined {
  const value = writeRichText(document);
  return value === undefined || sizeInView(value) > maxFieldSize ? undefined : value;
}

/** Whether all of a text can be put into a field. */
export function fitsField(document: Document): boolean {
  return !hasVisibleText(document) || fieldValue(document) !== undefined;
}

const maxFieldSize = 180_000;
