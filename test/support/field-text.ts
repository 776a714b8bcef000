import { type JsonObject, objectAt, objectsAt, textAt } from '../../src/sandbox/slack/json.ts';

/** What can be read in a field of rich text of an open view: `@U0BOB` and the like for mentions. */
export function fieldText({ values }: { readonly values: JsonObject }, block = 'comment', element = block): string {
  const value = objectAt(objectAt(objectAt(values, block), element), 'rich_text_value');
  return objectsAt(value, 'elements').map(textIn).join('\n');
}

function textIn(element: JsonObject): string {
  const inner = objectsAt(element, 'elements');
  const isList = element['type'] === 'rich_text_list';
  return inner.length > 0
    ? inner.map(textIn).join(isList ? '\n' : '')
    : textAt(element, 'text') ||
        textAt(element, 'url') ||
        ['user_id', 'channel_id'].map((key) => textAt(element, key)).join('');
}
