import { type JsonObject, objectsAt, textAt } from '../json.ts';

/** Turns an id of a person or a channel into the name that a terminal shows. */
export type NameOf = (id: string) => string | undefined;

/** A mrkdwn or plain text as a terminal shows it: entities decoded once, links and mentions in words. */
export function renderText(text: string, nameOf: NameOf = () => undefined): string {
  const readable = text.replace(/<([^<>]*)>/g, (_whole, inner: string) => renderAngle(inner, nameOf));
  const entities: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };
  return readable.replace(/&amp;|&lt;|&gt;/g, (entity) => entities[entity] ?? entity);
}

/** A rich_text block as lines of text. */
export function renderRichText(block: JsonObject, nameOf: NameOf = () => undefined): string {
  return objectsAt(block, 'elements')
    .map((container) => renderContainer(container, nameOf))
    .join('\n');
}

function renderAngle(inner: string, nameOf: NameOf): string {
  const [target = '', label = ''] = inner.split('|');
  if (target.startsWith('@')) {
    return `@${label || nameOf(target.slice(1)) || target.slice(1)}`;
  }
  if (target.startsWith('#')) {
    return `#${label || nameOf(target.slice(1)) || target.slice(1)}`;
  }
  if (target.startsWith('!')) {
    return label || `@${target.slice(1)}`;
  }
  return label === '' || label === target ? target : `${label} (${target})`;
}

function renderContainer(container: JsonObject, nameOf: NameOf): string {
  const items = objectsAt(container, 'elements');
  const indent = '  '.repeat(Number(container['indent'] ?? 0));
  switch (container['type']) {
    case 'rich_text_list':
      return items
        .map((item, index) => {
          const mark = container['style'] === 'ordered' ? `${Number(container['offset'] ?? 0) + index + 1}.` : '-';
          return `${indent}${mark} ${renderContainer(item, nameOf)}`;
        })
        .join('\n');
    case 'rich_text_quote':
      return items
        .map((item) => renderInline(item, nameOf))
        .join('')
        .replace(/^/gm, '> ');
    default:
      return items.map((item) => renderInline(item, nameOf)).join('');
  }
}

function renderInline(item: JsonObject, nameOf: NameOf): string {
  switch (item['type']) {
    case 'link':
      return textAt(item, 'text') ? `${textAt(item, 'text')} (${textAt(item, 'url')})` : textAt(item, 'url');
    case 'user':
      return `@${nameOf(textAt(item, 'user_id')) ?? textAt(item, 'user_id')}`;
    case 'channel':
      return `#${nameOf(textAt(item, 'channel_id')) ?? textAt(item, 'channel_id')}`;
    case 'emoji':
      return `:${textAt(item, 'name')}:`;
    case 'broadcast':
      return `@${textAt(item, 'range')}`;
    default:
      return textAt(item, 'text') || textAt(item, 'fallback') || textAt(item, 'value');
  }
}
