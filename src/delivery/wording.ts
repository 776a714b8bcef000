import type { Wording } from '../domain/delivery.ts';
import type { Names } from '../domain/document.ts';
import { present } from '../domain/present.ts';
import { writeRichText } from '../translation/write-rich-text.ts';
import { previewText, unnamed } from './preview-text.ts';
import type { Submission } from './submission.ts';

/** How many characters, as people count them, tell a message from another. */
const maxExcerpt = 60;

/** More UTF-16 units than that many characters have, but for piled-up accents: `n` of them are one character. */
const maxUnits = 8 * maxExcerpt;

/** What one line of a reply shows of foreign text at the most, less an ellipsis. */
const maxCodePoints = 199;

/** The wording of a message. Without `names` mentions are called what Slack called them. */
export function wordingOf(
  { document, gist, typed }: Pick<Submission, 'document' | 'gist' | 'typed'>,
  names: Names = unnamed,
): Wording {
  const excerpt = excerptOfMessage({ document, ...present({ gist }) }, names);
  if (typed !== undefined) {
    return { excerpt, mrkdwn: typed };
  }
  return {
    excerpt,
    mrkdwn: escaped(previewText(document, names)),
    ...present({ rich: writeRichText(document, names) }),
  };
}

/** The first characters of a message, likewise. */
export function excerptOfMessage(
  { document, gist = document }: Pick<Submission, 'document' | 'gist'>,
  names: Names = unnamed,
): string {
  return excerptOf(previewText(gist, names));
}

/** The first characters of a text, on one line; never half of one, and nothing that turns the direction of writing. */
export function excerptOf(text: string): string {
  const start = text.slice(0, 20 * maxUnits).toWellFormed();
  const line = start
    .replace(/^> /gm, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .replace(/[\u202a-\u202e\u2066-\u2069\ufffd]/gu, '')
    .trim();
  const shown = firstCharacters(line.slice(0, maxUnits).toWellFormed())
    .replace(/\ufffd$/u, '')
    .trimEnd();
  return shown.length < line.length || start.length < text.length ? `${shown}…` : shown;
}

function firstCharacters(line: string): string {
  if (/^[ -~]*$/.test(line)) {
    return line.slice(0, maxExcerpt);
  }
  let shown = '';
  let codePoints = 0;
  let count = 0;
  for (const { segment } of graphemes().segment(line)) {
    codePoints += [...segment].length;
    if (count === maxExcerpt || codePoints > maxCodePoints) {
      break;
    }
    shown += segment;
    count += 1;
  }
  return shown;
}

let segmenter: Intl.Segmenter | undefined;

/** Made at its first use: its data takes a while to load. */
function graphemes(): Intl.Segmenter {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  return segmenter;
}

/** Slack's three escapes. Source: docs.slack.dev, "Formatting message text". */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
