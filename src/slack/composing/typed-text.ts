import type { Document } from '../../domain/document.ts';
import { readMrkdwn } from '../../translation/read-mrkdwn.ts';
import { maxTypedLength } from '../views/compose-view.ts';
import { escapeText, unescapeText } from '../views/mrkdwn.ts';

/** What a person typed into a field, where Slack's marks for bold and the like count as in a message. */
export function readTyped(text: string): Document {
  return readMrkdwn(escapeText(text));
}

/**
 * Slack's mrkdwn as a person would type it into a field, where that loses nothing: a field cannot hold a mention or a
 * link with words of its own, nor a long text. `undefined` where it would lose something.
 */
export function typedForm(mrkdwnText: string): string | undefined {
  const tokens = [...mrkdwnText.matchAll(/<([^<>]*)>/g)].map(([, token = '']) => token);
  if (!tokens.every((token) => bareAddress(token) !== undefined)) {
    return undefined;
  }
  const typed = unescapeText(mrkdwnText.replace(/<([^<>]*)>/g, (_, token: string) => bareAddress(token) ?? ''));
  return typed.length <= maxTypedLength ? typed : undefined;
}

function bareAddress(token: string): string | undefined {
  const [address = '', label] = token.split('|');
  return /^https?:\/\//i.test(address) && (label === undefined || label === address) ? address : undefined;
}
