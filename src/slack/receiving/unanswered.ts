import { locales } from '../../domain/locale.ts';
import { textsIn } from '../../locales/locale.ts';
import { type Message, message } from '../views/blocks.ts';
import { mrkdwn } from '../views/mrkdwn.ts';

/** A request from Slack failed outside of any listener, so nobody has answered the person yet. */
export class UnansweredError extends Error {
  override readonly name = 'UnansweredError';
  readonly reference: string;
  /** Whether it was a slash command, whose acknowledgement can carry a text. */
  readonly isCommand: boolean;

  constructor(reference: string, isCommand: boolean, options: ErrorOptions) {
    super(`A request from Slack could not be answered (${reference})`, options);
    this.reference = reference;
    this.isCommand = isCommand;
  }
}

/** What a person is told whose language could not be asked for: the same in every language. */
export function apologyFor(error: UnansweredError): Message {
  const reference = mrkdwn.text(error.reference);
  return message(locales.map((locale) => textsIn(locale).commands.brokenOther(reference)).join('\n'));
}
