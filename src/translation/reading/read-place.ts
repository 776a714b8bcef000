import type { Inline } from '../../domain/document.ts';
import type { PlaceWords } from '../../domain/message-words.ts';
import { present } from '../../domain/present.ts';
import { text } from '../nodes.ts';
import { readLabel } from './text-object.ts';

/**
 * Where something was written. Slack gives private conversations names that only say what they are, and ids that
 * begin with D (two people) or G (several): these are words and no channels.
 */
export function readPlace(id: string | undefined, name: string | undefined, words: PlaceWords): readonly Inline[] {
  const label = readLabel(name)?.replace(/^#/, '');
  if (id?.startsWith('D') || /^direct ?message$/i.test(label ?? '')) {
    return [text(words.directMessage)];
  }
  if (/^mpdm-/i.test(label ?? '')) {
    return [text(words.groupMessage)];
  }
  if (/^private ?(?:group|channel)$/i.test(label ?? '') || (label === undefined && id?.startsWith('G'))) {
    return [text(words.privateChannel)];
  }
  return id === undefined
    ? label === undefined
      ? []
      : [text(`#${label}`)]
    : [{ kind: 'channel', id, ...present({ label }) }];
}
