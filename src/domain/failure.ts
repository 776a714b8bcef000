import type { PortalOrigin } from './portal.ts';

/** What is wrong with the certificate of a portal. */
export type CertificateProblem =
  /** Expired, or not valid yet. */
  | 'expired'
  | 'other-host'
  /** Issued by no authority that this machine trusts, or revoked. */
  | 'untrusted';

/** Why a call to a portal did not succeed. */
export type PortalFailure =
  | { readonly kind: 'invalid-request'; readonly field?: string; readonly code: string }
  | { readonly kind: 'no-access' }
  /** `orRights`: the portal says the same of a user who lacks the rights. */
  | { readonly kind: 'credential-rejected'; readonly orRights?: true }
  | { readonly kind: 'token-expired' }
  | { readonly kind: 'authorisation-unavailable' }
  | { readonly kind: 'missing-scope'; readonly scopes: readonly string[] }
  | { readonly kind: 'app-not-allowed' }
  /** The application is not in that Bitrix24 any more, or its secret is wrong. */
  | { readonly kind: 'application-gone' }
  | { readonly kind: 'plan' }
  | { readonly kind: 'portal-blocked' }
  | { readonly kind: 'portal-closed' }
  /** `to`: the address that the portal sends calls on to, where it does. */
  | { readonly kind: 'https-required'; readonly to?: PortalOrigin }
  | { readonly kind: 'portal-too-old' }
  /** `retryAfterMs`: how long the portal asks to wait; absent when it did not say. */
  | { readonly kind: 'throttled'; readonly retryAfterMs?: number }
  /** `resetAt`: when the portal takes calls of the method again, in epoch ms; absent when it did not say. */
  | { readonly kind: 'method-throttled'; readonly resetAt?: number }
  /** `addressRefused`: the host has no address that the app may connect to: a private one, or a mistake in DNS. */
  | { readonly kind: 'unreachable'; readonly addressRefused?: true }
  | { readonly kind: 'certificate'; readonly problem: CertificateProblem }
  /** A proxy or firewall in front of the portal said no. Source: RFC 9110, 3.7. */
  | { readonly kind: 'intermediary-refused'; readonly status: number }
  | { readonly kind: 'no-answer' }
  /** Something answered, and not as Bitrix24 does. */
  | { readonly kind: 'unreadable-answer' }
  | { readonly kind: 'portal-fault'; readonly code: string }
  /** `to`: the address that the portal sends calls on to. */
  | { readonly kind: 'moved'; readonly to: PortalOrigin }
  /** The portal confirmed a message, and its author has written nothing in the chat. */
  | { readonly kind: 'not-posted' }
  | { readonly kind: 'unexpected'; readonly code: string; readonly status: number };

/** Why a person could not be linked. */
export type LinkFailure =
  | { readonly kind: 'not-a-webhook-url' }
  | { readonly kind: 'several-urls' }
  | { readonly kind: 'portal-not-allowed'; readonly portal: string }
  | { readonly kind: 'portal-in-folder'; readonly portal: PortalOrigin }
  /** They unlinked, or linked otherwise, while it was being checked. */
  | { readonly kind: 'link-overtaken' };

/** Why a message was not accepted: nothing was sent. */
export type AcceptFailure =
  | { readonly kind: 'not-linked' }
  | { readonly kind: 'foreign-portal'; readonly portal: string; readonly linked: PortalOrigin }
  | { readonly kind: 'text-empty' }
  /** `parts` are needed, `most` are allowed; `over`: how many characters have to go at the least. */
  | { readonly kind: 'text-too-long'; readonly parts: number; readonly most: number; readonly over: number }
  | { readonly kind: 'too-many-waiting'; readonly most: number }
  | { readonly kind: 'other-version-accepted' }
  | { readonly kind: 'storage-unavailable' }
  | { readonly kind: 'storage-unconfirmed' };

/** Everything that is expected to go wrong. */
export type Failure = PortalFailure | LinkFailure | AcceptFailure;

/** What a portal failure means for a delivery. */
export type Rule =
  /** Ends it as refused. */
  | 'final'
  /** Ends it as refused; an administrator has to do something. */
  | 'administrator'
  /** Parks it until the person links again or their link is seen to work. */
  | 'relink'
  /** Keeps its place and tries again. */
  | 'wait'
  /** The call may have run. */
  | 'ambiguous';

/**
 * What is to be done about a portal failure, whoever has to do it. Each has words of its own in every language.
 * `wait`: it passes without action. `mend-certificate`: it is for an administrator, of the portal or of the app, and
 * what waits then goes out by itself. `report`: the app is to be mended. Those that begin with `ask` are for an
 * administrator.
 */
export type Remedy =
  | 'wait'
  | 'check-task'
  | 'check-number'
  | 'change-text'
  | 'open-chat'
  | 'link-again'
  | 'link-with-https'
  | 'link-at-new-address'
  | 'add-permissions'
  | 'mend-certificate'
  | 'report'
  | 'ask-administrator'
  | 'ask-to-allow'
  | 'ask-to-mend-application'
  | 'ask-to-update'
  | 'ask-support';

type Meaning = {
  readonly rule: Rule;
  readonly remedy: Remedy;
  /** Whom it meets: everyone who asks that portal, or, as far as one can tell, only who asked. */
  readonly meets: 'everyone' | 'asker';
  /** Whether it speaks of the connection or of the whole portal, and so says why another call was refused as well. */
  readonly explains: boolean;
};

const meanings: Readonly<Record<PortalFailure['kind'], Meaning>> = {
  'invalid-request': { rule: 'final', remedy: 'report', meets: 'asker', explains: false },
  'no-access': { rule: 'final', remedy: 'check-task', meets: 'asker', explains: true },
  'credential-rejected': { rule: 'relink', remedy: 'link-again', meets: 'asker', explains: true },
  'token-expired': { rule: 'relink', remedy: 'link-again', meets: 'asker', explains: true },
  'authorisation-unavailable': { rule: 'wait', remedy: 'wait', meets: 'asker', explains: true },
  'missing-scope': { rule: 'relink', remedy: 'add-permissions', meets: 'asker', explains: false },
  'app-not-allowed': { rule: 'administrator', remedy: 'ask-to-allow', meets: 'asker', explains: true },
  'application-gone': { rule: 'relink', remedy: 'ask-to-mend-application', meets: 'asker', explains: true },
  plan: { rule: 'administrator', remedy: 'ask-administrator', meets: 'everyone', explains: true },
  'portal-blocked': { rule: 'administrator', remedy: 'ask-support', meets: 'everyone', explains: true },
  'portal-closed': { rule: 'wait', remedy: 'ask-administrator', meets: 'everyone', explains: true },
  'https-required': { rule: 'relink', remedy: 'link-with-https', meets: 'asker', explains: true },
  'portal-too-old': { rule: 'administrator', remedy: 'ask-to-update', meets: 'asker', explains: false },
  throttled: { rule: 'wait', remedy: 'wait', meets: 'everyone', explains: false },
  'method-throttled': { rule: 'wait', remedy: 'wait', meets: 'everyone', explains: false },
  unreachable: { rule: 'wait', remedy: 'wait', meets: 'everyone', explains: false },
  certificate: { rule: 'wait', remedy: 'mend-certificate', meets: 'everyone', explains: false },
  'intermediary-refused': { rule: 'administrator', remedy: 'ask-administrator', meets: 'everyone', explains: false },
  'no-answer': { rule: 'ambiguous', remedy: 'wait', meets: 'everyone', explains: false },
  'unreadable-answer': { rule: 'ambiguous', remedy: 'wait', meets: 'everyone', explains: false },
  'portal-fault': { rule: 'ambiguous', remedy: 'wait', meets: 'everyone', explains: false },
  moved: { rule: 'relink', remedy: 'link-at-new-address', meets: 'everyone', explains: true },
  'not-posted': { rule: 'ambiguous', remedy: 'open-chat', meets: 'asker', explains: false },
  unexpected: { rule: 'ambiguous', remedy: 'report', meets: 'asker', explains: false },
};

/** The rule of a portal failure. An unexpected answer with a 4xx status did not run; any other may have. */
export function ruleOf(failure: PortalFailure): Rule {
  const didNotRun = failure.kind === 'unexpected' && failure.status >= 400 && failure.status < 500;
  return didNotRun ? 'final' : meanings[failure.kind].rule;
}

/** What is to be done about a portal failure. */
export function remedyFor(failure: PortalFailure): Remedy {
  const part = failure.kind === 'invalid-request' ? refusedPartOf(failure) : undefined;
  return part ? remediesByPart[part] : meanings[failure.kind].remedy;
}

/** What of a message the portal did not accept. */
export type RefusedPart = 'task' | 'text' | 'chat';

const remediesByPart = { task: 'check-number', text: 'change-text', chat: 'open-chat' } as const;

/**
 * What of a message did not pass validation, by the last name in its field; `undefined` where the request itself is
 * wrong. Validation that names no field is what builds answer for a task without a chat ("Task chat not found"), as was
 * seen.
 */
export function refusedPartOf({
  code,
  field,
}: Extract<PortalFailure, { kind: 'invalid-request' }>): RefusedPart | undefined {
  if (!/_VALIDATION_\w+EXCEPTION$/.test(code)) {
    return undefined;
  }
  const name = field?.split(/[.[\]]+/).findLast((piece) => piece !== '');
  if (name !== undefined) {
    return partsByField[name];
  }
  return code.includes('REQUESTVALIDATION') ? 'chat' : undefined;
}

const partsByField: Readonly<Record<string, RefusedPart>> = { taskId: 'task', text: 'text' };

/** Whether a failure says something of the whole portal, whoever asks. */
export function meetsEveryone({ kind }: PortalFailure): boolean {
  return meanings[kind].meets === 'everyone';
}

/** Whether a call that failed so tells why the call before it, of the same connection, was refused. */
export function explainsRefusals({ kind }: PortalFailure): boolean {
  return meanings[kind].explains;
}
