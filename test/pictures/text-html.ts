import { type JsonObject, objectAt, objectsAt, textAt } from '../../src/sandbox/slack/json.ts';

/** Turns an id of a person or a channel into the name that Slack shows. */
export type NameOf = (id: string) => string | undefined;

/** Text that no browser takes for more. */
export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** A text object of Block Kit as HTML. */
export function textHtml(object: JsonObject, nameOf: NameOf): string {
  const text = textAt(object, 'text');
  return object['type'] === 'mrkdwn' ? mrkdwnHtml(text, nameOf) : escapeHtml(text).replaceAll('\n', '<br>');
}

/** mrkdwn as HTML, as far as the app writes it: it comes with its own entities. */
export function mrkdwnHtml(text: string, nameOf: NameOf): string {
  const codes: string[] = [];
  return text
    .replaceAll(/```([\s\S]*?)```|`([^`\n]+)`/g, (_, block: string | undefined, code: string | undefined) => {
      codes.push(block === undefined ? `<code>${code}</code>` : `<pre>${block}</pre>`);
      return `\ue000${codes.length - 1}\ue000`;
    })
    .replaceAll(/<([^<>]+)>/g, (_, inner: string) => angleHtml(inner, nameOf))
    .replaceAll(/(^|[^\w*])\*([^*\n]+)\*(?!\w)/g, '$1<b>$2</b>')
    .replaceAll(/(^|[^\w_])_([^_\n]+)_(?!\w)/g, '$1<i>$2</i>')
    .replaceAll(/(^|[^\w~])~([^~\n]+)~(?!\w)/g, '$1<s>$2</s>')
    .replaceAll(/^&gt; ?(.*)$/gm, '<blockquote>$1</blockquote>')
    .replaceAll('</blockquote>\n', '</blockquote>')
    .replaceAll('\n', '<br>')
    .replaceAll(/\ue000(\d+)\ue000/g, (_, number: string) => codes[Number(number)] ?? '');
}

function angleHtml(inner: string, nameOf: NameOf): string {
  const [target = '', label = ''] = inner.split('|');
  if (target.startsWith('!date^')) {
    return escapeHtml(dateOf(target, label));
  }
  if (/^[@#!]/.test(target)) {
    const name = label || nameOf(target.slice(1)) || target.slice(1);
    return `<span class="mention">${target.startsWith('#') ? '#' : '@'}${escapeHtml(name)}</span>`;
  }
  return `<a href="#">${label || target}</a>`;
}

function dateOf(target: string, fallback: string): string {
  const [, seconds = '0', form = ''] = target.split('^');
  const at = new Date(Number(seconds) * 1_000);
  const time = at.toISOString().slice(11, 16);
  const day = at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
  return form.includes('{') ? form.replaceAll(/\{date[^}]*\}/g, day).replaceAll(/\{time[^}]*\}/g, time) : fallback;
}

/** A rich_text block as HTML. */
export function richTextHtml(block: JsonObject, nameOf: NameOf): string {
  return objectsAt(block, 'elements')
    .map((container) => containerHtml(container, nameOf))
    .join('');
}

function containerHtml(container: JsonObject, nameOf: NameOf): string {
  const html = unborderedHtml(container, nameOf);
  return container['border'] === 1 ? `<blockquote>${html}</blockquote>` : html;
}

function unborderedHtml(container: JsonObject, nameOf: NameOf): string {
  const items = objectsAt(container, 'elements');
  const inner = () => items.map((item) => inlineHtml(item, nameOf)).join('');
  switch (container['type']) {
    case 'rich_text_list': {
      const tag = container['style'] === 'ordered' ? 'ol' : 'ul';
      const indent = Number(container['indent'] ?? 0);
      const rows = items.map((item) => `<li>${containerHtml(item, nameOf)}</li>`).join('');
      return `<${tag} style="margin-left:${indent * 1.5}em">${rows}</${tag}>`;
    }
    case 'rich_text_quote':
      return `<blockquote>${inner()}</blockquote>`;
    case 'rich_text_preformatted':
      return `<pre>${inner()}</pre>`;
    default:
      return `<span>${inner()}</span>`;
  }
}

function inlineHtml(item: JsonObject, nameOf: NameOf): string {
  const style = objectAt(item, 'style');
  const shown = escapeHtml(wordsOf(item, nameOf)).replaceAll('\n', '<br>');
  const tags = (['bold', 'italic', 'strike', 'code'] as const).filter((name) => style[name] === true);
  const html = tags.reduce((inner, name) => `<${tagOf[name]}>${inner}</${tagOf[name]}>`, shown);
  switch (item['type']) {
    case 'link':
      return `<a href="#">${html}</a>`;
    case 'user':
    case 'channel':
    case 'usergroup':
    case 'broadcast':
      return `<span class="mention">${html}</span>`;
    default:
      return html;
  }
}

const tagOf = { bold: 'b', italic: 'i', strike: 's', code: 'code' } as const;

function wordsOf(item: JsonObject, nameOf: NameOf): string {
  switch (item['type']) {
    case 'link':
      return textAt(item, 'text') || textAt(item, 'url');
    case 'user':
      return `@${nameOf(textAt(item, 'user_id')) ?? textAt(item, 'user_id')}`;
    case 'channel':
      return `#${nameOf(textAt(item, 'channel_id')) ?? textAt(item, 'channel_id')}`;
    case 'emoji':
      return textAt(item, 'unicode')
        .split('-')
        .filter(Boolean)
        .map((code) => String.fromCodePoint(Number.parseInt(code, 16)))
        .join('');
    case 'date':
      return dateOf(`!date^${String(item['timestamp'])}^${textAt(item, 'format')}`, textAt(item, 'fallback'));
    case 'broadcast':
      return `@${textAt(item, 'range')}`;
    default:
      return textAt(item, 'text');
  }
}
