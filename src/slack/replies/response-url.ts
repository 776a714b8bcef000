import { request } from 'undici';
import type { Log } from '../../domain/log.ts';
import type { Secret } from '../../domain/secret.ts';
import type { Message } from '../views/blocks.ts';

/** What is posted to a response URL. `replace`: it takes the place of the message whose button was pressed. */
export type Responder = {
  /** `gone`: the URL is used up, too old, or not Slack's. `again`: it may work later. Never rejects. */
  post(url: Secret, message: Message, options?: { readonly replace: boolean }): Promise<'made' | 'again' | 'gone'>;
};

const timeoutMs = 3_000;

/**
 * Posts to response URLs, but only on Slack's own host and on the origin of the Web API address.
 * Source: docs.slack.dev, "Handling user interaction": five posts within 30 minutes.
 */
export function createResponder({ slackApiUrl, log }: { slackApiUrl: string; log: Log }): Responder {
  const origins = new Set(['https://hooks.slack.com', new URL(slackApiUrl).origin]);
  return {
    async post(url, message, { replace } = { replace: false }) {
      const address = url.reveal();
      if (!URL.canParse(address) || !origins.has(new URL(address).origin)) {
        log.warn({}, 'a response URL of a foreign host was refused');
        return 'gone';
      }
      return send(address, { response_type: 'ephemeral', replace_original: replace, ...message });
    },
  };

  async function send(address: string, body: object): Promise<'made' | 'again' | 'gone'> {
    // AbortSignal.timeout would hold on to each answer until its time is over.
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), timeoutMs);
    try {
      const response = await request(address, {
        method: 'POST',
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: JSON.stringify(body),
        signal: late.signal,
      });
      // Read to its end, or the connection would be closed.
      await response.body.dump();
      const status = response.statusCode;
      if (status >= 200 && status < 300) {
        return 'made';
      }
      log.warn({ status }, 'a response URL did not take a message');
      return status === 429 || status >= 500 ? 'again' : 'gone';
    } catch {
      // The error may name the address, which is as good as a token.
      log.warn({}, 'a response URL could not be reached');
      return 'again';
    } finally {
      clearTimeout(timer);
    }
  }
}
