import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { isObject, type Json, type JsonObject, parseJson, textAt } from '../json.ts';
import type { Team } from '../state/directory.ts';
import type { ApiCall, SlackState } from '../state/state.ts';
import type { TokenRecord } from '../state/tokens.ts';
import { scopesNeeded } from './scopes.ts';

/** A call that has passed authentication and scopes. */
export type ApiRequest = {
  readonly method: string;
  readonly args: JsonObject;
  readonly token: TokenRecord;
  readonly team: Team;
};

/** Runs a method and gives its answer. */
export type ApiHandler = (request: ApiRequest) => JsonObject;

/** The same for a method that takes no bearer token. */
export type OpenHandler = (args: JsonObject, headers: IncomingMessage['headers']) => JsonObject;

/** An answer as it goes over HTTP. */
export type ApiAnswer = {
  /** 0 when `reset` is set. */
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
  /** The connection is dropped instead of answering. */
  readonly reset?: boolean;
};

type WebApiDeps = {
  readonly state: SlackState;
  readonly methods: Record<string, ApiHandler>;
  /** Methods that take no bearer token. */
  readonly open: Record<string, OpenHandler>;
};

/** Answers `POST /api/{method}`: faults, token, scopes, then the method itself. Every call is recorded. */
export function createWebApi({ state, methods, open }: WebApiDeps) {
  const run = (method: string, args: JsonObject, headers: IncomingMessage['headers']): Ran => {
    const opened = open[method]?.(args, headers);
    if (opened !== undefined) {
      return { body: opened };
    }
    const handler = methods[method];
    if (handler === undefined) {
      return { body: fail('unknown_method') };
    }
    const token = state.tokens.check(tokenOf(args, headers));
    if ('error' in token) {
      return { body: fail(token.error) };
    }
    if ((method === 'apps.connections.open') !== (token.kind === 'app')) {
      return { body: fail('not_allowed_token_type'), token };
    }
    const needed = scopesNeeded(method, state.directory.channels.get(textAt(args, 'channel'))?.kind);
    const missing = needed.filter((scope) => !token.scopes.includes(scope));
    if (missing.length > 0) {
      const scopes = { needed: missing.join(','), provided: token.scopes.join(',') };
      return { body: { ...fail('missing_scope'), ...scopes }, token, needed };
    }
    const team = teamOf(state, args, token);
    return { body: handler({ method, args: withoutToken(args), token, team }), token, needed };
  };

  return async (method: string, args: JsonObject, headers: IncomingMessage['headers']): Promise<ApiAnswer> => {
    const fault = state.faults.take(method);
    if (fault && 'slowMs' in fault) {
      await sleep(fault.slowMs, undefined, { ref: false });
      if (fault.refusal !== undefined) {
        record(state, method, args, { body: fail(fault.refusal) });
        return faultAnswer({ error: fault.refusal });
      }
    }
    if (fault && !('slowMs' in fault) && !('lost' in fault)) {
      record(state, method, args, { body: fail('error' in fault ? fault.error : 'sandbox_fault') });
      return faultAnswer(fault);
    }
    const ran = run(method, args, headers);
    record(state, method, args, ran);
    if (fault && 'lost' in fault) {
      return { status: 0, headers: {}, body: '', reset: true };
    }
    return {
      status: 200,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        ...(ran.token ? { 'x-oauth-scopes': ran.token.scopes.join(',') } : {}),
        ...(ran.needed ? { 'x-accepted-oauth-scopes': ran.needed.join(',') } : {}),
      },
      body: JSON.stringify(ran.body),
    };
  };
}

/** Reads the arguments of a call from the query and the body, in any of the forms that Slack takes. */
export function readArguments(query: URLSearchParams, contentType: string, body: string): JsonObject {
  const fromQuery = Object.fromEntries(query);
  if (contentType.startsWith('application/json')) {
    const parsed: Json | undefined = parseJson(body);
    return { ...fromQuery, ...(isObject(parsed) ? parsed : {}) };
  }
  return { ...fromQuery, ...Object.fromEntries(new URLSearchParams(body)) };
}

/** A successful answer with these fields. */
export function succeed<T extends JsonObject>(fields: T): T & { ok: true } {
  return { ...fields, ok: true };
}

/** An error answer. */
export type Failure = JsonObject & { ok: false; error: string };

/** Creates an error answer. `messages` become `response_metadata.messages`. */
export function fail(error: string, messages: readonly string[] = []): Failure {
  return { ok: false, error, ...(messages.length > 0 ? { response_metadata: { messages: [...messages] } } : {}) };
}

type Ran = {
  readonly body: JsonObject;
  readonly token?: TokenRecord;
  readonly needed?: readonly string[];
};

type AnsweredFault = Exclude<ReturnType<SlackState['faults']['take']>, undefined | { slowMs: number } | { lost: true }>;

function faultAnswer(fault: AnsweredFault): ApiAnswer {
  const json = { 'content-type': 'application/json; charset=utf-8' };
  if ('reset' in fault) {
    return { status: 0, headers: {}, body: '', reset: true };
  }
  if ('rateLimitedSeconds' in fault) {
    const headers = { ...json, 'retry-after': String(fault.rateLimitedSeconds) };
    return { status: 429, headers, body: JSON.stringify(fail('ratelimited')) };
  }
  if ('status' in fault) {
    return { status: fault.status, headers: { 'content-type': 'text/html' }, body: fault.body ?? '<h1>Error</h1>' };
  }
  return { status: 200, headers: json, body: JSON.stringify({ ...fail(fault.error), ...fault.fields }) };
}

function record(state: SlackState, method: string, args: JsonObject, ran: Ran): void {
  const error = textAt(ran.body, 'error');
  const call: ApiCall = {
    method,
    args: withoutToken(args),
    teamId: ran.token?.teamId ?? null,
    needed: ran.needed ?? [],
    provided: ran.token?.scopes ?? [],
    at: state.clock.now(),
    ok: ran.body['ok'] === true,
    ...(error === '' ? {} : { error }),
  };
  state.calls.push(call);
  state.changes.announce();
}

function tokenOf(args: JsonObject, headers: IncomingMessage['headers']): string | undefined {
  const bearer = /^Bearer\s+(.+)$/i.exec(headers.authorization ?? '')?.[1];
  return bearer?.trim() ?? (textAt(args, 'token') || undefined);
}

function withoutToken(args: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(args).filter(([key]) => key !== 'token'));
}

/** The workspace of a call. A token of an organisation does not tell it, so the arguments do. */
function teamOf(state: SlackState, args: JsonObject, token: TokenRecord): Team {
  const { directory } = state;
  const about =
    token.teamId ??
    directory.channels.get(textAt(args, 'channel'))?.teamId ??
    directory.people.get(textAt(args, 'user') || textAt(args, 'user_id') || textAt(args, 'channel'))?.teamId ??
    (textAt(args, 'team_id') || undefined) ??
    [...directory.teams.values()].find((team) => team.enterprise?.id === token.enterpriseId)?.id;
  return directory.team(about);
}
