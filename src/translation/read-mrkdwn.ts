import type { Document } from '../domain/document.ts';
import { readMrkdwnBlocks } from './reading/mrkdwn-blocks.ts';

/**
 * Slack's mrkdwn as a document: the text of a slash command, of a message without blocks, of a section. Entities are
 * decoded once. Time grows with the length of the text, whatever it is.
 * docs.slack.dev/messaging/formatting-message-text
 */
export function readMrkdwn(text: string): Document {
  return { blocks: readMrkdwnBlocks(text) };
}
