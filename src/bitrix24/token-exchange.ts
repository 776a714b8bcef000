import { z } from 'zod';
import type { Clock } from '../domain/clock.ts';
import type { LinkFailure, PortalFailure } from '../domain/failure.ts';
import type { OAuthCredential } from '../domain/identity.ts';
import type { Log } from '../domain/log.ts';
import { type PortalOrigin, portalOriginOf } from '../domain/portal.ts';
import { failed, type Result, success } from '../domain/result.ts';
import { Secret } from '../domain/secret.ts';
import type { TokenExchange } from '../linking/ports.ts';
import { parseJson, readBody } from './answers.ts';
import type { Caller } from './call.ts';
import type { CallResult } from './exchange.ts';
import { createQuietTimes, retryAfterOf } from './retry-after.ts';

/** The dependencies of the token exchange. */
export type TokenExchangeDeps = {
  /** Must trust the origin of `oauthUrl`. */
  readonly caller: Caller;
  /** The token server (`BITRIX24_OAUTH_URL`). */
  readonly oauthUrl: string;
  readonly clientId: string;
  readonly clientSecret: Secret;
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  readonly log: Log;
};

/** A code is worthless after 30 s, and a person looks at a browser meanwhile. */
const limits = { leaveWithinMs: 5_000, answerWithinMs: 10_000 };

/** Creates the exchange. Everything secret travels in form bodies. Source: Bitrix24 documentation, "OAuth". */
export function createTokenExchange({
  caller,
  oauthUrl,
  clientId,
  clientSecret,
  clock,
  log,
}: TokenExchangeDeps): TokenExchange {
  const { origin } = new URL(oauthUrl);
  const quiet = createQuietTimes(clock);
  return {
    authoriseUrl({ portal, state }) {
      return `${portal}/oauth/authorize/?${new URLSearchParams({ client_id: clientId, state })}`;
    },
    async redeem({ portal, code, memberId }) {
      const granted = await ask({ grant_type: 'authorization_code', code: code.reveal() });
      if (!granted.ok) {
        return granted;
      }
      const { isInFolder } = granted.value;
      const credential = overHttps(granted.value.credential, portal);
      if (credential.portal !== portal || credential.memberId !== memberId) {
        return failed<LinkFailure>({ kind: 'portal-not-allowed', portal: credential.portal });
      }
      return isInFolder ? failed<LinkFailure>({ kind: 'portal-in-folder', portal }) : success(credential);
    },
    async refresh({ portal, memberId, refreshToken }) {
      const granted = await ask({ grant_type: 'refresh_token', refresh_token: refreshToken.reveal() });
      if (!granted.ok) {
        return granted;
      }
      const credential = overHttps(granted.value.credential, portal);
      return credential.memberId === memberId ? success(credential) : failed({ kind: 'credential-rejected' });
    },
  };

  async function ask(grant: { readonly grant_type: string } & Readonly<Record<string, string>>) {
    if (quiet.leftOf(origin) !== undefined) {
      return failed<PortalFailure>({ kind: 'authorisation-unavailable' });
    }
    const form = new URLSearchParams({ ...grant, client_id: clientId, client_secret: clientSecret.reveal() });
    const result = await caller.call({
      origin,
      path: new Secret('/oauth/token/'),
      contentType: 'application/x-www-form-urlencoded',
      body: new Secret(form.toString()),
      ...limits,
    });
    noteQuiet(result);
    const read = readTokens(result, grant.grant_type);
    if (!read.ok) {
      log.warn({ grant: grant.grant_type, failure: read.failure, ...causeOf(result) }, 'no tokens');
    }
    return read;
  }

  function noteQuiet(result: CallResult): void {
    if (result.kind === 'answered' && [429, 503].includes(result.answer.status)) {
      const ms = retryAfterOf(result.answer, clock.now());
      if (ms !== undefined) {
        quiet.note(origin, ms);
      }
    }
  }
}

/** Longer than every token there is: Bitrix24's have some 70 characters. They are kept and sent with each call. */
const maxTokenLength = 4_096;
const maxMemberIdLength = 128;
const maxAddressLength = 2_048;

const token = z
  .string()
  .min(1)
  .max(maxTokenLength)
  .transform((text) => new Secret(text));

/** `domain` in this answer is the token server's own host; where calls go is `client_endpoint`. */
const tokens = z.object({
  access_token: token,
  refresh_token: token,
  member_id: z.string().min(1).max(maxMemberIdLength),
  client_endpoint: z.string().max(maxAddressLength),
});

/** What the token server gave, and the portal that it is for. */
type Tokens = {
  readonly credential: OAuthCredential;
  /** The portal's REST is not at the root of its origin, where calls go. */
  readonly isInFolder: boolean;
};

/** Source: Bitrix24 documentation, "OAuth, error codes". */
const failuresByCode: Readonly<Record<string, PortalFailure>> = {
  invalid_grant: { kind: 'credential-rejected' },
  invalid_client: { kind: 'application-gone' },
  wrong_client: { kind: 'application-gone' },
  NOT_INSTALLED: { kind: 'application-gone' },
  APPLICATION_NOT_FOUND: { kind: 'application-gone' },
  insufficient_scope: { kind: 'missing-scope', scopes: ['task', 'tasks'] },
  invalid_scope: { kind: 'missing-scope', scopes: ['task', 'tasks'] },
  PAYMENT_REQUIRED: { kind: 'plan' },
};

function readTokens(result: CallResult, grantType: string): Result<Tokens, PortalFailure> {
  if (result.kind !== 'answered') {
    return failed({ kind: 'authorisation-unavailable' });
  }
  const { status, text } = result.answer;
  const body = readBody(text);
  if (body.kind === 'fault') {
    return failed(failureOf(body.code, grantType) ?? otherFailure(status, body.code));
  }
  const read = tokens.safeParse(parseJson(text));
  const portal = read.success ? portalOriginOf(read.data.client_endpoint) : undefined;
  if (!read.success || !portal) {
    // Pages with these came for an application that was not there any more (seen).
    const isGone = status === 403 || status === 404;
    return failed(isGone ? { kind: 'application-gone' } : otherFailure(status, 'none'));
  }
  const {
    client_endpoint: endpoint,
    access_token: accessToken,
    refresh_token: refreshToken,
    member_id: memberId,
  } = read.data;
  return success({
    credential: { kind: 'oauth', portal, accessToken, refreshToken, memberId },
    isInFolder: /[^/].*\/rest\/*$/.test(new URL(endpoint).pathname),
  });
}

/** A code is used up or too old where it is said to be bad; a refresh has no code, so that it is the application. */
function failureOf(code: string, grantType: string): PortalFailure | undefined {
  if (code === 'bad_verification_code') {
    return { kind: grantType === 'refresh_token' ? 'application-gone' : 'credential-rejected' };
  }
  return failuresByCode[code];
}

/** Servers behind a proxy that ends TLS give their own address with http; the portal is the same one over https. */
function overHttps(credential: OAuthCredential, portal: PortalOrigin): OAuthCredential {
  const isSame = credential.portal.replace(/^http:/, 'https:') === portal;
  return isSame ? { ...credential, portal } : credential;
}

/** The documentation gives no status per code. Only a refusal is final; anything else may work later. */
function otherFailure(status: number, code: string): PortalFailure {
  if (status === 402) {
    return { kind: 'plan' };
  }
  const isRefusal = status >= 400 && status < 500 && status !== 408 && status !== 429;
  return isRefusal ? { kind: 'unexpected', code, status } : { kind: 'authorisation-unavailable' };
}

function causeOf(result: CallResult): { readonly cause?: string } {
  return 'cause' in result && result.cause !== undefined ? { cause: result.cause } : {};
}
