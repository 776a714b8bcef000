import type { webApi } from '@slack/bolt';
import { Response } from 'undici';
import { z } from 'zod';

/**
 * Called after every call of the Web API. `outcome` is `ok`, Slack's error code, `http_` and the status, `unreadable`, or
 * `unreachable`.
 */
export type SlackCallObserver = (method: string, outcome: string) => void;

/** Wraps `fetch` so that `observe` hears of every call. Errors are observed and thrown again. */
export function observeFetch(fetch: webApi.FetchFunction, observe: SlackCallObserver): webApi.FetchFunction {
  return async (url, init) => {
    const method = methodOf(url);
    try {
      const response = await fetch(url, init);
      const text = await response.text();
      observe(method, outcomeOf(response.status, text));
      return new Response(text, { status: response.status, headers: Object.fromEntries(response.headers.entries()) });
    } catch (error) {
      observe(method, 'unreachable');
      throw error;
    }
  };
}

function methodOf(url: Parameters<webApi.FetchFunction>[0]): string {
  return String(url).split('?')[0]?.split('/').at(-1) ?? '';
}

const answer = z.object({ ok: z.boolean(), error: z.string().optional() });

/** The form of Slack's error codes. Anything else counts as `unreadable`, or each would add a time series to the metrics. */
const codeForm = /^[a-z_]{1,60}$/;

function outcomeOf(status: number, text: string): string {
  if (status !== 200) {
    return `http_${status}`;
  }
  const parsed = answer.safeParse(readJson(text));
  if (!parsed.success) {
    return 'unreadable';
  }
  const { ok, error = '' } = parsed.data;
  if (ok) {
    return 'ok';
  }
  return codeForm.test(error) ? error : 'unreadable';
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
