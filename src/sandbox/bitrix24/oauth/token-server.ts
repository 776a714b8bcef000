import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, htmlPage, json } from '../wire/answers.ts';
import { describeCode } from '../wire/texts.ts';
import { readBody, resetConnection, sendAnswer, sendTooLarge } from '../wire/wire.ts';
import type { TokenDesk, TokenPair } from './tokens.ts';

const maxFormBytes = 16 * 1024;

/** What the token server works with. */
export type TokenServerDeps = {
  readonly desk: TokenDesk;
  /** The portal's address, known once it listens. */
  readonly origin: () => string;
  /** The portal's own id, which stays when it is renamed. */
  readonly memberId: string;
};

/** How often the token server was called. */
export type OauthCounts = {
  /** Calls with a code, whatever came of them. */
  codeCalls: number;
  /** Calls with a refresh token, whatever came of them. */
  refreshCalls: number;
  /** Calls that the server refused. */
  refused: number;
};

/** What goes wrong at the token server. */
export type TokenServerFault =
  | { readonly kind: 'error'; readonly code: string; readonly status: number }
  /** `after`: the code or the refresh token is used up, and the new pair is lost. */
  | { readonly kind: 'reset'; readonly moment: 'before' | 'after' }
  /** `after`: as for `reset`. */
  | { readonly kind: 'html'; readonly status: number; readonly moment: 'before' | 'after' };

/** The token server, with its counts and its faults. */
export type TokenServer = {
  readonly counts: Readonly<OauthCounts>;
  failNext(fault: TokenServerFault, times?: number): void;
  stopFailing(): void;
  handle(url: URL, request: IncomingMessage, response: ServerResponse): Promise<void>;
};

/** `/oauth/token/` by GET with a query or POST with a form; the answers are those of oauth.bitrix24.tech. */
export function createTokenServer(
  deps: TokenServerDeps,
  tamper: (answer: Record<string, unknown>) => Record<string, unknown>,
): TokenServer {
  const counts: OauthCounts = { codeCalls: 0, refreshCalls: 0, refused: 0 };
  const faults: TokenServerFault[] = [];

  function exchange(parameters: URLSearchParams): Answer {
    const grantType = parameters.get('grant_type');
    const [given, isRefresh] =
      grantType === 'refresh_token' ? [parameters.get('refresh_token'), true] : [parameters.get('code'), false];
    if (isRefresh) {
      counts.refreshCalls += 1;
    } else {
      counts.codeCalls += 1;
    }
    const { app, installed } = deps.desk;
    if (given === null || !(isRefresh || grantType === 'authorization_code')) {
      return refuse('invalid_request', 400);
    }
    if (
      app === undefined ||
      !installed ||
      parameters.get('client_id') !== app.clientId ||
      parameters.get('client_secret') !== app.clientSecret
    ) {
      return refuse('invalid_client', 401);
    }
    const pair = isRefresh ? deps.desk.redeemRefreshToken(given) : deps.desk.redeemCode(given);
    return pair === undefined ? refuse('invalid_grant', 400) : json(200, tamper(tokenAnswer(deps, pair, isRefresh)));
  }

  function refuse(code: string, status: number): Answer {
    counts.refused += 1;
    return oauthError(code, status);
  }

  return {
    counts,
    failNext(fault, times = 1) {
      for (let count = 0; count < times; count += 1) {
        faults.push(fault);
      }
    },
    stopFailing() {
      faults.length = 0;
    },
    async handle(url, request, response) {
      const body = await readBody(request, maxFormBytes);
      if (body === undefined) {
        return sendTooLarge(response);
      }
      const form = request.method === 'POST' ? new URLSearchParams(body.toString('utf8')) : new URLSearchParams();
      const parameters = new URLSearchParams([...url.searchParams, ...form]);
      const fault = faults.shift();
      if (fault === undefined) {
        return sendAnswer(response, exchange(parameters));
      }
      if (fault.kind === 'error') {
        return sendAnswer(response, refuse(fault.code, fault.status));
      }
      if (fault.moment === 'after') {
        exchange(parameters);
      }
      if (fault.kind === 'reset') {
        return resetConnection(response);
      }
      return sendAnswer(response, htmlPage(fault.status, `${fault.status} nginx`));
    },
  };
}

/** Only the answer to a refresh says whose token it is and when it ends (Bitrix24, "OAuth" and "Renewal"). */
function tokenAnswer(
  { desk, origin, memberId }: TokenServerDeps,
  pair: TokenPair,
  isRefresh: boolean,
): Record<string, unknown> {
  return {
    access_token: pair.accessToken,
    client_endpoint: `${origin()}/rest/`,
    domain: new URL(origin()).host,
    expires_in: 3600,
    member_id: memberId,
    refresh_token: pair.refreshToken,
    scope: desk.app?.scopes.join(',') ?? '',
    server_endpoint: `${origin()}/rest/`,
    status: 'L',
    ...(isRefresh ? { expires: Math.floor(pair.expiresAt / 1000), user_id: pair.userId } : {}),
  };
}

function oauthError(code: string, status: number): Answer {
  return json(status, { error: code, error_description: describeCode({ code }, 'en') });
}
