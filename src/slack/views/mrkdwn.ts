import { markSafe, type Place, type SafeText, tidy, utc } from '../../locales/shown.ts';

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

/** A mention of a channel; `undefined` for a direct conversation, which has no name to show. */
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
