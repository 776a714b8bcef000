import { randomBytes } from 'node:crypto';
import type { Clients } from '../clients.ts';
import { isObject, type Json, type JsonObject, objectAt, objectsAt, textAt } from '../json.ts';

/** An interactive element where it stands. */
export type PlacedElement = {
  readonly blockId: string;
  readonly block: JsonObject;
  readonly element: JsonObject;
  readonly actionId: string;
  readonly type: string;
};

const textInputs = ['plain_text_input', 'email_text_input', 'url_text_input', 'number_input'];

/** Where each kind of element keeps its value in `state.values`, and where its initial value comes from. */
const stateKeys: Record<string, { readonly key: string; readonly initial: string; readonly empty: Json }> = {
  ...Object.fromEntries(textInputs.map((type) => [type, { key: 'value', initial: 'initial_value', empty: null }])),
  static_select: { key: 'selected_option', initial: 'initial_option', empty: null },
  external_select: { key: 'selected_option', initial: 'initial_option', empty: null },
  radio_buttons: { key: 'selected_option', initial: 'initial_option', empty: null },
  checkboxes: { key: 'selected_options', initial: 'initial_options', empty: [] },
  multi_static_select: { key: 'selected_options', initial: 'initial_options', empty: [] },
  multi_external_select: { key: 'selected_options', initial: 'initial_options', empty: [] },
  users_select: { key: 'selected_user', initial: 'initial_user', empty: null },
  multi_users_select: { key: 'selected_users', initial: 'initial_users', empty: [] },
  conversations_select: { key: 'selected_conversation', initial: 'initial_conversation', empty: null },
  multi_conversations_select: { key: 'selected_conversations', initial: 'initial_conversations', empty: [] },
  channels_select: { key: 'selected_channel', initial: 'initial_channel', empty: null },
  multi_channels_select: { key: 'selected_channels', initial: 'initial_channels', empty: [] },
  datepicker: { key: 'selected_date', initial: 'initial_date', empty: null },
  timepicker: { key: 'selected_time', initial: 'initial_time', empty: null },
  datetimepicker: { key: 'selected_date_time', initial: 'initial_date_time', empty: null },
  rich_text_input: { key: 'rich_text_value', initial: 'initial_value', empty: null },
  file_input: { key: 'files', initial: 'initial_files', empty: [] },
};

/** Gives every block and interactive element the id that Slack would make up. */
export function withIds(blocks: readonly JsonObject[]): JsonObject[] {
  const named = (element: JsonObject): JsonObject =>
    isInteractive(element) && element['action_id'] === undefined ? { ...element, action_id: shortId() } : element;
  return blocks.map((block) => ({
    ...block,
    block_id: block['block_id'] ?? shortId(),
    ...(isObject(block['element']) ? { element: named(block['element']) } : {}),
    ...(isObject(block['accessory']) ? { accessory: named(block['accessory']) } : {}),
    ...(Array.isArray(block['elements']) && block['type'] !== 'rich_text'
      ? { elements: objectsAt(block, 'elements').map(named) }
      : {}),
  }));
}

/** Every interactive element of these blocks, in order. */
export function elementsOf(blocks: readonly JsonObject[]): PlacedElement[] {
  return blocks.flatMap((block) => {
    const elements = [objectAt(block, 'element'), objectAt(block, 'accessory'), ...objectsAt(block, 'elements')];
    return elements.filter(isInteractive).map((element) => ({
      block,
      element,
      blockId: textAt(block, 'block_id'),
      actionId: textAt(element, 'action_id'),
      type: textAt(element, 'type'),
    }));
  });
}

/**
 * `state.values` of these blocks. What a person has entered before stays where block, element and type are the same.
 */
export function stateOf(blocks: readonly JsonObject[], before: JsonObject = {}): JsonObject {
  const values: JsonObject = {};
  for (const placed of elementsOf(blocks)) {
    const rule = stateKeys[placed.type];
    if (rule !== undefined) {
      const kept = objectAt(objectAt(before, placed.blockId), placed.actionId);
      const fresh = { type: placed.type, [rule.key]: placed.element[rule.initial] ?? rule.empty };
      values[placed.blockId] = {
        ...objectAt(values, placed.blockId),
        [placed.actionId]: kept['type'] === placed.type ? kept : fresh,
      };
    }
  }
  return values;
}

/** `state.values` as a client sends them, which differ in what an empty field of rich text is. */
export function sentValues(values: JsonObject, emptyRichText: Clients['emptyRichText']): JsonObject {
  const sent = (entry: JsonObject): JsonObject => {
    if (entry['type'] !== 'rich_text_input' || !isEmptyValue('rich_text_input', entry)) {
      return entry;
    }
    const { type } = entry;
    return { absent: { type }, null: { type, rich_text_value: null }, 'no text': { type, rich_text_value: noText } }[
      emptyRichText
    ];
  };
  return Object.fromEntries(
    Object.entries(values).map(([blockId, entries]) => {
      const all = isObject(entries) ? entries : {};
      return [blockId, Object.fromEntries(Object.keys(all).map((id) => [id, sent(objectAt(all, id))]))];
    }),
  );
}

const noText: JsonObject = { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [] }] };

/** The value of one element as it is written in `state.values` and in an action. */
export function elementValue(type: string, value: Json): JsonObject {
  const rule = stateKeys[type];
  return rule === undefined ? { type } : { type, [rule.key]: value };
}

/** True where a person entered nothing. */
export function isEmptyValue(type: string, entry: JsonObject): boolean {
  const rule = stateKeys[type];
  const value = rule === undefined ? undefined : entry[rule.key];
  if (type === 'rich_text_input' && isObject(value)) {
    return !hasText(value);
  }
  return value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}

/** A block in which all text was deleted again has containers, but nothing in them. */
function hasText(richText: JsonObject): boolean {
  return objectsAt(richText, 'elements').some((element) => {
    const text = element['text'];
    const isContainer = Array.isArray(element['elements']);
    return isContainer ? hasText(element) : text !== '';
  });
}

/** The options that an element offers itself. */
export function optionsOf(element: JsonObject): JsonObject[] {
  return [
    ...objectsAt(element, 'options'),
    ...objectsAt(element, 'option_groups').flatMap((group) => objectsAt(group, 'options')),
  ];
}

function isInteractive(element: JsonObject): boolean {
  const type = textAt(element, 'type');
  return stateKeys[type] !== undefined || ['button', 'overflow', 'workflow_button', 'icon_button'].includes(type);
}

function shortId(): string {
  return randomBytes(4).toString('base64url').slice(0, 5);
}
