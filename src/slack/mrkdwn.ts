import { markSafe, type SafeText } from '../locales/shown.ts';

/** A kind of place that shows text: how a foreign text becomes safe there, and how a point in time is written. */
export type Place = { text(foreign: string): SafeText; time(epochMs: number): SafeText };

/** Fields of modals, and other places that show text as it is. */
export const plain: Place = { text: (foreign) => markSafe(tidy(foreign)), time: (epochMs) => markSafe(utc(epochMs)) };

/**
 * Slack's mrkdwn. Readers see times in their own zone and notation.
 * Source: docs.slack.dev, "Formatting message text": the three escapes, and `<!date^…>`.
 */
export const mrkdwn: Place = {
  text: (foreign) => markSafe(escapeText(tidy(foreign))),
  time: (epochMs) => markSafe(`<!date^${Math.floor(epochMs / 1000)}^{date_short_pretty}, {time}|${utc(epochMs)}>`),
};

/** A link with the given words. The words are texts of ours or made safe before. */
export function linkTo(address: string, words: string): string {
  return `<${escapeText(address).replaceAll('|', '%7C')}|${words}>`;
}

/** A mention of a channel; nothing for a direct conversation, which has no name to show. */
export function mentionChannel(channel: string): SafeText | undefined {
  return /^[CG][A-Z0-9]+$/.test(channel) ? markSafe(`<#${channel}>`) : undefined;
}

/** Undoes Slack's three escapes, each once: `&amp;lt;` is the text `&lt;`. */
export function unescapeText(text: string): string {
  return text.replace(/&(amp|lt|gt);/g, (_, name: string) => (name === 'amp' ? '&' : name === 'lt' ? '<' : '>'));
}

/** Slack's three escapes: the text as mrkdwn, whose marks for bold and the like stay marks. */
export function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

const mostShown = 200;

/** One line of bounded length, without control characters and without what turns the direction of writing. */
function tidy(text: string): string {
  const line = text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ').trim();
  const characters = [...line];
  return characters.length > mostShown ? `${characters.slice(0, mostShown - 1).join('')}…` : line;
}

function utc(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
