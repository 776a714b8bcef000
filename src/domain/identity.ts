import type { PortalOrigin } from './portal.ts';
import type { Secret } from './secret.ts';

/** The Bitrix24 user that an identity acts as. */
export type Account = { readonly portal: PortalOrigin; readonly userId: string; readonly name: string };

/** The credential of a call to a portal. `webhookUserId` is the number in the webhook's address. */
export type Credential =
  | { readonly kind: 'webhook'; readonly portal: PortalOrigin; readonly webhookUserId: string; readonly secret: Secret }
  | { readonly kind: 'oauth'; readonly portal: PortalOrigin; readonly accessToken: Secret };

/** With whose rights a portal is asked, and how long the whole answer may take. */
export type ReadAs = { readonly credential: Credential; readonly withinMs: number };

/** The link that lets a Slack user act in a portal as one Bitrix24 user. */
export type Identity = {
  /**
   * Drawn at linking; survives a token refresh. A portal's idempotency keys belong to one credential, so a repeat is
   * the same request only under the same `id`.
   */
  readonly id: string;
  readonly account: Account;
  /** Epoch ms. */
  readonly linkedAt: number;
  readonly credential: WebhookCredential | OAuthCredential;
  /** What the portal granted to the credential when it was asked last; absent where nobody has asked yet. */
  readonly scopes?: readonly string[];
};

/** The credential of an incoming webhook. */
export type WebhookCredential = Extract<Credential, { kind: 'webhook' }>;

/** The credential of a person who connected by OAuth. */
export type OAuthCredential = Extract<Credential, { kind: 'oauth' }> & {
  /** Replaced at each refresh. */
  readonly refreshToken: Secret;
  /** The portal's stable id. */
  readonly memberId: string;
};

/**
 * The scope of chats, which is asked for beside those that sending needs. Source: Bitrix24 REST documentation,
 * "Scopes".
 */
const chatScope = 'im';

/** Whether an identity may use the chats of its tasks; `undefined` where that is not known. */
export function seesChats({ scopes }: Pick<Identity, 'scopes'>): boolean | undefined {
  return scopes?.includes(chatScope);
}

/** Whether two accounts are the same Bitrix24 user on the same portal; names may change. */
export function isSameAccount(one: Pick<Account, 'portal' | 'userId'>, other: Account): boolean {
  return one.portal === other.portal && one.userId === other.userId;
}

/**
 * Whether a call with one is the same call with the other: after a refresh it is not, although the identity is the
 * same.
 */
export function hasSameToken(one: Identity, other: Identity): boolean {
  if (one.id !== other.id || one.credential.kind !== other.credential.kind) {
    return false;
  }
  return tokenOf(one).reveal() === tokenOf(other).reveal();
}

function tokenOf({ credential }: Identity): Secret {
  return credential.kind === 'webhook' ? credential.secret : credential.accessToken;
}
