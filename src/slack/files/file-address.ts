/**
 * Where Slack keeps the bytes of files. The addresses of file objects are on the first; the second is that of GovSlack.
 * Source: docs.slack.dev, file object, `url_private`.
 */
const slackFileHosts = new Set(['files.slack.com', 'files.slack-gov.com']);

/** An address in Slack's answers, or one that it redirects to. */
export type FileAddress = {
  readonly url: URL;
  /** Whether the bot's token goes there. */
  readonly isTrusted: boolean;
};

/**
 * Reads an address, seen from the one before it; `undefined` where nothing is asked. The token goes to Slack's file
 * hosts and to the origin of its Web API alone. Anything else is asked without it, over TLS: Slack itself names it.
 */
export function readFileAddress(address: string, slackApiUrl: string, from?: URL): FileAddress | undefined {
  if (!URL.canParse(address, from?.href)) {
    return undefined;
  }
  const url = new URL(address, from);
  const api = new URL(slackApiUrl);
  const isPlain = url.username + url.password === '';
  const isAllowed = url.protocol === 'https:' || url.protocol === api.protocol;
  if (!isPlain || !isAllowed) {
    return undefined;
  }
  const isOfSlack = url.protocol === 'https:' && url.port === '' && slackFileHosts.has(url.hostname);
  return { url, isTrusted: isOfSlack || url.origin === api.origin };
}
