import type { Secret } from './secret.ts';

/** Where this app was installed, and what it may do there. */
export type Installation = {
  /**
   * The workspace's id (`T…`); the organisation's (`E…`) where the app was installed for all its workspaces at once.
   */
  readonly id: string;
  readonly name: string;
  /** The Enterprise Grid organisation that a workspace is part of. */
  readonly enterprise?: string;
  readonly bot: BotAccess;
  /** Epoch ms; a later installation over an earlier one replaces it. */
  readonly installedAt: number;
};

/** A bot token and its rights. */
export type BotAccess = {
  readonly token: Secret;
  readonly userId: string;
  readonly scopes: readonly string[];
  /** Where the app has token rotation on: the token expires (epoch ms), and `refreshToken` gets the next one, once. */
  readonly rotation?: { readonly refreshToken: Secret; readonly expiresAt: number };
};

/** Slack's word that the app was removed, or its bot's token revoked. */
export type Removal = {
  readonly team?: string;
  readonly enterprise?: string;
  /** Epoch ms. */
  readonly at: number;
};

/** The `tenant` of the people who use the app through this installation. */
export function tenantOf({ id, enterprise }: Pick<Installation, 'id' | 'enterprise'>): string {
  return enterprise ?? id;
}
