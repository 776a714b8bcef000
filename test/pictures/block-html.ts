import { optionsOf } from '../../src/sandbox/slack/block-kit/block-state.ts';
import { isObject, type JsonObject, objectAt, objectsAt, textAt } from '../../src/sandbox/slack/json.ts';
import { escapeHtml, type NameOf, richTextHtml, textHtml } from './text-html.ts';

/** What is known of a view beside its blocks. */
export type Entered = {
  readonly nameOf: NameOf;
  readonly values?: JsonObject;
  readonly errors?: Readonly<Record<string, string>>;
};

/** Blocks as Slack shows them, as HTML. */
export function blocksHtml(blocks: readonly JsonObject[], entered: Entered): string {
  return blocks.map((block) => `<div class="block">${blockHtml(block, entered)}</div>`).join('\n');
}

function blockHtml(block: JsonObject, entered: Entered): string {
  const { nameOf } = entered;
  switch (block['type']) {
    case 'divider':
      return '<hr>';
    case 'header':
      return `<h2>${textHtml(objectAt(block, 'text'), nameOf)}</h2>`;
    case 'section':
      return sectionHtml(block, entered);
    case 'context':
      return `<p class="context">${objectsAt(block, 'elements')
        .map((item) => contextHtml(item, nameOf))
        .join(' ')}</p>`;
    case 'actions':
    case 'context_actions':
      return `<p class="actions">${objectsAt(block, 'elements')
        .map((item) => elementHtml(item, block, entered))
        .join(' ')}</p>`;
    case 'input':
      return inputHtml(block, entered);
    case 'rich_text':
      return richTextHtml(block, nameOf);
    case 'alert':
      return `<p class="alert ${textAt(block, 'level')}">${textHtml(objectAt(block, 'text'), nameOf)}</p>`;
    default:
      throw new Error(`No picture of a block of type ${String(block['type'])} can be made`);
  }
}

function sectionHtml(block: JsonObject, entered: Entered): string {
  const text = isObject(block['text']) ? `<p>${textHtml(block['text'], entered.nameOf)}</p>` : '';
  const fields = objectsAt(block, 'fields').map((field) => `<p>${textHtml(field, entered.nameOf)}</p>`);
  const accessory = isObject(block['accessory']) ? elementHtml(block['accessory'], block, entered) : '';
  return `<div class="section"><div>${text}${fields.join('')}</div>${accessory}</div>`;
}

function contextHtml(item: JsonObject, nameOf: NameOf): string {
  return item['type'] === 'image' ? `[${escapeHtml(textAt(item, 'alt_text'))}]` : textHtml(item, nameOf);
}

function inputHtml(block: JsonObject, entered: Entered): string {
  const error = entered.errors?.[textAt(block, 'block_id')];
  const hint = objectAt(block, 'hint');
  const label = textHtml(objectAt(block, 'label'), entered.nameOf);
  return `<div class="label">${label}${block['optional'] === true ? ' <span class="optional">(optional)</span>' : ''}</div>
    ${elementHtml(objectAt(block, 'element'), block, entered)}
    ${error === undefined ? '' : `<p class="error">${escapeHtml(error)}</p>`}
    ${Object.keys(hint).length === 0 ? '' : `<p class="hint">${textHtml(hint, entered.nameOf)}</p>`}`;
}

function elementHtml(element: JsonObject, block: JsonObject, entered: Entered): string {
  const { nameOf } = entered;
  const value = objectAt(objectAt(entered.values ?? {}, textAt(block, 'block_id')), textAt(element, 'action_id'));
  switch (element['type']) {
    case 'button':
      return `<button class="${textAt(element, 'style')}">${textHtml(objectAt(element, 'text'), nameOf)}</button>`;
    case 'overflow':
      return '<button class="overflow" aria-label="More">⋯</button>';
    case 'checkboxes':
    case 'radio_buttons':
      return choicesHtml(element, value, nameOf);
    case 'rich_text_input':
      return `${toolbar}${fieldHtml(richTextHtml(objectAt(value, 'rich_text_value'), nameOf), element, nameOf, 'tall')}`;
    case 'plain_text_input': {
      const shown = escapeHtml(textAt(value, 'value')).replaceAll('\n', '<br>');
      return fieldHtml(shown, element, nameOf, element['multiline'] === true ? 'tall' : '');
    }
    case 'file_input':
      return '<button>Add file</button>';
    case 'external_select':
    case 'static_select': {
      const chosen = objectAt(objectAt(value, 'selected_option'), 'text');
      return fieldHtml(textHtml(chosen, nameOf), element, nameOf, 'select');
    }
    default:
      throw new Error(`No picture of an element of type ${String(element['type'])} can be made`);
  }
}

/** Slack's editor has one. */
const toolbar = '<div class="toolbar"><b>B</b> <i>I</i> <s>S</s> 🔗 1. • ❝ <code>&lt;/&gt;</code></div>';

function fieldHtml(shown: string, element: JsonObject, nameOf: NameOf, kind: string): string {
  const placeholder = textHtml(objectAt(element, 'placeholder'), nameOf);
  return `<div class="field ${kind}">${shown === '' ? `<span class="placeholder">${placeholder}</span>` : shown}</div>`;
}

function choicesHtml(element: JsonObject, value: JsonObject, nameOf: NameOf): string {
  const chosen = [...objectsAt(value, 'selected_options'), objectAt(value, 'selected_option')].map((option) =>
    textAt(option, 'value'),
  );
  const [on, off] = element['type'] === 'radio_buttons' ? ['◉', '○'] : ['☑', '☐'];
  const options = optionsOf(element).map((option) => {
    const about = objectAt(option, 'description');
    const text = textHtml(objectAt(option, 'text'), nameOf);
    const mark = chosen.includes(textAt(option, 'value')) ? on : off;
    const description =
      Object.keys(about).length === 0 ? '' : `<br><span class="hint">${textHtml(about, nameOf)}</span>`;
    return `<p class="choice"><span>${mark}</span><span>${text}${description}</span></p>`;
  });
  return options.join('');
}
