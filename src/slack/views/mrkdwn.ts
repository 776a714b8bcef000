import { markSafe, type SafeText, type TextFormat, tidy, utc } from '../../locales/shown.ts';

/**
 * Slack's mrkdwn. Slack shows times in the reader's own zone and notation.
 * Source: docs.slack.dev, "Formatting message text": the three escapes, and `<!date^…>`.
 */
export const mrkdwn: TextFormat = {
  text: (foreign) => markSafe(escapeText(tidy(foreign))),
  time: (epochMs) => markSafe(`<!date^${Math.floor(epochMs / 1000)}^{date_short_pretty}, {time}|${utc(epochMs)}>`),
};

/** A link with the given words, which have to be the app's own or `SafeText`. */
export function linkTo(address: string, words: string): string {
  return `<${escapeText(address).replaceAll('|', '%7C')}|${words}>`;
}

/** A mention of a channel; `undefined` for a direct message, which has no name. */
export function mentionChannel(channel: string): SafeText | undefined {
  return /^[CG][A-Z0-9]+$/.test(channel) ? markSafe(`<#${channel}>`) : undefined;
}

/** A mention of a person, by the id that Slack gave. */
export function mentionPerson(user: string): SafeText {
  return markSafe(`<@${escapeText(user)}>`);
}

/** Undoes Slack's three escapes, each once: `&amp;lt;` is the text `&lt;`. */
export function unescapeText(text: string): string {
  return text.replace(/&(amp|lt|gt);/g, (_, name: string) => (name === 'amp' ? '&' : name === 'lt' ? '<' : '>'));
}

/** Slack's three escapes: the text as mrkdwn, whose marks for bold and the like stay marks. */
export function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
