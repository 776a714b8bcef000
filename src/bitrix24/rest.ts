import type { Clock } from '../domain/clock.ts';
import type { PortalFailure } from '../domain/failure.ts';
import type { Credential } from '../domain/identity.ts';
import type { Log } from '../domain/log.ts';
import type { PortalOrigin } from '../domain/portal.ts';
import { present } from '../domain/present.ts';
import { Secret } from '../domain/secret.ts';
import { traceHeader } from '../observability/trace.ts';
import type { Caller } from './call.ts';
import { certificateProblemOf } from './certificate-problem.ts';
import { type CallContext, classify, type Verdict } from './classify.ts';
import type { CallLimits, CallResult } from './exchange.ts';
import { createOperatingTimes } from './operating-times.ts';
import { addressRefused } from './portal-gate.ts';
import type { RedirectNotes } from './redirect-notes.ts';
import { createQuietTimes } from './retry-after.ts';
import { streamInto } from './streamed-body.ts';

/** One call of one method. */
export type RestCall = CallLimits & {
  readonly credential: Credential;
  /** REST 2 (`/rest/`) or REST 3.0 (`/rest/api/`). */
  readonly api: 'v2' | 'v3';
  readonly method: string;
  /** The exact text of a JSON object, without any token. */
  readonly parameters: string;
  readonly idempotencyKey?: string;
  /** What the word `slot` in the parameters stands for; ASCII that needs no escape in JSON. */
  readonly streamed?: {
    readonly slot: string;
    readonly middle: AsyncIterable<Uint8Array>;
    readonly length: number;
  };
  /** The part of a delivery that it carries, for the log; with a key it is the key. */
  readonly part?: string;
};

/** What came of a call. */
export type RestResult = {
  readonly verdict: Verdict;
  /** Whether it can have reached the portal. */
  readonly left: boolean;
  /** How long ago it left. */
  readonly sinceLeftMs: number;
  /** Whether the answer carried the call's idempotency key back. */
  readonly echoedKey: boolean;
};

/** Calls methods of portals: one attempt each, whatever comes of it. */
export type Rest = { call(call: RestCall): Promise<RestResult> };

/** The dependencies of REST calls. */
export type RestDeps = {
  readonly caller: Caller;
  readonly clock: Clock;
  readonly log: Log;
  readonly noteRedirect?: RedirectNotes;
};

/** Creates the calls. Logs each one with the portal's own words and without what was sent. */
export function createRest({ caller, clock, log, noteRedirect }: RestDeps): Rest {
  const times = createOperatingTimes();
  const quiet = createQuietTimes(clock);
  const warn = createWarnings(log);
  return {
    async call(call) {
      const { portal } = call.credential;
      const retryAfterMs = quiet.leftOf(portal);
      if (retryAfterMs !== undefined) {
        return {
          verdict: failedWith({ kind: 'throttled', retryAfterMs }),
          left: false,
          sinceLeftMs: 0,
          echoedKey: false,
        };
      }
      const counter = counterOf(call);
      const result = await caller.call({ ...call, ...requestOf(call) });
      const resetAt = times.resetAt(counter, clock.now());
      const verdict = verdictOf(result, call, { now: clock.now(), ...present({ resetAt }) });
      if (verdict.kind === 'result' && verdict.resetAtMs) {
        times.note(counter, verdict.resetAtMs);
      }
      const failure = verdict.kind === 'failed' ? verdict.failure : undefined;
      if (failure?.kind === 'throttled' && failure.retryAfterMs !== undefined) {
        quiet.note(portal, failure.retryAfterMs);
      }
      logCall(log, call, result, verdict);
      warn(portal, failure);
      noteRedirect?.(portal, failure);
      return {
        verdict,
        left: result.kind !== 'not-sent',
        sinceLeftMs: result.kind === 'not-sent' ? 0 : result.sinceLeftMs,
        echoedKey: echoesKey(result, call),
      };
    },
  };
}

/**
 * Source: Bitrix24 REST 3.0 documentation, "Calling methods": webhooks in the path, tokens as `auth` in the JSON body.
 */
function requestOf({ credential, api, method, parameters, idempotencyKey, streamed }: RestCall) {
  const base = api === 'v3' ? '/rest/api' : '/rest';
  const isWebhook = credential.kind === 'webhook';
  const text = isWebhook ? parameters : withToken(parameters, credential.accessToken);
  const path = isWebhook ? `${base}/${credential.webhookUserId}/${credential.secret.reveal()}` : base;
  return {
    origin: credential.portal,
    path: new Secret(`${path}/${method}`),
    contentType: 'application/json',
    headers: { ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }), ...traceHeader() },
    body: streamed ? streamInto(text, streamed.slot, streamed.middle, streamed.length) : new Secret(text),
  };
}

/** Puts the token in as the last key and leaves every other byte as it is: portals compare repeats byte by byte. */
function withToken(parameters: string, token: Secret): string {
  const end = parameters.lastIndexOf('}');
  const head = parameters.slice(0, end).trimEnd();
  if (end < 0 || !head.startsWith('{')) {
    throw new Error('the parameters are not a JSON object');
  }
  const separator = head === '{' ? '' : ',';
  return `${parameters.slice(0, end)}${separator}"auth":${JSON.stringify(token.reveal())}${parameters.slice(end)}`;
}

function verdictOf(
  result: CallResult,
  { credential, method }: RestCall,
  known: Omit<CallContext, 'portal' | 'scopes'>,
): Verdict {
  if (result.kind === 'not-sent') {
    return failedWith(notSent(result.cause));
  }
  if (result.kind === 'lost') {
    return failedWith({ kind: 'no-answer' });
  }
  const context = { ...known, portal: credential.portal, scopes: scopesOf(method) };
  const verdict = classify(result.answer, context);
  if (verdict.kind !== 'failed') {
    return verdict;
  }
  if (verdict.failure.kind === 'unreadable-answer' && result.cause !== undefined) {
    return failedWith({ kind: 'no-answer' });
  }
  // Failures are logged and shown, and a portal may repeat the address it was called at, with the secret in it.
  const text = result.answer.text.replaceAll(secretOf(credential), '[redacted]');
  return classify({ ...result.answer, text }, context);
}

/** Methods of chats need `im`; those of tasks `task` in REST 2 and `tasks` in REST 3.0, and builds take either. */
function scopesOf(method: string): readonly string[] {
  return method.startsWith('im.') ? ['im'] : ['task', 'tasks'];
}

function notSent(cause: string): PortalFailure {
  const problem = certificateProblemOf(cause);
  if (problem) {
    return { kind: 'certificate', problem };
  }
  return { kind: 'unreachable', ...(cause === addressRefused ? { addressRefused: true } : {}) };
}

function secretOf(credential: Credential): string {
  return (credential.kind === 'webhook' ? credential.secret : credential.accessToken).reveal();
}

function failedWith(failure: PortalFailure): Verdict {
  return { kind: 'failed', failure };
}

/** Builds that do not know the header leave it out. Source: Bitrix24 REST 3.0 documentation, "Idempotency". */
function echoesKey(result: CallResult, { idempotencyKey }: RestCall): boolean {
  if (result.kind !== 'answered' || idempotencyKey === undefined) {
    return false;
  }
  return result.answer.headers['idempotency-key'] === idempotencyKey;
}

function counterOf({ credential, api, method }: RestCall): string {
  const owner = credential.kind === 'webhook' ? credential.webhookUserId : 'application';
  return `${credential.portal} ${api} ${method} ${owner}`;
}

function logCall(log: Log, call: RestCall, result: CallResult, verdict: Verdict): void {
  const { credential, api, method, idempotencyKey, part = idempotencyKey } = call;
  // The attempt of a delivery can be followed without the noise of everything else.
  const level = part === undefined ? 'debug' : 'info';
  log[level](
    {
      ...deliveryOf(part),
      portal: credential.portal,
      api,
      method,
      verdict: verdict.kind,
      ...(result.kind === 'answered' ? { status: result.answer.status } : { transport: result.kind }),
      ...(result.kind === 'not-sent' ? {} : { tookMs: Math.round(result.sinceLeftMs) }),
      ...('cause' in result ? { cause: result.cause } : {}),
      ...(verdict.kind === 'failed' ? portalWords(verdict, call) : {}),
    },
    'portal called',
  );
}

/** A key is `<delivery id>.<part>`. */
function deliveryOf(key: string | undefined) {
  const dot = key?.lastIndexOf('.') ?? -1;
  return key === undefined || dot < 0 ? {} : { delivery: key.slice(0, dot), part: Number(key.slice(dot + 1)) };
}

const maxWarned = 1_000;

/** Tells the administrator once what only they can mend, until the portal could be called again. */
function createWarnings(log: Log): (portal: PortalOrigin, failure: PortalFailure | undefined) => void {
  const warned = new Map<PortalOrigin, string>();
  return (portal, failure) => {
    const [about, fields, message] = warningOf(failure) ?? [];
    if (about === undefined || fields === undefined || message === undefined) {
      warned.delete(portal);
      return;
    }
    if (warned.get(portal) === about) {
      return;
    }
    const [oldest] = warned.keys();
    if (oldest !== undefined && warned.size >= maxWarned) {
      warned.delete(oldest);
    }
    warned.set(portal, about);
    log.warn({ portal, ...fields }, message);
  };
}

function warningOf(failure: PortalFailure | undefined) {
  switch (failure?.kind) {
    case 'certificate':
      return [failure.problem, { problem: failure.problem }, 'the certificate of this portal is not accepted'] as const;
    case 'unreachable':
      return failure.addressRefused
        ? (['address', {}, 'the app may not connect to the address of this portal'] as const)
        : undefined;
    case 'intermediary-refused':
      return [
        'intermediary',
        { status: failure.status },
        'something in front of this portal refused a request',
      ] as const;
    default:
      return undefined;
  }
}

/** This many characters in common with the request mean that the portal repeats it, and maybe a person's message. */
const echoLength = 12;

function portalWords(
  { failure, code, message = '' }: Extract<Verdict, { kind: 'failed' }>,
  { parameters, streamed }: RestCall,
) {
  const starts = Array.from({ length: Math.max(1, message.length - echoLength + 1) }, (_, start) => start);
  const isEcho = streamed !== undefined || starts.some((at) => parameters.includes(message.slice(at, at + echoLength)));
  return { failure, ...(code ? { code } : {}), ...(message && !isEcho ? { said: message } : {}) };
}
