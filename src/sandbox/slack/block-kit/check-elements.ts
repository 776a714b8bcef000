import { isObject, type JsonObject, objectsAt } from '../json.ts';
import { checkRichText } from './check-rich-text.ts';
import { checkConfirm, checkOption, checkOptionGroups, checkOptions, checkTextObject } from './check-text.ts';
import type { Problems } from './problems.ts';

/** Where in a block an element stands. */
export type ElementPlace = 'accessory' | 'actions' | 'input' | 'context' | 'context_actions';

type ElementRule = {
  readonly places: readonly ElementPlace[];
  readonly keys: readonly string[];
  readonly check?: (problems: Problems, pointer: string, element: JsonObject) => void;
};

const anywhere = ['accessory', 'actions', 'input'] as const;
const commonKeys = ['type', 'action_id', 'confirm', 'focus_on_load'];
const placeholderKeys = [...commonKeys, 'placeholder'];

/** Checks one element in its place (docs.slack.dev, Block Kit elements). Unknown types are refused. */
export function checkElement(problems: Problems, pointer: string, element: JsonObject, place: ElementPlace): void {
  const type = element['type'];
  const rule = typeof type === 'string' ? elementRules[type] : undefined;
  if (rule === undefined) {
    problems.report(`${pointer}/type`, `unsupported type: ${String(type)}`);
    return;
  }
  if (!rule.places.includes(place)) {
    problems.report(`${pointer}/type`, `unsupported type: ${String(type)} in ${place}`);
  }
  problems.onlyKeys(pointer, element, rule.keys);
  problems.text(`${pointer}/action_id`, element['action_id'], { max: 255 });
  checkTextObject(problems, `${pointer}/placeholder`, element['placeholder'], { max: 150, plain: true });
  checkConfirm(problems, `${pointer}/confirm`, element['confirm']);
  rule.check?.(problems, pointer, element);
}

const multi = (rule: ElementRule): ElementRule => ({
  ...rule,
  places: ['accessory', 'input'],
  keys: [...rule.keys, 'max_selected_items'],
});

const staticSelect: ElementRule = {
  places: anywhere,
  keys: [...placeholderKeys, 'options', 'option_groups', 'initial_option', 'initial_options'],
  check: checkStaticSelect,
};
const externalSelect: ElementRule = {
  places: anywhere,
  keys: [...placeholderKeys, 'min_query_length', 'initial_option', 'initial_options'],
  check(problems, pointer, element) {
    if (element['initial_option'] !== undefined) {
      checkOption(problems, `${pointer}/initial_option`, element['initial_option'], { max: 1 });
    }
  },
};
const selectOf = (...keys: string[]): ElementRule => ({ places: anywhere, keys: [...placeholderKeys, ...keys] });
const usersSelect = selectOf('initial_user', 'initial_users');
const conversationsSelect = selectOf(
  'initial_conversation',
  'initial_conversations',
  'default_to_current_conversation',
  'response_url_enabled',
  'filter',
);
const channelsSelect = selectOf('initial_channel', 'initial_channels', 'response_url_enabled');
const choice = (mrkdwn: boolean): ElementRule => ({
  places: anywhere,
  keys: [...commonKeys, 'options', 'initial_option', 'initial_options'],
  check(problems, pointer, element) {
    checkOptions(problems, `${pointer}/options`, element['options'], { max: 10, mrkdwn });
    checkInitial(problems, pointer, element);
  },
});
const picker = (initial: string, pattern: RegExp): ElementRule => ({
  places: anywhere,
  keys: [...placeholderKeys, initial, 'timezone'],
  check(problems, pointer, element) {
    const value = element[initial];
    if (value !== undefined && !pattern.test(String(value))) {
      problems.report(`${pointer}/${initial}`, 'failed to match the expected form');
    }
  },
});
const typedInput = (...keys: string[]): ElementRule => ({
  places: ['input'],
  keys: [...placeholderKeys, 'initial_value', 'dispatch_action_config', ...keys],
  check: checkTypedInput,
});

const elementRules: Record<string, ElementRule> = {
  button: {
    places: ['accessory', 'actions'],
    keys: ['type', 'action_id', 'confirm', 'text', 'url', 'value', 'style', 'accessibility_label'],
    check(problems, pointer, element) {
      checkTextObject(problems, `${pointer}/text`, element['text'], { max: 75, plain: true, required: true });
      problems.text(`${pointer}/value`, element['value'], { max: 2000 });
      problems.text(`${pointer}/url`, element['url'], { max: 3000 });
      problems.text(`${pointer}/accessibility_label`, element['accessibility_label'], { max: 75 });
      if (!['primary', 'danger', undefined].includes(stringOf(element['style']))) {
        problems.report(`${pointer}/style`, 'must be primary or danger');
      }
    },
  },
  image: {
    places: ['accessory', 'context'],
    keys: ['type', 'image_url', 'slack_file', 'alt_text'],
    check: checkImage,
  },
  overflow: {
    places: ['accessory', 'actions'],
    keys: ['type', 'action_id', 'confirm', 'options'],
    check: (problems, pointer, element) =>
      checkOptions(problems, `${pointer}/options`, element['options'], { max: 5, url: true }),
  },
  static_select: staticSelect,
  multi_static_select: multi(staticSelect),
  external_select: externalSelect,
  multi_external_select: multi(externalSelect),
  users_select: usersSelect,
  multi_users_select: multi(usersSelect),
  conversations_select: conversationsSelect,
  multi_conversations_select: multi(conversationsSelect),
  channels_select: channelsSelect,
  multi_channels_select: multi(channelsSelect),
  checkboxes: choice(true),
  radio_buttons: choice(true),
  datepicker: picker('initial_date', /^\d{4}-\d\d-\d\d$/),
  timepicker: picker('initial_time', /^\d\d:\d\d$/),
  datetimepicker: picker('initial_date_time', /^\d{10}$/),
  plain_text_input: typedInput('multiline', 'min_length', 'max_length'),
  email_text_input: typedInput(),
  url_text_input: typedInput(),
  number_input: typedInput('is_decimal_allowed', 'min_value', 'max_value'),
  // No limit of its length is published. Source: docs.slack.dev, rich text input; @slack/types, `RichTextInput`.
  rich_text_input: {
    places: ['input'],
    keys: [
      'type',
      'action_id',
      'focus_on_load',
      'placeholder',
      'initial_value',
      'dispatch_action_config',
      'min_lines',
      'max_lines',
    ],
    check: checkRichTextInput,
  },
  file_input: { places: ['input'], keys: ['type', 'action_id', 'filetypes', 'max_files'], check: checkFileInput },
  workflow_button: {
    places: ['accessory', 'actions'],
    keys: ['type', 'action_id', 'text', 'workflow', 'style', 'accessibility_label'],
  },
  feedback_buttons: {
    places: ['context_actions'],
    keys: ['type', 'action_id', 'positive_button', 'negative_button'],
  },
  icon_button: {
    places: ['context_actions'],
    keys: [...commonKeys, 'icon', 'text', 'value', 'accessibility_label', 'visible_to_user_ids'],
  },
};

/** Alternative text is required on every image. */
export function checkImage(problems: Problems, pointer: string, image: JsonObject): void {
  problems.text(`${pointer}/alt_text`, image['alt_text'], { max: 2000, required: true });
  problems.text(`${pointer}/image_url`, image['image_url'], { max: 3000 });
  if (image['image_url'] === undefined && image['slack_file'] === undefined) {
    problems.report(pointer, 'must have image_url or slack_file');
  }
}

function checkStaticSelect(problems: Problems, pointer: string, element: JsonObject): void {
  if (element['option_groups'] === undefined) {
    checkOptions(problems, `${pointer}/options`, element['options'], { max: 100 });
  } else {
    checkOptionGroups(problems, `${pointer}/option_groups`, element['option_groups']);
  }
  checkInitial(problems, pointer, element);
}

function checkInitial(problems: Problems, pointer: string, element: JsonObject): void {
  const offered = [
    ...objectsAt(element, 'options'),
    ...objectsAt(element, 'option_groups').flatMap((group) => objectsAt(group, 'options')),
  ].map((option) => JSON.stringify(option));
  const initial = element['initial_option'];
  const chosen = isObject(initial) ? [initial] : objectsAt(element, 'initial_options');
  for (const option of chosen) {
    if (!offered.includes(JSON.stringify(option))) {
      problems.report(`${pointer}/initial_option`, 'must be one of the options');
    }
  }
}

function checkTypedInput(problems: Problems, pointer: string, element: JsonObject): void {
  const initial = element['initial_value'];
  if (typeof initial === 'string') {
    problems.text(`${pointer}/initial_value`, initial, { max: 3000, min: 0 });
  }
  for (const [key, min] of [
    ['min_length', 0],
    ['max_length', 1],
  ] as const) {
    const value = element[key];
    if (value !== undefined && (typeof value !== 'number' || value < min || value > 3000)) {
      problems.report(`${pointer}/${key}`, `must be a number from ${min} to 3000`);
    }
  }
  if (element['type'] === 'number_input' && element['is_decimal_allowed'] === undefined) {
    problems.report(`${pointer}/is_decimal_allowed`, 'missing required field');
  }
}

function checkRichTextInput(problems: Problems, pointer: string, element: JsonObject): void {
  const initial = element['initial_value'];
  if (isObject(initial) && initial['type'] === 'rich_text') {
    problems.onlyKeys(`${pointer}/initial_value`, initial, ['type', 'block_id', 'elements']);
    checkRichText(problems, `${pointer}/initial_value`, initial);
  } else if (initial !== undefined) {
    problems.report(`${pointer}/initial_value`, 'must be a rich_text block');
  }
  for (const key of ['min_lines', 'max_lines']) {
    const lines = element[key];
    if (lines !== undefined && (typeof lines !== 'number' || lines < 1 || lines > 100)) {
      problems.report(`${pointer}/${key}`, 'must be a number from 1 to 100');
    }
  }
}

/** Source: docs.slack.dev, file input element. */
function checkFileInput(problems: Problems, pointer: string, element: JsonObject): void {
  const maxFiles = element['max_files'];
  if (maxFiles !== undefined && (typeof maxFiles !== 'number' || maxFiles < 1 || maxFiles > 10)) {
    problems.report(`${pointer}/max_files`, 'must be a number from 1 to 10');
  }
  const kinds = element['filetypes'];
  if (kinds !== undefined && !(Array.isArray(kinds) && kinds.every((kind) => typeof kind === 'string'))) {
    problems.report(`${pointer}/filetypes`, 'must be a list of endings');
  }
}

function stringOf(value: unknown): string | undefined {
  return value === undefined ? undefined : String(value);
}
