import type { Document, Loss } from '../domain/document.ts';
import type { MessageWords } from '../domain/message-words.ts';
import { hasVisibleText } from './has-visible-text.ts';
import { createLossLog } from './loss-log.ts';
import { shapeOf } from './reading/json-shape.ts';
import { createReading } from './reading/reading.ts';
import { readRichTextBlocks } from './reading/rich-blocks.ts';

/**
 * The `rich_text` block that a field holds, of whatever make; without blocks where there is nothing to be seen: Slack
 * sends an empty field in more than one form.
 */
export function readRichText(
  value: unknown,
  words: MessageWords,
): { readonly document: Document; readonly losses: readonly Loss[] } {
  const log = createLossLog();
  const blocks = readRichTextBlocks(shapeOf(value), createReading(words, log, []));
  return { document: { blocks: hasVisibleText({ blocks }) ? blocks : [] }, losses: log.losses() };
}
