import type { PortalOrigin } from './portal.ts';

/**
 * Why a call to a portal did not succeed. `addressRefused`: the portal's host has no address that the app may connect to,
 * which can be DNS in disorder as well as an address inside.
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
  | { readonly kind: 'throttled' }
  | { readonly kind: 'method-throttled'; readonly resetAt?: number }
  | { readonly kind: 'unreachable'; readonly addressRefused?: true }
  | { readonly kind: 'no-answer' }
  | { readonly kind: 'portal-fault'; readonly code: string }
  | { readonly kind: 'moved'; readonly to: PortalOrigin }
  | { readonly kind: 'unexpected'; readonly code: string; readonly status: number };

/** Why a person could not be linked. `link-overtaken`: they unlinked, or linked otherwise, while it was being checked. */
export type LinkFailure =
  | { readonly kind: 'not-a-webhook-url' }
  | { readonly kind: 'portal-not-allowed'; readonly portal: string }
  | { readonly kind: 'portal-in-folder'; readonly portal: PortalOrigin }
  | { readonly kind: 'link-overtaken' };

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

/**
 * What is to be done about a portal failure, whoever has to do it. Each has words of its own in every language.
 * `wait`: nothing, it passes. `report`: the app is to be mended. The last four are for the portal's administrator.
 */
export type Remedy =
  | 'wait'
  | 'check-task'
  | 'link-again'
  | 'link-with-https'
  | 'link-at-new-address'
  | 'add-permissions'
  | 'report'
  | 'ask-administrator'
  | 'ask-to-allow'
  | 'ask-to-update'
  | 'ask-support';

type Meaning = {
  readonly rule: Rule;
  readonly remedy: Remedy;
  /** Whom it meets: everyone who asks that portal, or, as far as one can tell, only who asked. */
  readonly meets: 'everyone' | 'asker';
};

const meanings: Readonly<Record<PortalFailure['kind'], Meaning>> = {
  'invalid-request': { rule: 'final', remedy: 'report', meets: 'asker' },
  'no-access': { rule: 'final', remedy: 'check-task', meets: 'asker' },
  'credential-rejected': { rule: 'relink', remedy: 'link-again', meets: 'asker' },
  'token-expired': { rule: 'relink', remedy: 'link-again', meets: 'asker' },
  'authorisation-unavailable': { rule: 'wait', remedy: 'wait', meets: 'asker' },
  'missing-scope': { rule: 'relink', remedy: 'add-permissions', meets: 'asker' },
  'app-not-allowed': { rule: 'administrator', remedy: 'ask-to-allow', meets: 'asker' },
  plan: { rule: 'administrator', remedy: 'ask-administrator', meets: 'everyone' },
  'portal-blocked': { rule: 'administrator', remedy: 'ask-support', meets: 'everyone' },
  'portal-closed': { rule: 'administrator', remedy: 'ask-administrator', meets: 'everyone' },
  'https-required': { rule: 'relink', remedy: 'link-with-https', meets: 'asker' },
  'portal-too-old': { rule: 'administrator', remedy: 'ask-to-update', meets: 'asker' },
  throttled: { rule: 'wait', remedy: 'wait', meets: 'everyone' },
  'method-throttled': { rule: 'wait', remedy: 'wait', meets: 'everyone' },
  unreachable: { rule: 'wait', remedy: 'wait', meets: 'everyone' },
  'no-answer': { rule: 'ambiguous', remedy: 'wait', meets: 'everyone' },
  'portal-fault': { rule: 'ambiguous', remedy: 'wait', meets: 'everyone' },
  moved: { rule: 'relink', remedy: 'link-at-new-address', meets: 'everyone' },
  unexpected: { rule: 'ambiguous', remedy: 'report', meets: 'asker' },
};

/** The rule of a portal failure. An unexpected answer with a 4xx status did not run; any other may have. */
export function ruleOf(failure: PortalFailure): Rule {
  const didNotRun = failure.kind === 'unexpected' && failure.status >= 400 && failure.status < 500;
  return didNotRun ? 'final' : meanings[failure.kind].rule;
}

/** What is to be done about a portal failure. */
export function remedyFor({ kind }: PortalFailure): Remedy {
  return meanings[kind].remedy;
}

/** Whether a failure says something of the whole portal, whoever asks. */
export function meetsEveryone({ kind }: PortalFailure): boolean {
  return meanings[kind].meets === 'everyone';
}
