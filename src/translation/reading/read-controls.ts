import type { Inline } from '../../domain/document.ts';
import { flatten, joined, link, styled } from '../nodes.ts';
import { countAt, fieldAt, listAt, type Shape, shapeAt, shapesAt, textAt } from './json-shape.ts';
import { readOption } from './read-choices.ts';
import type { Reading } from './reading.ts';
import { readRichTextBlocks } from './rich-blocks.ts';
import { momentAt } from './slack-time.ts';
import { readAddress, readLabel, readTextInlines } from './text-object.ts';

/**
 * A control as what can be read on it: its caption, and what is entered or chosen in it, else what it asks for. It does
 * nothing in Bitrix24, which is a loss; only a button that leads somewhere becomes a link.
 */
export function readControl(element: Shape, reading: Reading): readonly Inline[] {
  const caption = readTextInlines(fieldAt(element, 'text'));
  const address = addressOf(element);
  if (address !== undefined) {
    return [link(address, readLabel(fieldAt(element, 'text'), reading))];
  }
  reading.add('unsupported', textAt(element, 'type') ?? 'unknown');
  const buttons = ['positive_button', 'negative_button'].map((key) => captionOf(shapeAt(element, key)));
  const entered = joined(enteredIn(element, reading), ', ');
  const request = entered.length > 0 ? [] : readTextInlines(fieldAt(element, 'placeholder')).map(asked);
  return joined([caption, ...buttons, entered, request], ' · ');
}

/** A workflow button starts its workflow through a link, which people can open as well. */
function addressOf(element: Shape): string | undefined {
  return readAddress(element, 'url') ?? readAddress(shapeAt(shapeAt(element, 'workflow'), 'trigger'), 'url');
}

/** What a field asks for is no answer, and does not look like one. */
function asked(node: Inline): Inline {
  return styled(node, { italic: true });
}

function captionOf(button: Shape): readonly Inline[] {
  return readTextInlines(fieldAt(button, 'text'));
}

function enteredIn(element: Shape, reading: Reading): readonly (readonly Inline[])[] {
  const options = [
    shapeAt(element, 'initial_option'),
    ...shapesAt(element, 'initial_options'),
    ...shapesAt(element, 'selected_options'),
  ];
  const seconds = countAt(element, 'initial_date_time');
  return [
    readTextInlines(textAt(element, 'initial_value', 'initial_date', 'initial_time')),
    flatten(readRichTextBlocks(shapeAt(element, 'initial_value'), reading)),
    seconds === undefined ? [] : [momentAt(seconds)],
    ...options.map(readOption),
    ...idsAt(element, 'initial_user', 'initial_users').map((id) => [{ kind: 'user', id }] as const),
    ...idsAt(element, 'initial_channel', 'initial_channels').map((id) => [{ kind: 'channel', id }] as const),
    ...idsAt(element, 'initial_conversation', 'initial_conversations').map(conversation),
  ];
}

/** A conversation is a channel, or a person by the id of the person. */
function conversation(id: string): readonly Inline[] {
  return /^[UW]/.test(id) ? [{ kind: 'user', id }] : [{ kind: 'channel', id }];
}

function idsAt(element: Shape, one: string, several: string): readonly string[] {
  return [fieldAt(element, one), ...listAt(element, several)].flatMap((id) =>
    typeof id === 'string' && id !== '' ? [id] : [],
  );
}
