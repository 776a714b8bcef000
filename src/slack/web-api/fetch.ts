import type { webApi } from '@slack/bolt';
import { fetch, Headers, Response } from 'undici';
import { createLru } from '../../domain/lru.ts';

/**
 * The `fetch` of the Web API clients. It is that of the undici package, which is loaded in any case: the built-in one would
 * load a second copy at start. Throws a `TypeError` for a body that is not text, because the app uploads no files to Slack.
 * An answer with status 429 always has `Retry-After` here: without it @slack/web-api throws a plain error.
 */
export const webApiFetch: webApi.FetchFunction = async (url, { body, ...init } = {}) => {
  if (body !== undefined && typeof body !== 'string') {
    throw new TypeError('Files cannot be sent to the Web API');
  }
  const response = await fetch(url, body === undefined ? init : { ...init, body });
  if (response.status !== 429) {
    return response;
  }
  // A body that is not read to its end costs the connection.
  await response.text();
  return limited(retryAfterMs(response.headers.get('retry-after')));
};

/** How many rate limits are remembered. */
const maxHeld = 10_000;

/** The wait after a 429 whose `Retry-After` is missing or not a number. */
const defaultWaitMs = 1_000;
const maxWaitMs = 60 * 60_000;

/**
 * `webApiFetch` that respects rate limits: after a 429 the method is not called with the same token before `Retry-After` is
 * over, and callers get a 429 with the remaining time at once. `now`: a monotonic clock in ms.
 * Source: docs.slack.dev, "Rate limits": 429 with `Retry-After` in seconds, per method, workspace and app.
 */
export function createRateLimitedFetch(now: () => number): webApi.FetchFunction {
  const heldUntil = createLru<number>(maxHeld);

  return async (url, init) => {
    const key = `${new Headers(init?.headers).get('authorization')} ${url}`;
    const leftMs = (heldUntil.get(key) ?? 0) - now();
    if (leftMs > 0) {
      return limited(leftMs);
    }
    const response = await webApiFetch(url, init);
    if (response.status === 429) {
      heldUntil.set(key, now() + retryAfterMs(response.headers.get('retry-after')));
    }
    return response;
  };
}

/** A `Retry-After` header in ms: at most an hour; a second when it is missing or not a number. */
export function retryAfterMs(header: string | null | undefined): number {
  const seconds = Number.parseInt(header ?? '', 10);
  return Number.isNaN(seconds) ? defaultWaitMs : Math.min(Math.max(seconds, 0) * 1_000, maxWaitMs);
}

function limited(waitMs: number) {
  return new Response('', { status: 429, headers: { 'retry-after': String(Math.ceil(waitMs / 1_000)) } });
}
