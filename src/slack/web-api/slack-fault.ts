import { webApi } from '@slack/bolt';

/** Why a call of a Web API method failed: Slack refused it with a code, or it may work later. */
export type SlackFault =
  | { readonly kind: 'refused'; readonly code: string }
  | {
      readonly kind: 'again';
      readonly reason: string;
      /** Not before this, in ms, where Slack has said so. */
      readonly afterMs?: number;
    };

/** Codes of `ok: false` that speak of Slack's own state. Source: the common errors of every Web API method. */
const passing = new Set([
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
const ofTheApp = new Set([
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

/** The app is not installed where a call was to be made. */
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
  return fault.kind === 'refused' && ofTheApp.has(fault.code);
}

/** The same of anything that was thrown. */
export function isAppRefusal(error: unknown): boolean {
  try {
    return isOfTheApp(faultOf(error));
  } catch {
    return false;
  }
}

/** How long Slack wants to be left alone after this error, in ms. */
export function waitOf(error: unknown): number {
  return error instanceof webApi.WebAPIRateLimitedError ? error.retryAfter * 1_000 : 0;
}

/** Whether a code of `ok: false` speaks of Slack's own state, so that the same may work later. */
export function isPassing(code: string): boolean {
  return passing.has(code);
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
  return passing.has(code) ? { kind: 'again', reason: code } : { kind: 'refused', code };
}
