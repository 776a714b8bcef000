import { en } from '../../src/locales/en.ts';
import { readMessage as readInWords, type SlackMessage } from '../../src/translation/read-message.ts';

/** A message as an English speaking sender has it read. */
export function readMessage(message: unknown): SlackMessage {
  return readInWords(message, en.message);
}
