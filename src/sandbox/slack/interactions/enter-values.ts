import { elementsOf, elementValue, isEmptyValue, optionsOf, type PlacedElement } from '../block-kit/block-state.ts';
import { fileInputProblem } from '../files/enter-files.ts';
import { isObject, type Json, type JsonObject, objectAt, objectsAt, textAt } from '../json.ts';
import type { Directory } from '../state/directory.ts';
import { typeRichText } from './typed-rich-text.ts';

/** The element that a person means: by action id, block id, or the text on it (label, button, placeholder, menu). */
export function findElement(blocks: readonly JsonObject[], key: string): PlacedElement | undefined {
  const elements = elementsOf(blocks);
  return (
    elements.find((placed) => placed.actionId === key) ??
    elements.find((placed) => placed.blockId === key) ??
    elements.find((placed) => labelOf(placed) === key) ??
    elements.find(({ element, type }) => type === 'overflow' && entryOf(element, key) !== undefined)
  );
}

/** The entry of a menu with this text or value. */
export function entryOf(element: JsonObject, key: string): JsonObject | undefined {
  return optionsOf(element).find(
    (option) => option['value'] === key || textAt(objectAt(option, 'text'), 'text') === key,
  );
}

/** What stands on or beside an element. */
function labelOf({ block, element, type }: PlacedElement): string {
  const text = type === 'button' ? objectAt(element, 'text') : objectAt(block, 'label');
  return textAt(text, 'text') || textAt(objectAt(element, 'placeholder'), 'text');
}

/**
 * The value that a person enters. Options are given by their value, their text, or whole; for an external select they
 * are looked up in what the app has suggested last. People and channels are given by name or id.
 */
export function toValue(
  placed: PlacedElement,
  given: Json,
  suggested: readonly JsonObject[],
  directory: Directory,
  teamId: string,
): JsonObject {
  const { type, element } = placed;
  const options = [...optionsOf(element), ...suggested];
  const one = (item: Json): Json => {
    if (isObject(item) || item === null) {
      return item;
    }
    if (type.includes('users_select')) {
      return directory.person(String(item), teamId).id;
    }
    if (type.includes('conversations_select') || type.includes('channels_select')) {
      return directory.channel(String(item), teamId).id;
    }
    return findOption(options, String(item), placed.actionId);
  };
  if (type.includes('select') || type === 'radio_buttons' || type === 'checkboxes') {
    return elementValue(type, Array.isArray(given) ? given.map(one) : one(given));
  }
  if (type === 'rich_text_input' && typeof given === 'string') {
    return elementValue(type, typeRichText(given, directory, teamId));
  }
  return elementValue(type, given);
}

/** What Slack's client itself refuses to submit, by block id: empty required inputs, wrong lengths and files. */
export function findClientProblems(blocks: readonly JsonObject[], values: JsonObject): Record<string, string> {
  const problems: Record<string, string> = {};
  for (const { block, blockId, actionId, type, element } of elementsOf(blocks)) {
    if (block['type'] !== 'input') {
      continue;
    }
    const entry = objectAt(objectAt(values, blockId), actionId);
    const text = textAt(entry, 'value');
    const min = Number(element['min_length'] ?? 0);
    const max = Number(element['max_length'] ?? 3000);
    if (isEmptyValue(type, entry)) {
      if (block['optional'] !== true) {
        problems[blockId] = 'Please complete this required field.';
      }
    } else if (text.length < min || text.length > max) {
      problems[blockId] = `Use ${min} to ${max} characters.`;
    } else if (type === 'file_input') {
      Object.assign(problems, fileProblemAt(blockId, element, objectsAt(entry, 'files')));
    }
  }
  return problems;
}

function fileProblemAt(blockId: string, element: JsonObject, files: readonly JsonObject[]): Record<string, string> {
  const problem = fileInputProblem(element, files);
  return problem === undefined ? {} : { [blockId]: problem };
}

function findOption(options: readonly JsonObject[], key: string, actionId: string): JsonObject {
  const found =
    options.find((o) => o['value'] === key) ?? options.find((o) => textAt(objectAt(o, 'text'), 'text') === key);
  if (found === undefined) {
    const offered = options.map((option) => textAt(option, 'value')).join(', ');
    throw new Error(`${actionId} offers no option "${key}" (offered: ${offered})`);
  }
  return found;
}
