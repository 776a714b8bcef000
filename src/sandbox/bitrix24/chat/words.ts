import { portalDate } from '../wire/portal-time.ts';
import type { Element, Piece } from './pieces.ts';

/** `1700000000` as `2023-11-15 01:13`, in the portal's zone; what is no number stays. */
export function isoMinute(seconds: string): string {
  const count = Number.parseInt(seconds, 10);
  return Number.isSafeInteger(count) && count < 250_000_000_000
    ? portalDate(count * 1_000)
        .slice(0, 16)
        .replace('T', ' ')
    : seconds;
}

/** How an element is put into plain text. `block`: it has lines of its own. */
type Show = { readonly block?: true; readonly show: (inner: string, element: Element) => string };

/** `marks`: formatting as marks, for a terminal. Without them only what a reader reads. */
export type WordsOptions = { readonly marks: boolean };

/** The message in plain text, as a reader reads it: a block ends the line before it, and its own. */
export function wordsOf(pieces: readonly Piece[], { marks }: WordsOptions): string {
  let words = '';
  let afterBlock = false;
  for (const piece of pieces) {
    const { block, text } = typeof piece === 'string' ? { block: false, text: piece } : show(piece, marks);
    if (text !== '' && (block || afterBlock)) {
      words = words.replace(/ +$/, '');
      words += words === '' || words.endsWith('\n') ? '' : '\n';
    }
    words += afterBlock ? text.replace(/^ (?! )/, '') : text;
    afterBlock = text === '' ? afterBlock : block;
  }
  return words
    .replaceAll('\u00a0', ' ')
    .replace(/[\p{Default_Ignorable_Code_Point}--[\u200d\ufe0f\u{e0020}-\u{e007f}]]/gv, '');
}

function show(element: Element, marks: boolean): { block: boolean; text: string } {
  const way = (marks ? marked : plain)[element.kind] ?? plain[element.kind];
  const inner = wordsOf(element.content, { marks });
  return { block: way?.block ?? false, text: way === undefined ? inner : way.show(inner, element) };
}

type Ways = Partial<Record<Element['kind'], Show>>;

const plain: Ways = {
  quote: { block: true, show: (inner) => inner },
  code: { block: true, show: (inner) => inner },
  heading: { block: true, show: (inner) => inner },
  table: { block: true, show: (inner) => inner },
  rule: { block: true, show: () => '' },
  date: { show: (_inner, { value }) => isoMinute(value) },
  smiley: { show: (_inner, { value }) => value },
  image: { show: (inner, { value }) => inner || value },
  file: { show: (_inner, { value }) => `(file ${value})` },
};

const marked: Ways = {
  bold: { show: (inner) => `*${inner}*` },
  italic: { show: (inner, { value }) => (value === '/me' ? `(/me ${inner})` : `_${inner}_`) },
  underline: { show: (inner) => `__${inner}__` },
  strike: { show: (inner) => `~${inner}~` },
  link: { show: (inner, { value }) => (value === '' || value === inner ? inner : `${inner} <${value}>`) },
  mention: { show: (inner, { value }) => (/^all/i.test(value) ? `@everybody (${inner})` : `@${inner}`) },
  chat: { show: (inner) => `#${inner}` },
  image: { show: (inner, { value }) => `(image ${inner.trim() || value})` },
  icon: { show: (_inner, { value }) => `(icon ${value.split(/\s/)[0] ?? ''})` },
  put: { show: (inner, { value }) => `(button "${inner}" types "${value || inner}")` },
  send: { show: (inner, { value }) => `(button "${inner}" sends "${value || inner}")` },
  call: { show: (inner) => `(call ${inner})` },
  smiley: { show: (_inner, { value }) => `(smiley ${value})` },
  vote: { show: () => '(vote)' },
  'inline-code': { show: (inner) => `\`${inner}\`` },
  heading: { block: true, show: (inner) => `## ${inner}` },
  rule: { block: true, show: () => '─'.repeat(12) },
  quote: { block: true, show: (inner) => foldMark(inner, inner.replace(/^/gm, '│ ')) },
  code: { block: true, show: (inner) => inner.replace(/^/gm, '    ') },
};

/** Quotes longer than four lines of 80 characters are folded: quote.js of the web parser, since January 2026. */
function foldMark(inner: string, shown: string): string {
  const lines = inner.split('\n').reduce((sum, line) => sum + Math.max(1, Math.ceil(line.trim().length / 80)), 0);
  return lines > 4 ? `${shown}\n│ (folded)` : shown;
}
