import { createHash } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';
import type { Locale } from '../domain/locale.ts';
import type { PageText } from '../locales/en/connect.ts';
import { textsIn } from '../locales/locale.ts';
import { style } from './style.ts';

/** The content of a page, as plain text. */
export type Page = PageText & {
  /** Shown large under its caption. */
  readonly number?: { readonly caption: string; readonly digits: string; readonly note: string };
  /** The next step, as a button. A page without one has a link back to Slack in its place. */
  readonly link?: { readonly address: string; readonly words: string };
  /** Shows the link back to Slack below `link` as well. */
  readonly isEnd?: true;
};

/**
 * Headers of every page: no scripts, no forms, no framing, nothing loaded, no caching, no referrer. The inline style sheet
 * is allowed by its hash.
 */
export const pageHeaders: OutgoingHttpHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-robots-tag': 'noindex, nofollow',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  vary: 'accept-language',
};

/** Renders a page as HTML. Every text is escaped here. */
export function renderPage(page: Page, locale: Locale): string {
  const { product } = textsIn(locale).pages;
  const [heading, title] = [page.heading, `${page.heading} · ${product}`].map(escapeHtml);
  return `<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<main>
<p class="product">${mark}${escapeHtml(product)}</p>
<h1>${heading}</h1>
${page.paragraphs.map((text) => `<p>${withCommands(escapeHtml(text))}</p>`).join('\n')}
${numberOf(page)}${linkOf(page)}${backOf(page, locale)}</main>
</body>
</html>
`;
}

function numberOf({ number }: Page): string {
  if (!number) {
    return '';
  }
  const [caption, digits, note] = [number.caption, number.digits, number.note].map(escapeHtml);
  return `<p class="number">${caption}: <strong>${digits}</strong></p>\n<p>${note}</p>\n`;
}

function linkOf({ link }: Page): string {
  if (!link) {
    return '';
  }
  return `<p><a class="action" href="${escapeHtml(link.address)}" rel="noreferrer">${escapeHtml(link.words)}</a></p>\n`;
}

function backOf({ link, isEnd }: Page, locale: Locale): string {
  if (link && !isEnd) {
    return '';
  }
  return `<p><a class="back" href="${anySlack}">${escapeHtml(textsIn(locale).pages.backToSlack)}</a></p>\n`;
}

/** Opens Slack where the person was. Source: docs.slack.dev, "Deep linking". */
const anySlack = 'slack://open';

/** Sets slash commands as code. */
function withCommands(html: string): string {
  return html.replaceAll(/`?(\/b24task(?: [a-z]+)?)`?/g, (_, command: string) => `<code>${command}</code>`);
}

/** The logo: inline, because pages load nothing, and hidden from screen readers. */
const mark =
  '<svg class="mark" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><rect width="24" height="24" rx="6"/><path d="M6 8h7M6 12h5M6 16h7M14 12h5m-2.5-2.5L19 12l-2.5 2.5"/></svg>';

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
