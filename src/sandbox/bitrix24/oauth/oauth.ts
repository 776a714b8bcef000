import type { IncomingMessage, ServerResponse } from 'node:http';
import { type AuthorizeDeps, type Browser, createAuthorizePage } from './authorize-page.ts';
import { createTokenServer, type OauthCounts, type TokenServerFault } from './token-server.ts';
import type { TokenPair } from './tokens.ts';

/** Lets a test play a portal or a token server that lies. */
type Tampering = {
  readonly callback?: (parameters: URLSearchParams) => URLSearchParams;
  readonly tokens?: (answer: Record<string, unknown>) => Record<string, unknown>;
};

/** Controls the portal's OAuth, for tests. */
export type OauthControl = {
  readonly counts: Readonly<OauthCounts>;
  /** Where the portal sends people after consent: the application's card says it, not the request. */
  setHandler(url: string): void;
  tamper(tampering: Tampering): void;
  /** What the token server does with its next calls. */
  failNext(fault: TokenServerFault, times?: number): void;
  /** Whatever was still to fail goes well. */
  stopFailing(): void;
  /** A person's token pair without the browser. */
  grant(userId: number): TokenPair;
  /** The access tokens (of one person) are over; refresh tokens still work. */
  expireTokens(userId?: number): void;
  expireRefreshTokens(userId?: number): void;
  /** All tokens (of one person) are forgotten: `invalid_token`, and `invalid_grant` on refresh. */
  revokeApp(userId?: number): void;
  /** The administrator closes the application to a person, or opens it: `user_access_error`. */
  setUserAllowed(userId: number, allowed: boolean): void;
  uninstallApp(): void;
  installApp(): void;
};

/** The parts of OAuth, put together. */
export type Oauth = {
  readonly control: OauthControl;
  readonly browser: Browser;
  /** Answers `/oauth/authorize/` and `/oauth/token/`; false for any other path. */
  handle(url: URL, request: IncomingMessage, response: ServerResponse): Promise<boolean>;
};

/** The portal's side of OAuth: the page where people consent, and the token server on the same origin. */
export function createOauth(deps: AuthorizeDeps): Oauth {
  let tampering: Tampering = {};
  const page = createAuthorizePage(deps, (parameters) => tampering.callback?.(parameters) ?? parameters);
  const tokens = createTokenServer(deps, (answer) => tampering.tokens?.(answer) ?? answer);
  const { desk } = deps;
  return {
    browser: page.browser,
    control: {
      counts: tokens.counts,
      setHandler: page.setHandler,
      tamper(value) {
        tampering = value;
      },
      failNext: tokens.failNext,
      stopFailing: tokens.stopFailing,
      grant(userId) {
        const pair = desk.redeemCode(desk.issueCode(userId));
        if (pair === undefined) {
          throw new Error('A new code is always good');
        }
        return pair;
      },
      expireTokens: desk.expireAccessTokens,
      expireRefreshTokens: desk.expireRefreshTokens,
      revokeApp: desk.revoke,
      setUserAllowed: desk.setAllowed,
      uninstallApp: () => desk.setInstalled(false),
      installApp: () => desk.setInstalled(true),
    },
    async handle(url, request, response) {
      const path = url.pathname.replace(/\/+$/, '');
      if (path === '/oauth/authorize') {
        await page.handle(url, request, response);
      } else if (path === '/oauth/token') {
        await tokens.handle(url, request, response);
      } else {
        return false;
      }
      return true;
    },
  };
}
