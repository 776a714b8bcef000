import { optionsOf } from '../block-kit/block-state.ts';
import { isObject, type Json, type JsonObject, objectAt, objectsAt, textAt } from '../json.ts';
import type { SeenMessage } from '../state/messages.ts';
import type { OpenView } from '../state/views.ts';
import { type NameOf, renderRichText, renderText } from './render-text.ts';

/**
 * A message in plain words for a terminal. Every interactive element is followed by its action id in parentheses, so
 * that the reader knows what to type to use it.
 */
export function renderMessage(message: Pick<SeenMessage, 'text' | 'blocks' | 'message'>, nameOf?: NameOf): string {
  const lines = message.blocks.flatMap((block) => renderBlock(block, { nameOf }));
  const files = objectsAt(message.message, 'files').map((file) => `file: ${textAt(file, 'name')}`);
  return [...(lines.length > 0 ? lines : [renderText(message.text, nameOf)]), ...files].join('\n');
}

/** A modal or a home tab in plain words: title, fields with what is entered, hints, errors, buttons. */
export function renderView(view: OpenView, nameOf?: NameOf): string {
  const { content } = view;
  const title = textAt(objectAt(content, 'title'), 'text') || 'Home';
  const context = { nameOf, values: view.values, errors: view.errors };
  const buttons = [
    ...(content['submit'] === undefined ? [] : [`[${textAt(objectAt(content, 'submit'), 'text')}] (:submit)`]),
    ...(content['type'] === 'modal' ? [`[${textAt(objectAt(content, 'close'), 'text') || 'Close'}] (:close)`] : []),
  ];
  const general = view.errors[''];
  return [
    `== ${title} ==`,
    ...view.blocks.flatMap((block) => renderBlock(block, context)),
    ...(general === undefined ? [] : [`! ${general}`]),
    ...(buttons.length > 0 ? [buttons.join(' ')] : []),
  ].join('\n');
}

type RenderContext = {
  readonly nameOf: NameOf | undefined;
  readonly values?: JsonObject;
  readonly errors?: Readonly<Record<string, string>>;
};

function renderBlock(block: JsonObject, context: RenderContext): string[] {
  const { nameOf } = context;
  switch (block['type']) {
    case 'divider':
      return ['----'];
    case 'header':
      return [`# ${plain(block['text'], nameOf)}`];
    case 'section':
      return [
        ...(isObject(block['text']) ? [plain(block['text'], nameOf)] : []),
        ...objectsAt(block, 'fields').map((field) => plain(field, nameOf)),
        ...(isObject(block['accessory']) ? [renderElement(block['accessory'], block, context)] : []),
      ];
    case 'context':
      return [
        objectsAt(block, 'elements')
          .map((item) => renderContextItem(item, nameOf))
          .join(' · '),
      ];
    case 'actions':
    case 'context_actions':
      return [
        objectsAt(block, 'elements')
          .map((item) => renderElement(item, block, context))
          .join(' '),
      ];
    case 'input':
      return renderInput(block, context);
    case 'alert':
      return [`(!) ${plain(block['text'], nameOf)}`];
    case 'rich_text':
      return [renderRichText(block, nameOf)];
    case 'image':
      return [`image: ${textAt(block, 'alt_text')}`];
    case 'markdown':
      return [textAt(block, 'text')];
    default:
      return [`[${String(block['type'])}]`];
  }
}

function renderInput(block: JsonObject, context: RenderContext): string[] {
  const optional = block['optional'] === true ? ' (optional)' : '';
  const hint = plain(block['hint'], context.nameOf);
  const error = context.errors?.[textAt(block, 'block_id')];
  return [
    `${plain(block['label'], context.nameOf)}${optional}: ${renderElement(objectAt(block, 'element'), block, context)}`,
    ...(hint === '' ? [] : [`  hint: ${hint}`]),
    ...(error === undefined ? [] : [`  ! ${error}`]),
  ];
}

function renderContextItem(item: JsonObject, nameOf: NameOf | undefined): string {
  return item['type'] === 'image' ? `image: ${textAt(item, 'alt_text')}` : plain(item, nameOf);
}

function renderElement(element: JsonObject, block: JsonObject, context: RenderContext): string {
  const type = textAt(element, 'type');
  const id = textAt(element, 'action_id');
  if (type === 'image') {
    return `image: ${textAt(element, 'alt_text')}`;
  }
  if (type === 'button') {
    const url = textAt(element, 'url');
    return `[${plain(element['text'], context.nameOf)}] (${id})${url === '' ? '' : ` -> ${url}`}`;
  }
  const entry = objectAt(objectAt(context.values ?? {}, textAt(block, 'block_id')), id);
  const shown = renderValue(entry, context.nameOf) || plain(element['placeholder'], context.nameOf);
  const offered = optionsOf(element).map((option) => plain(option['text'], context.nameOf));
  return `<${shown}>${offered.length > 0 ? ` {${offered.join(' | ')}}` : ''} (${id})`;
}

function renderValue(entry: JsonObject, nameOf: NameOf | undefined): string {
  const [value] = Object.entries(entry).flatMap(([key, item]) => (key === 'type' ? [] : [item]));
  const one = (item: Json | undefined): string => {
    if (isObject(item) && item['type'] === 'rich_text') {
      return renderRichText(item, nameOf);
    }
    if (isObject(item)) {
      return plain(item['text'], nameOf) || textAt(item, 'name');
    }
    return item === null || item === undefined ? '' : (nameOf?.(String(item)) ?? String(item));
  };
  return Array.isArray(value) ? value.map(one).join(', ') : one(value);
}

function plain(value: Json | undefined, nameOf: NameOf | undefined): string {
  return isObject(value) ? renderText(textAt(value, 'text'), nameOf) : '';
}
