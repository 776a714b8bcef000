import { randomBytes } from 'node:crypto';
import type { SandboxClock } from '../options.ts';

type TokenKind = 'bot' | 'app';

/** A token and what it may do. */
export type TokenRecord = {
  readonly token: string;
  readonly kind: TokenKind;
  /** Null for an app-level token and for an installation on a whole organisation. */
  readonly teamId: string | null;
  readonly enterpriseId: string | null;
  readonly userId: string | null;
  scopes: readonly string[];
  /** Epoch ms on the sandbox's clock; absent when the token does not expire. */
  readonly expiresAt?: number;
  /** False once the app is uninstalled. */
  active: boolean;
};

type RefreshRecord = {
  readonly token: string;
  readonly of: TokenRecord;
  used: boolean;
};

/** The tokens that were issued. */
export type Tokens = {
  readonly all: TokenRecord[];
  add(record: Omit<TokenRecord, 'active'>): TokenRecord;
  /** The record of a token that may be used, or the error that Slack answers with. */
  check(token: string | undefined): TokenRecord | { readonly error: string };
  /** Issues a refresh token. */
  addRefresh(record: TokenRecord): string;
  /** Uses a refresh token up and gives the record it was issued for; `undefined` when it is unknown or used. */
  takeRefresh(token: string): TokenRecord | undefined;
  /** The active bot token of a workspace, or of its organisation; `undefined` when there is none. */
  botOf(teamId: string, enterpriseId: string | undefined): TokenRecord | undefined;
};

/** Creates a store without tokens. */
export function createTokens(clock: SandboxClock): Tokens {
  const all: TokenRecord[] = [];
  const refreshes: RefreshRecord[] = [];
  return {
    all,
    add(record) {
      const added: TokenRecord = { ...record, active: true };
      all.push(added);
      return added;
    },
    check(token) {
      if (token === undefined || token === '') {
        return { error: 'not_authed' };
      }
      const found = all.findLast((record) => record.token === token);
      if (found === undefined) {
        return { error: 'invalid_auth' };
      }
      if (!found.active) {
        return { error: 'account_inactive' };
      }
      return found.expiresAt !== undefined && found.expiresAt <= clock.now() ? { error: 'token_expired' } : found;
    },
    addRefresh(record) {
      const token = `xoxe-1-${randomBytes(24).toString('hex')}`;
      refreshes.push({ token, of: record, used: false });
      return token;
    },
    takeRefresh(token) {
      const found = refreshes.find((refresh) => refresh.token === token && !refresh.used);
      if (found === undefined || !found.of.active) {
        return undefined;
      }
      found.used = true;
      return found.of;
    },
    botOf(teamId, enterpriseId) {
      return all.findLast(
        (record) =>
          record.kind === 'bot' &&
          record.active &&
          (record.teamId === teamId ||
            (record.teamId === null && enterpriseId !== undefined && record.enterpriseId === enterpriseId)),
      );
    },
  };
}
