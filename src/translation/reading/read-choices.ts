import type { Inline } from '../../domain/document.ts';
import { text } from '../nodes.ts';
import { fieldAt, type Shape, shapeAt, shapesAt, textAt } from './json-shape.ts';
import { readTextInlines } from './text-object.ts';

/**
 * Radio buttons and checkboxes with all of their options, as Slack shows them, a line each: `● chosen`, `○ other`.
 * Polls are made of them. docs.slack.dev/reference/block-kit/block-elements/radio-button-group-element
 */
export function readChoices(element: Shape): readonly (readonly Inline[])[] {
  const chosen = [shapeAt(element, 'initial_option'), ...shapesAt(element, 'initial_options')].filter(isOption);
  const options = shapesAt(element, 'options').filter(isOption);
  const isChosen = (option: Shape) => chosen.some((one) => isSame(one, option));
  const unlisted = chosen.filter((one) => !options.some((option) => isSame(one, option)));
  return [...unlisted, ...options].map((option) => [
    text(unlisted.includes(option) || isChosen(option) ? '● ' : '○ '),
    ...readOption(option),
  ]);
}

/** The text of an option, with its description below. */
export function readOption(option: Shape): readonly Inline[] {
  const description = readTextInlines(fieldAt(option, 'description'));
  return [...readTextInlines(fieldAt(option, 'text')), ...(description.length > 0 ? [text('\n'), ...description] : [])];
}

function isOption(option: Shape): boolean {
  return readOption(option).length > 0;
}

/** Options differ by what they carry; a text alone may stand twice. */
function isSame(one: Shape, other: Shape): boolean {
  const [value, otherValue] = [textAt(one, 'value'), textAt(other, 'value')];
  return value !== undefined || otherValue !== undefined
    ? value === otherValue
    : textAt(shapeAt(one, 'text'), 'text') === textAt(shapeAt(other, 'text'), 'text');
}
