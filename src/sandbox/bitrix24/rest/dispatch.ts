import type { PortalState } from '../state.ts';
import { type Answer, flat, json, type MethodOutcome, type Refusal, renderRefusal, v3 } from '../wire/answers.ts';
import { timeObject } from '../wire/portal-time.ts';
import type { RestAddress } from '../wire/rest-address.ts';
import type { PortalLanguage } from '../wire/texts.ts';
import type { Authenticate } from './authentication.ts';
import { asBuildSays, type BuildGeneration } from './build-generation.ts';
import { type IdempotencyMemory, isIdempotencyKey, type KeyOwner } from './idempotency.ts';
import type { Caller, Parameters, RestMethod } from './methods/method.ts';
import { methodOf } from './methods/method-list.ts';
import type { OperatingTimes } from './operating-time.ts';
import { readV2Parameters, readV3Parameters } from './parameters.ts';

/** One request for a method, read from the wire but not yet understood. */
export type RestRequest = {
  readonly address: RestAddress;
  readonly query: URLSearchParams;
  readonly contentType: string;
  readonly authorization: string | undefined;
  readonly body: Buffer;
  readonly bodyHash: string;
  readonly idempotencyKey: string | undefined;
  readonly arrivedAt: number;
  /** A refusal that stands between method and credential (the module is too old, the feature is off). */
  readonly gate: Refusal | undefined;
};

/** What a method did. */
export type Executed = {
  readonly answer: Answer;
  /** The error code; absent after a success. */
  readonly code?: string;
  /** The person who called; absent where authentication failed. */
  readonly userId?: number;
  readonly ran: boolean;
  /** The answer comes from the memory of idempotency keys. */
  readonly replayed: boolean;
  /** Stores the key; it belongs after everything that may still go wrong in the request. */
  keep(): void;
};

/** A request that has passed the checks, or failed them. */
export type Prepared = {
  /** Runs the method, or gives the refusal. */
  execute(): Executed;
};

/** What the dispatch works with. */
export type DispatchDeps = {
  readonly state: PortalState;
  readonly authenticate: Authenticate;
  readonly operatingTimes: OperatingTimes;
  readonly operatingCostSeconds: number;
  readonly keys: IdempotencyMemory;
  readonly honoursKeys: () => boolean;
  readonly language: () => PortalLanguage;
  readonly build: () => BuildGeneration;
  /** Methods that this build does not have. */
  readonly lacks: ReadonlySet<string>;
  /** With which status a missing scope is refused: seen on live portals as 401 too. */
  readonly scopeStatus: () => 401 | 403;
  /** Any of these lets a credential into the chats of tasks. */
  readonly chatScopes: readonly string[];
};

/**
 * The order of checks seen on portals: JSON, method, module and feature, credential, operating time, scope, then the
 * method itself, whose Idempotency-Key is looked up before it runs and stored after.
 */
export function createDispatch(deps: DispatchDeps): (request: RestRequest) => Prepared {
  return (request) => {
    const read = readRequest(deps, request);
    if ('refusal' in read) {
      return refusePrepared(deps, read.refusal);
    }
    const { method, parameters, caller } = read;
    const owner: KeyOwner = { credential: caller.credential, userId: caller.user.id, method: method.name };
    const key =
      method.writes && request.address.generation === 'v3' && deps.honoursKeys() ? request.idempotencyKey : undefined;
    if (key !== undefined) {
      if (!isIdempotencyKey(key)) {
        return refusePrepared(deps, v3('INVALIDIDEMPOTENCYKEYEXCEPTION', 400), caller);
      }
      const found = deps.keys.look(owner, key, request.bodyHash);
      if (found.kind === 'other-body') {
        return refusePrepared(deps, v3('IDEMPOTENCYKEYREUSEDEXCEPTION', 422), caller);
      }
      if (found.kind === 'stored') {
        return replayPrepared(found.answer, caller);
      }
    }
    return { execute: () => executeMethod(deps, request, { method, parameters, caller, owner, key }) };
  };
}

type Understood = { readonly method: RestMethod; readonly parameters: Parameters; readonly caller: Caller };

function readRequest(deps: DispatchDeps, request: RestRequest): Understood | { refusal: Refusal } {
  const { address } = request;
  const isV3 = address.generation === 'v3';
  const parameters = isV3
    ? readV3Parameters(request.body, request.contentType)
    : readV2Parameters(request.body, request.contentType);
  if (parameters === undefined) {
    return { refusal: v3('INVALIDJSONEXCEPTION', 400) };
  }
  const method = methodOf(address);
  if (method === undefined || deps.lacks.has(method.name)) {
    return {
      refusal: isV3
        ? v3('METHODNOTFOUNDEXCEPTION', 400, { subject: address.method })
        : flat('ERROR_METHOD_NOT_FOUND', 404),
    };
  }
  if (request.gate !== undefined) {
    return { refusal: request.gate };
  }
  const { auth, ...rest } = parameters;
  const authenticated = deps.authenticate(address, tokenOf(request, auth));
  if ('refusal' in authenticated) {
    return { refusal: asBuildSays(authenticated.refusal, address.generation, deps.build()) };
  }
  const { caller } = authenticated;
  if (deps.operatingTimes.exhausted(caller.credential, method.name)) {
    return { refusal: isV3 ? v3('RATELIMITEXCEPTION', 429) : flat('OPERATION_TIME_LIMIT', 429) };
  }
  const scopes = method.name.startsWith('tasks.task.chat.') ? deps.chatScopes : method.scopes;
  if (scopes.length > 0 && !scopes.some((scope) => caller.scopes.includes(scope))) {
    const isOwnShape = isV3 && deps.scopeStatus() === 403;
    return {
      refusal: isOwnShape ? v3('INSUFFICIENTSCOPEEXCEPTION', 403) : flat('insufficient_scope', deps.scopeStatus()),
    };
  }
  return { method, parameters: rest, caller };
}

/** The documented place is `auth` in the body; the header and the query are accepted as well (seen). */
function tokenOf(request: RestRequest, fromBody: unknown): string | undefined {
  if (typeof fromBody === 'string' && fromBody !== '') {
    return fromBody;
  }
  const [, fromHeader] = /^Bearer\s+(\S+)$/i.exec(request.authorization ?? '') ?? [];
  return fromHeader ?? request.query.get('auth') ?? request.query.get('access_token') ?? undefined;
}

type Execution = Understood & { readonly owner: KeyOwner; readonly key: string | undefined };

function executeMethod(
  deps: DispatchDeps,
  request: RestRequest,
  { method, parameters, caller, owner, key }: Execution,
): Executed {
  const outcome = method.run({ state: deps.state, caller, parameters, idempotencyKey: request.idempotencyKey });
  const spent = deps.operatingTimes.spend(caller.credential, method.name, deps.operatingCostSeconds);
  const userId = caller.user.id;
  if (outcome.kind === 'refused') {
    return {
      answer: renderRefusal(outcome.refusal, deps.language()),
      code: outcome.refusal.code,
      userId,
      ran: false,
      replayed: false,
      keep: noKey,
    };
  }
  const answer = json(
    200,
    successBody(outcome, timeObject(request.arrivedAt, deps.state.clock.now(), spent)),
    key === undefined ? {} : { 'idempotency-key': key },
  );
  const keep = key === undefined ? noKey : () => deps.keys.keep(owner, key, request.bodyHash, answer);
  return { answer, userId, ran: true, replayed: false, keep };
}

function successBody(outcome: Extract<MethodOutcome, { kind: 'result' }>, time: Record<string, unknown>): unknown {
  const { kind: _, ...body } = outcome;
  return { ...body, time };
}

function refusePrepared(deps: DispatchDeps, refusal: Refusal, caller?: Caller): Prepared {
  const answer = renderRefusal(refusal, deps.language());
  const who = caller === undefined ? {} : { userId: caller.user.id };
  return { execute: () => ({ answer, code: refusal.code, ran: false, replayed: false, keep: noKey, ...who }) };
}

function replayPrepared(stored: Answer, caller: Caller): Prepared {
  const answer = { ...stored, headers: { ...stored.headers, 'idempotent-replayed': 'true' } };
  return { execute: () => ({ answer, userId: caller.user.id, ran: false, replayed: true, keep: noKey }) };
}

function noKey(): void {}
