import type { PortalOrigin } from './portal.ts';

/** `untrusted`: by nobody that this machine trusts, or revoked. `expired` is also one that is not valid yet. */
export type CertificateProblem = 'expired' | 'other-host' | 'untrusted';

/**
 * Why a call to a portal did not succeed. `addressRefused`: the portal's host has no address that the app may connect to,
 * which can be DNS in disorder as well as an address inside. `intermediary-refused`: a proxy or firewall in front of the
 * portal said no (RFC 9110, 3.7). `unreadable-answer`: something answered, and not as Bitrix24 does. `retryAfterMs`: how
 * long the portal asks to be left alone.
 */
export type PortalFailure =
  | { readonly kind: 'invalid-request'; readonly field?: string; readonly code: string }
  | { readonly kind: 'no-access' }
  | { readonly kind: 'credential-rejected' }
  | { readonly kind: 'token-expired' }
  | { readonly kind: 'authorisation-unavailable' }
  | { readonly kind: 'missing-scope'; readonly scopes: readonly string[] }
  | { readonly kind: 'app-not-allowed' }
  | { readonly kind: 'plan' }
  | { readonly kind: 'portal-blocked' }
  | { readonly kind: 'portal-closed' }
  | { readonly kind: 'https-required' }
  | { readonly kind: 'portal-too-old' }
  | { readonly kind: 'throttled'; readonly retryAfterMs?: number }
  | { readonly kind: 'method-throttled'; readonly resetAt?: number }
  | { readonly kind: 'unreachable'; readonly addressRefused?: true }
  | { readonly kind: 'certificate'; readonly problem: CertificateProblem }
  | { readonly kind: 'intermediary-refused'; readonly status: number }
  | { readonly kind: 'no-answer' }
  | { readonly kind: 'unreadable-answer' }
  | { readonly kind: 'portal-fault'; readonly code: string }
  | { readonly kind: 'moved'; readonly to: PortalOrigin }
  | { readonly kind: 'unexpected'; readonly code: string; readonly status: number };

/** Why a person could not be linked. */
export type LinkFailure =
  | { readonly kind: 'not-a-webhook-url' }
  | { readonly kind: 'portal-not-allowed'; readonly portal: string }
  | { readonly kind: 'portal-in-folder'; readonly portal: PortalOrigin };

/** Why a message was not accepted: nothing was sent. */
export type AcceptFailure =
  | { readonly kind: 'not-linked' }
  | { readonly kind: 'foreign-portal'; readonly portal: string; readonly linked: PortalOrigin }
  | { readonly kind: 'text-empty' }
  | { readonly kind: 'text-too-long'; readonly parts: number; readonly most: number }
  | { readonly kind: 'other-version-accepted' }
  | { readonly kind: 'storage-unavailable' }
  | { readonly kind: 'storage-unconfirmed' };

/** Everything that is expected to go wrong. */
export type Failure = PortalFailure | LinkFailure | AcceptFailure;

/**
 * What a portal failure means for a delivery: `final` and `administrator` end it as refused, `relink` parks it until
 * the person links again, `wait` keeps its place and tries again, `ambiguous` may have run.
 */
export type Rule = 'final' | 'administrator' | 'relink' | 'wait' | 'ambiguous';

const rules: Record<Exclude<PortalFailure['kind'], 'unexpected'>, Rule> = {
  'invalid-request': 'final',
  'no-access': 'final',
  'credential-rejected': 'relink',
  'token-expired': 'relink',
  'authorisation-unavailable': 'wait',
  'missing-scope': 'relink',
  'app-not-allowed': 'administrator',
  plan: 'administrator',
  'portal-blocked': 'administrator',
  'portal-closed': 'administrator',
  'https-required': 'relink',
  'portal-too-old': 'administrator',
  throttled: 'wait',
  'method-throttled': 'wait',
  unreachable: 'wait',
  certificate: 'wait',
  'intermediary-refused': 'administrator',
  'no-answer': 'ambiguous',
  'unreadable-answer': 'ambiguous',
  'portal-fault': 'ambiguous',
  moved: 'relink',
};

/** The rule of a portal failure. An unexpected answer with a 4xx status did not run; any other may have. */
export function ruleOf(failure: PortalFailure): Rule {
  if (failure.kind !== 'unexpected') {
    return rules[failure.kind];
  }
  return failure.status >= 400 && failure.status < 500 ? 'final' : 'ambiguous';
}
