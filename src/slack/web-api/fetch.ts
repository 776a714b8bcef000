import type { webApi } from '@slack/bolt';
import { fetch, Headers, Response } from 'undici';
import { createLru } from '../../domain/lru.ts';

/**
 * How Web API clients make their requests: with the undici that is loaded already, where the built-in `fetch` would
 * load a copy of its own during the start. Bodies are text, because the app uploads no files. Of a 429 only the time to
 * wait is handed on: the client of @slack/web-api throws a plain error where `Retry-After` is missing, so here it never
 * is.
 */
export const webApiFetch: webApi.FetchFunction = async (url, { body, ...init } = {}) => {
  if (body !== undefined && typeof body !== 'string') {
    throw new TypeError('Files cannot be sent to the Web API');
  }
  const response = await fetch(url, body === undefined ? init : { ...init, body });
  if (response.status !== 429) {
    return response;
  }
  // Read to its end, or the connection would be closed.
  await response.text();
  return limited(retryAfterMs(response.headers.get('retry-after')));
};

/** A method of an app in a workspace is limited by itself. Source: docs.slack.dev, "Rate limits". */
const maxHeld = 10_000;

/** A wait that a 429 does not tell, or that is no number. */
const untoldMs = 1_000;
const longestMs = 60 * 60_000;

/**
 * The same, and a method that answered 429 is left alone in that workspace until its `Retry-After` is over: meanwhile
 * its callers get the same refusal at once, with the time that is left. `now` never jumps (ms).
 * Source: docs.slack.dev, "Rate limits": 429 with `Retry-After` in seconds, per method, workspace and app.
 */
export function createObedientFetch(now: () => number): webApi.FetchFunction {
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

/** A `Retry-After` in ms, never longer than an hour. */
export function retryAfterMs(header: string | null | undefined): number {
  const seconds = Number.parseInt(header ?? '', 10);
  return Number.isNaN(seconds) ? untoldMs : Math.min(Math.max(seconds, 0) * 1_000, longestMs);
}

function limited(waitMs: number) {
  return new Response('', { status: 429, headers: { 'retry-after': String(Math.ceil(waitMs / 1_000)) } });
}
