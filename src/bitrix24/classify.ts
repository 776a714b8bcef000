import type { PortalFailure } from '../domain/failure.ts';
import { type PortalOrigin, portalOriginOf } from '../domain/portal.ts';
import { present } from '../domain/present.ts';
import { type AnswerBody, readBody } from './answers.ts';
import type { Answer } from './exchange.ts';
import { retryAfterOf } from './retry-after.ts';

/** What an answer means. */
export type Verdict =
  | Extract<AnswerBody, { kind: 'result' }>
  | { readonly kind: 'key-reused' }
  | {
      readonly kind: 'failed';
      readonly failure: PortalFailure;
      /** The portal's own code, for the log only. */
      readonly code?: string;
      /** The portal's own words, for the log only. */
      readonly message?: string;
      /** The answer does not tell the reason: `failure` holds unless another call finds a better one. */
      readonly unexplained?: true;
    };

/** What is known besides the answer. */
export type CallContext = {
  /** Where the answer came from. */
  readonly portal: PortalOrigin;
  /** When the method's operating time frees up, in epoch ms. */
  readonly resetAt?: number;
  /** What time it is, in epoch ms. */
  readonly now: number;
  /** Which scopes let a credential call the method. */
  readonly scopes: readonly string[];
};

/**
 * Decides what an answer means: by its body, then by its status; never by the address called, nor by localised text.
 * Source: Bitrix24 documentation, "System errors" and "REST 3.0, Errors".
 */
export function classify(answer: Answer, surroundings: CallContext): Verdict {
  const body = readBody(answer.text);
  if (body.kind === 'result') {
    return body;
  }
  const facts: Facts = { ...answer, ...surroundings, body };
  if (body.kind === 'unreadable') {
    return { kind: 'failed', failure: byStatus(facts) ?? byStatusAlone(facts), ...markUnexplained(facts) };
  }
  if (body.code === keyReused) {
    return { kind: 'key-reused' };
  }
  const failure = byCode(facts, body.code) ?? byStatus(facts) ?? byUnknownCode(answer.status, body);
  const { code, message } = body;
  return { kind: 'failed', failure, code, ...(message ? { message } : {}), ...markUnexplained(facts) };
}

/**
 * A 401 with a code that is not known to name a reason, or with none; and `ACCESSDENIED` with 400, which builds answer
 * both for a task that is not there and while the site is closed.
 */
function markUnexplained({ body, status }: Facts): { readonly unexplained?: true } {
  const code = body.kind === 'fault' ? body.code : '';
  const isUnexplained = status === 401 ? !isNamed(code) : status === 400 && code === accessDenied;
  return isUnexplained ? { unexplained: true } : {};
}

function isNamed(code: string): boolean {
  return code !== accessDenied && codeRows.some(({ codes }) => codes.includes(code));
}

type Fault = Extract<AnswerBody, { kind: 'fault' }>;
type Facts = Omit<Answer, 'text'> & CallContext & { readonly body: Fault | { readonly kind: 'unreadable' } };

/** One row of the failure table. */
type Row = {
  readonly codes: readonly string[];
  /** Without them the row holds for every status. */
  readonly statuses?: readonly number[];
  readonly failure: (facts: Facts) => PortalFailure;
};

const keyReused = v3('IDEMPOTENCYKEYREUSEDEXCEPTION');
const accessDenied = v3('ACCESSDENIEDEXCEPTION');

/** The first row that fits decides. */
const codeRows: readonly Row[] = [
  {
    codes: [v3('VALIDATION_DTOVALIDATIONEXCEPTION'), v3('VALIDATION_REQUESTVALIDATIONEXCEPTION')],
    failure: invalidRequest,
  },
  { codes: [v3('INVALIDJSONEXCEPTION'), v3('UNKNOWNDTOPROPERTYEXCEPTION')], failure: invalidRequest },
  { codes: [v3('ENTITYNOTFOUNDEXCEPTION')], failure: always({ kind: 'no-access' }) },
  // What the methods of chats say. Source: module `im` 26.250, im_rest.php and lib/V2/Chat/ChatError.php.
  { codes: ['ACCESS_ERROR', 'CHAT_NOT_FOUND'], failure: always({ kind: 'no-access' }) },
  { codes: [accessDenied], statuses: [400, 403], failure: always({ kind: 'no-access' }) },
  // The table of system errors gives this status to a user without rights, other pages to a webhook that is not valid.
  { codes: ['INVALID_CREDENTIALS'], statuses: [403], failure: always({ kind: 'credential-rejected', orRights: true }) },
  {
    codes: ['NO_AUTH_FOUND', 'INVALID_CREDENTIALS', 'authorization_error', 'invalid_token'],
    failure: always({ kind: 'credential-rejected' }),
  },
  { codes: ['APPLICATION_NOT_FOUND'], failure: always({ kind: 'application-gone' }) },
  { codes: ['expired_token'], failure: always({ kind: 'token-expired' }) },
  { codes: ['CONNECTION_ERROR'], statuses: [401], failure: always({ kind: 'authorisation-unavailable' }) },
  {
    codes: ['insufficient_scope', v3('INSUFFICIENTSCOPEEXCEPTION')],
    failure: ({ scopes }) => ({ kind: 'missing-scope', scopes }),
  },
  { codes: ['user_access_error'], failure: always({ kind: 'app-not-allowed' }) },
  { codes: ['ACCESS_DENIED', 'PAYMENT_REQUIRED', v3('LICENSEEXCEPTION')], failure: always({ kind: 'plan' }) },
  { codes: ['OVERLOAD_LIMIT'], failure: always({ kind: 'portal-blocked' }) },
  { codes: ['PORTAL_DELETED'], failure: always({ kind: 'portal-closed' }) },
  { codes: ['INVALID_REQUEST'], failure: always({ kind: 'https-required' }) },
  { codes: ['ERROR_METHOD_NOT_FOUND', v3('METHODNOTFOUNDEXCEPTION')], failure: always({ kind: 'portal-too-old' }) },
  { codes: ['QUERY_LIMIT_EXCEEDED'], failure: throttled },
  { codes: ['OPERATION_TIME_LIMIT', v3('RATELIMITEXCEPTION')], failure: methodThrottled },
  {
    codes: ['INTERNAL_SERVER_ERROR', 'ERROR_UNEXPECTED_ANSWER', v3('INTERNAL_INTERNALEXCEPTION')],
    failure: portalFault,
  },
  {
    codes: ['ERROR_BATCH_METHOD_NOT_ALLOWED', 'ERROR_BATCH_LENGTH_EXCEEDED', 'ERROR_MANIFEST_IS_NOT_AVAILABLE'],
    failure: unexpected,
  },
];

/** Statuses that mean the same with any body that `codeRows` does not know. */
const statusRows: Readonly<Record<number, (facts: Facts) => PortalFailure>> = {
  301: redirected,
  302: redirected,
  307: redirected,
  308: redirected,
  401: always({ kind: 'credential-rejected' }),
  402: always({ kind: 'plan' }),
  408: always({ kind: 'no-answer' }),
  429: throttled,
};

function byCode(facts: Facts, code: string): PortalFailure | undefined {
  const fits = ({ codes, statuses }: Row) => codes.includes(code) && (statuses?.includes(facts.status) ?? true);
  return codeRows.find(fits)?.failure(facts);
}

function byStatus(facts: Facts): PortalFailure | undefined {
  return statusRows[facts.status]?.(facts);
}

/** Gateways say so when the portal behind them did not answer; 520 to 527 are those of Cloudflare. */
const gatewayStatuses = new Set([502, 503, 504, 520, 521, 522, 523, 524, 525, 526, 527]);

/** A proxy's page, an empty body, half an answer. A success that cannot be read proves nothing. */
function byStatusAlone(facts: Facts): PortalFailure {
  const { status, now } = facts;
  if (status >= 400 && status < 500) {
    return { kind: 'intermediary-refused', status };
  }
  // `Retry-After` means that the request was turned away; a gateway that lost one cannot say when to come back.
  if (status === 503 && retryAfterOf(facts, now) !== undefined) {
    return throttled(facts);
  }
  return gatewayStatuses.has(status) ? { kind: 'no-answer' } : { kind: 'unreadable-answer' };
}

function byUnknownCode(status: number, fault: Fault): PortalFailure {
  if (fault.shape === 'v3' && status === 400) {
    return { kind: 'invalid-request', code: fault.code };
  }
  if (fault.code === 'none' && fault.shape === 'flat' && status >= 400 && status < 500) {
    return { kind: 'intermediary-refused', status };
  }
  if (status >= 500) {
    return { kind: 'portal-fault', code: fault.code };
  }
  return { kind: 'unexpected', code: fault.code, status };
}

/**
 * A redirect to another origin means that the portal has moved, or wants to be called there. One to a path, or to an address
 * that cannot be read, comes from a proxy.
 */
function redirected({ headers, portal }: Facts): PortalFailure {
  const { location } = headers;
  const target = typeof location === 'string' && URL.canParse(location, portal) ? new URL(location, portal) : undefined;
  const to = target === undefined || target.username + target.password !== '' ? undefined : portalOriginOf(target.href);
  if (to === undefined || to === portal) {
    return { kind: 'unreadable-answer' };
  }
  const isItself = new URL(to).hostname === new URL(portal).hostname;
  return isItself && portal.startsWith('http:') && to.startsWith('https:')
    ? { kind: 'https-required', to }
    : { kind: 'moved', to };
}

function invalidRequest({ body }: Facts): PortalFailure {
  const field = body.kind === 'fault' ? body.field : undefined;
  return { kind: 'invalid-request', code: codeOf(body), ...present({ field }) };
}

function throttled(facts: Facts): PortalFailure {
  const retryAfterMs = retryAfterOf(facts, facts.now);
  return { kind: 'throttled', ...present({ retryAfterMs }) };
}

function methodThrottled({ resetAt }: Facts): PortalFailure {
  return { kind: 'method-throttled', ...present({ resetAt }) };
}

function portalFault({ body }: Facts): PortalFailure {
  return { kind: 'portal-fault', code: codeOf(body) };
}

function unexpected({ body, status }: Facts): PortalFailure {
  return { kind: 'unexpected', code: codeOf(body), status };
}

function codeOf(body: Facts['body']): string {
  return body.kind === 'fault' ? body.code : 'none';
}

function always(failure: PortalFailure): () => PortalFailure {
  return () => failure;
}

function v3(suffix: string): string {
  return `BITRIX_REST_V3_EXCEPTION_${suffix}`;
}
