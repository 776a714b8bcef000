import { hash } from 'node:crypto';
import { z } from 'zod';
import { type Clock, within } from '../../domain/clock.ts';
import type { Log } from '../../domain/log.ts';
import { createLru } from '../../domain/lru.ts';
import type { Secret } from '../../domain/secret.ts';
import type { Message } from '../views/blocks.ts';
import { retryAfterMs } from '../web-api/fetch.ts';
import type { SlackCallObserver } from '../web-api/observed-fetch.ts';
import { postJson } from '../web-api/post.ts';
import { isTransient } from '../web-api/slack-fault.ts';

/**
 * What came of a post. `gone`: the URL is used up, too old, or not Slack's. `again`: it may work later; `againInMs`:
 * not before that. `late`: Slack has it and has not answered yet, so the same is not posted again but waited for.
 */
type Posted = 'made' | 'gone' | 'late' | 'again' | { readonly againInMs: number };

/** Posts to response URLs. */
export type Responder = {
  /**
   * Waits up to 10 s for the answer; posting the same again goes on waiting for it. `replace`: the message takes the
   * place of the one whose button was pressed. Never rejects.
   */
  post(url: Secret, message: Message, options?: { readonly replace: boolean }): Promise<Posted>;
};

/** Shorter than a report is left alone in the outbox, with what is tried before and after it. */
const waitMs = 10_000;
const giveUpMs = 2 * 60_000;
const maxUnderWay = 5_000;

/** What posting to response URLs needs. */
export type ResponderDeps = {
  readonly slackApiUrl: string;
  readonly clock: Pick<Clock, 'schedule' | 'monotonic'>;
  readonly log: Log;
  /** Is told what came of each post. */
  readonly observe?: SlackCallObserver | undefined;
};

/**
 * Posts to response URLs, but only on Slack's own host and on the origin of the Web API address.
 * Source: docs.slack.dev, "Handling user interaction": five posts within 30 minutes. So a post whose answer is late is
 * not made again: each one counts, and the person would read it twice.
 */
export function createResponder({ slackApiUrl, clock, log, observe }: ResponderDeps): Responder {
  const origins = new Set(['https://hooks.slack.com', new URL(slackApiUrl).origin]);
  const underWay = createLru<Promise<Posted>>(maxUnderWay);
  const heldUntil = createLru<number>(maxUnderWay);
  return {
    async post(url, message, { replace } = { replace: false }) {
      const address = url.reveal();
      if (!URL.canParse(address) || !origins.has(new URL(address).origin)) {
        log.warn({}, 'a response URL of a foreign host was refused');
        return 'gone';
      }
      const body = JSON.stringify({ response_type: 'ephemeral', replace_original: replace, ...message });
      const key = hash('sha256', `${address} ${body}`, 'base64url');
      const posting = underWay.get(key) ?? begin(key, address, body);
      const posted = await within(clock, waitMs, posting, () => 'late');
      if (posted !== 'late') {
        underWay.delete(key);
      }
      observe?.('response_url', typeof posted === 'string' ? posted : 'limited');
      return posted;
    },
  };

  /** The answer stays until somebody has read it: it may come between two who wait for it. */
  function begin(key: string, address: string, body: string): Promise<Posted> {
    const leftMs = (heldUntil.get(address) ?? 0) - clock.monotonic();
    const posting = leftMs > 0 ? Promise.resolve({ againInMs: leftMs }) : send(address, body);
    underWay.set(key, posting);
    return posting;
  }

  async function send(address: string, body: string): Promise<Posted> {
    try {
      const response = await postJson(new URL(address), body, giveUpMs);
      const posted = readAnswer(response.status, response.text);
      if (posted !== 'made') {
        log.warn({ status: response.status }, 'a response URL did not take a message');
      }
      if (response.status !== 429) {
        return posted;
      }
      const header = response.headers['retry-after'];
      const againInMs = retryAfterMs(typeof header === 'string' ? header : undefined);
      heldUntil.set(address, clock.monotonic() + againInMs);
      return { againInMs };
    } catch {
      // The error may name the address, which is as good as a token.
      log.warn({}, 'a response URL could not be reached');
      return 'again';
    }
  }
}

const answer = z.object({ ok: z.boolean(), error: z.string().catch('') });

/** Slack answers `ok`, or JSON; with a status of 200 the JSON may say as well that the URL is used up or too old. */
function readAnswer(status: number, text: string): Posted {
  if (status === 429 || status >= 500) {
    return 'again';
  }
  if (status < 200 || status >= 300) {
    return 'gone';
  }
  const read = answer.safeParse(readJson(text));
  if (!read.success || read.data.ok) {
    return 'made';
  }
  return isTransient(read.data.error) ? 'again' : 'gone';
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
