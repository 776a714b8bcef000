import type { webApi } from '@slack/bolt';
import { fetch } from 'undici';

/**
 * How Web API clients make their requests: with the undici that is loaded already, where the built-in `fetch` would load
 * a copy of its own during the start. Bodies are text, because the app uploads no files.
 */
export const webApiFetch: webApi.FetchFunction = async (url, { body, ...init } = {}) => {
  if (body !== undefined && typeof body !== 'string') {
    throw new TypeError('Files cannot be sent to the Web API');
  }
  return fetch(url, body === undefined ? init : { ...init, body });
};
