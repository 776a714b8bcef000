import { webApi } from '@slack/bolt';

/** Why a call of a Web API method failed: `refused` by Slack with a code, or for a reason that passes (`again`). */
export type SlackFault =
  | { readonly kind: 'refused'; readonly code: string }
  | {
      readonly kind: 'again';
      readonly reason: string;
      /** How long Slack asks to wait, in ms; absent when it did not say. */
      readonly afterMs?: number;
    };

/** Transient codes of `ok: false`. Source: docs.slack.dev, the common errors of every Web API method. */
const transientCodes = new Set([
  'ratelimited',
  'rate_limited',
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'rollup_error',
  'team_added_to_org',
]);

/**
 * Codes with which Slack refuses the app itself, whatever it asks for: they end when an administrator mends something.
 * Source: docs.slack.dev, the common errors of every Web API method.
 */
const appCodes = new Set([
  'access_denied',
  'account_inactive',
  'accesslimited',
  'ekm_access_denied',
  'enterprise_is_restricted',
  'invalid_auth',
  'missing_scope',
  'no_permission',
  'not_allowed_token_type',
  'not_authed',
  'not_installed',
  'org_login_required',
  'team_access_not_granted',
  'token_expired',
  'token_revoked',
  'two_factor_setup_required',
]);

/** The app is not installed in the workspace of a call. */
export class NotInstalledError extends Error {
  override readonly name = 'NotInstalledError';
}

/** The fault in an error of Bolt's Web API client. Any other error is a bug or a broken storage and is thrown again. */
export function faultOf(error: unknown): SlackFault {
  if (error instanceof NotInstalledError) {
    return { kind: 'refused', code: 'not_installed' };
  }
  if (error instanceof webApi.WebAPIPlatformError) {
    return platformFault(error.data.error);
  }
  if (error instanceof webApi.WebAPIRateLimitedError) {
    return { kind: 'again', reason: 'ratelimited', afterMs: error.retryAfter * 1_000 };
  }
  if (error instanceof webApi.WebAPIHTTPError) {
    return { kind: 'again', reason: `HTTP ${error.statusCode}` };
  }
  if (error instanceof webApi.WebAPIRequestError) {
    return { kind: 'again', reason: 'no connection or no answer' };
  }
  throw error;
}

/** Whether Slack refuses the app itself, and not what it asked for. */
export function isOfTheApp(fault: SlackFault): boolean {
  return fault.kind === 'refused' && appCodes.has(fault.code);
}

/** Whether `error` says that Slack refuses the app itself. False for errors of any other origin. */
export function isAppRefusal(error: unknown): boolean {
  try {
    return isOfTheApp(faultOf(error));
  } catch {
    return false;
  }
}

/** How long Slack asks to wait after this error, in ms; 0 unless it is a rate limit. */
export function waitOf(error: unknown): number {
  return error instanceof webApi.WebAPIRateLimitedError ? error.retryAfter * 1_000 : 0;
}

/** Whether a code of `ok: false` is transient: the same call may succeed later. */
export function isTransient(code: string): boolean {
  return transientCodes.has(code);
}

/** A word for the log: the code of Slack's refusal, or the kind of error. */
export function reasonOf(error: unknown): string {
  try {
    const fault = faultOf(error);
    return fault.kind === 'refused' ? fault.code : fault.reason;
  } catch {
    return error instanceof Error ? error.name : 'unknown';
  }
}

/** Where an answer is not JSON, the client gives its whole body as the code. */
function platformFault(code: unknown): SlackFault {
  if (typeof code !== 'string' || !/^[a-z0-9_]{1,80}$/.test(code)) {
    return { kind: 'again', reason: 'unreadable answer' };
  }
  return transientCodes.has(code) ? { kind: 'again', reason: code } : { kind: 'refused', code };
}
