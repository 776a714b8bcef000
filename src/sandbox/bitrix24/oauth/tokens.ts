import { randomCode } from '../credentials.ts';
import type { Clock } from '../state.ts';
import { flat, type Refusal } from '../wire/answers.ts';

const codeLifeMs = 30_000;
const accessLifeMs = 60 * 60 * 1000;
const refreshLifeMs = 180 * 24 * 60 * 60 * 1000;

/** The portal's local application. */
export type OauthApp = {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes: readonly string[];
};

/** An access token and a refresh token of one person. */
export type TokenPair = {
  readonly userId: number;
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
};

type Grant = { readonly userId: number; expiresAt: number };

/** Codes and tokens of the one local application that the portal may have. */
export type TokenDesk = {
  readonly app: OauthApp | undefined;
  readonly installed: boolean;
  /** A code for the callback: 30 seconds, one use. */
  issueCode(userId: number): string;
  redeemCode(code: string): TokenPair | undefined;
  /** Takes the refresh token away and gives a new pair: it can be used once. */
  redeemRefreshToken(refreshToken: string): TokenPair | undefined;
  /** The person behind an access token, or why it is refused; `undefined` when there is no token at all. */
  find(
    token: string | undefined,
  ): { userId: number; scopes: readonly string[]; credential: string } | { refusal: Refusal } | undefined;
  expireAccessTokens(userId?: number): void;
  expireRefreshTokens(userId?: number): void;
  /** Forgets all tokens of the person, or of everybody. */
  revoke(userId?: number): void;
  /** Closes the application to a person, or opens it again. */
  setAllowed(userId: number, allowed: boolean): void;
  setInstalled(installed: boolean): void;
};

/**
 * Lives on the portal's clock: codes 30 seconds, access tokens an hour, refresh tokens 180 days (Bitrix24, "OAuth").
 */
export function createTokenDesk(app: OauthApp | undefined, clock: Clock): TokenDesk {
  const codes = new Map<string, Grant>();
  const accessTokens = new Map<string, Grant>();
  const refreshTokens = new Map<string, Grant>();
  const denied = new Set<number>();
  let installed = app !== undefined;

  function issuePair(userId: number): TokenPair {
    const [accessToken, refreshToken] = [randomCode(32), randomCode(32)];
    const expiresAt = clock.now() + accessLifeMs;
    accessTokens.set(accessToken, { userId, expiresAt });
    refreshTokens.set(refreshToken, { userId, expiresAt: clock.now() + refreshLifeMs });
    return { userId, accessToken, refreshToken, expiresAt };
  }

  function redeem(grants: Map<string, Grant>, key: string): TokenPair | undefined {
    const grant = grants.get(key);
    grants.delete(key);
    return grant === undefined || clock.now() >= grant.expiresAt ? undefined : issuePair(grant.userId);
  }

  function find(token: string | undefined): ReturnType<TokenDesk['find']> {
    if (token === undefined || app === undefined) {
      return undefined;
    }
    if (!installed) {
      return { refusal: flat('APPLICATION_NOT_FOUND', 401) };
    }
    const grant = accessTokens.get(token);
    if (grant === undefined) {
      return { refusal: flat('invalid_token', 401) };
    }
    if (clock.now() >= grant.expiresAt) {
      return { refusal: flat('expired_token', 401) };
    }
    if (denied.has(grant.userId)) {
      return { refusal: flat('user_access_error', 403) };
    }
    return { userId: grant.userId, scopes: app.scopes, credential: `app:${app.clientId}` };
  }

  return {
    app,
    get installed() {
      return installed;
    },
    issueCode(userId) {
      const code = randomCode(32);
      codes.set(code, { userId, expiresAt: clock.now() + codeLifeMs });
      return code;
    },
    redeemCode: (code) => redeem(codes, code),
    redeemRefreshToken: (refreshToken) => redeem(refreshTokens, refreshToken),
    find,
    expireAccessTokens: (userId) => expire(accessTokens, userId),
    expireRefreshTokens: (userId) => expire(refreshTokens, userId),
    revoke(userId) {
      for (const grants of [codes, accessTokens, refreshTokens]) {
        for (const [key, grant] of grants) {
          if (userId === undefined || grant.userId === userId) {
            grants.delete(key);
          }
        }
      }
    },
    setAllowed(userId, allowed) {
      if (allowed) {
        denied.delete(userId);
      } else {
        denied.add(userId);
      }
    },
    setInstalled(value) {
      installed = value;
    },
  };
}

function expire(grants: Map<string, Grant>, userId: number | undefined): void {
  for (const grant of grants.values()) {
    if (userId === undefined || grant.userId === userId) {
      grant.expiresAt = 0;
    }
  }
}
