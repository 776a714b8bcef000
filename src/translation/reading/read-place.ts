import type { Inline } from '../../domain/document.ts';
import type { PlaceWords, PrivatePlace } from '../../domain/message-words.ts';
import { present } from '../../domain/present.ts';
import { text } from '../nodes.ts';
import { readLabel } from './text-object.ts';

/**
 * What kind of private conversation this is, as far as id and name tell. Slack gives these names that only say what
 * they are, and ids that begin with D (two people) or G. Source: message_action payloads, attachments of shared
 * messages.
 */
export function privatePlaceOf(id: string, name: string): PrivatePlace | undefined {
  if (id.startsWith('D') || /^direct ?message$/i.test(name)) {
    return 'directMessage';
  }
  if (/^mpdm-/i.test(name)) {
    return 'groupMessage';
  }
  return /^private ?(?:group|channel)$/i.test(name) || (name === '' && id.startsWith('G'))
    ? 'privateChannel'
    : undefined;
}

/** Where something was written: a channel, or words for what has no name that others may read. */
export function readPlace(id: string | undefined, name: string | undefined, words: PlaceWords): readonly Inline[] {
  const label = readLabel(name)?.replace(/^#/, '');
  const kind = privatePlaceOf(id ?? '', label ?? '');
  if (kind !== undefined) {
    return [text(words[kind])];
  }
  if (id !== undefined) {
    return [{ kind: 'channel', id, ...present({ label }) }];
  }
  return label === undefined ? [] : [text(`#${label}`)];
}
