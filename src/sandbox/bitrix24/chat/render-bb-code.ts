import { portalDate } from '../wire/portal-time.ts';

type Show = (inner: string, value: string) => string;

/** The codes that Bitrix24's chat documents; anything else in brackets is text and stays as it is. */
const pairedTags: Readonly<Record<string, Show>> = {
  b: (inner) => `*${inner}*`,
  i: (inner) => `_${inner}_`,
  u: (inner) => `__${inner}__`,
  s: (inner) => `~${inner}~`,
  size: (inner) => inner,
  color: (inner) => inner,
  url: (inner, value) => (value === '' || value === inner ? inner : `${inner} <${value}>`),
  user: (inner, value) => (/^all$/i.test(value.trim()) ? `@everybody (${inner})` : `@${inner}`),
  chat: (inner) => `#${inner}`,
  context: (inner) => inner,
  img: (inner) => `(image ${inner.trim()})`,
  put: (inner, value) => `(button "${inner}" types "${value === '' ? inner : value}")`,
  send: (inner, value) => `(button "${inner}" sends "${value === '' ? inner : value}")`,
  call: (inner) => `(call ${inner})`,
};

const singleTags: Readonly<Record<string, (value: string) => string>> = {
  br: () => '\n',
  timestamp: (value) => showMoment(value),
  disk: (value) => `(file ${value})`,
  icon: (value) => `(icon ${value.split(/\s/)[0] ?? ''})`,
};

const openingTag = /\[([a-z]+)(?:=([^\]]*)|(\s[^\]]*))?\]/i;

/** Chat text with its BB codes turned into plain marks; a code without its end is text. */
export function renderBbCode(text: string): string {
  let rest = text;
  let shown = '';
  for (let match = openingTag.exec(rest); match !== null; match = openingTag.exec(rest)) {
    const name = (match[1] ?? '').toLowerCase();
    const inside = rest.slice(match.index + match[0].length);
    shown += rest.slice(0, match.index);
    const single = singleTags[name];
    const paired = pairedTags[name];
    const end = paired === undefined ? undefined : findEnd(inside, name);
    if (single !== undefined) {
      shown += single(match[2] ?? '');
      rest = inside;
    } else if (paired !== undefined && end !== undefined) {
      shown += paired(renderBbCode(inside.slice(0, end.start)), match[2] ?? '');
      rest = inside.slice(end.after);
    } else {
      shown += match[0];
      rest = inside;
    }
  }
  return shown + rest;
}

/** The end that belongs to the opening code: codes of the same name inside have ends of their own. */
function findEnd(text: string, name: string): { start: number; after: number } | undefined {
  let depth = 1;
  for (const match of text.matchAll(new RegExp(`\\[(/?)${name}(?:[=\\s][^\\]]*)?\\]`, 'gi'))) {
    depth += match[1] === '/' ? -1 : 1;
    if (depth === 0) {
      return { start: match.index, after: match.index + match[0].length };
    }
  }
  return undefined;
}

/** `1700000000` or `1700000000 format=…`: date and time in the portal's zone. */
function showMoment(value: string): string {
  const seconds = Number.parseInt(value, 10);
  return Number.isSafeInteger(seconds)
    ? portalDate(seconds * 1000)
        .slice(0, 16)
        .replace('T', ' ')
    : value;
}
