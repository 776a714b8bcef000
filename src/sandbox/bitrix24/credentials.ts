import { randomBytes } from 'node:crypto';
import type { Clock } from './state.ts';

/** A webhook to be made. */
export type WebhookOptions = {
  readonly userId: number;
  /** Such as `task`, `tasks`, `user_basic`. */
  readonly scopes: readonly string[];
  /** Default: sixteen random letters and digits. */
  readonly secret?: string;
  /** Milliseconds since 1970, after which the webhook is refused. */
  readonly expiresAt?: number;
};

/** An incoming webhook as its owner sees it. */
export type Webhook = {
  /** Names the webhook without its secret. */
  readonly id: string;
  /** The address as the portal shows it: `{origin}/rest/{user}/{secret}/`. */
  readonly url: string;
  /** The same for REST 3: `{origin}/rest/api/{user}/{secret}/`. */
  readonly apiUrl: string;
  readonly userId: number;
  readonly scopes: readonly string[];
  revoke(): void;
  setScopes(scopes: readonly string[]): void;
  /**
   * What an administrator's edit does: a new secret, and the editor becomes the owner when given. Returns the new
   * address.
   */
  changeSecret(newOwnerId?: number): string;
};

type WebhookRecord = {
  readonly id: string;
  userId: number;
  secret: string;
  scopes: readonly string[];
  active: boolean;
  readonly expiresAt: number | undefined;
};

/** The portal's incoming webhooks. */
export type WebhookStore = {
  create(options: WebhookOptions): Webhook;
  /** The live webhook with this user id and secret; a wrong user, a wrong secret and a revoked one look the same. */
  find(userId: string, secret: string): WebhookRecord | undefined;
};

/** The portal's incoming webhooks. `origin` is asked late, because the port is known only after listening. */
export function createWebhookStore(clock: Clock, origin: () => string): WebhookStore {
  const records: WebhookRecord[] = [];
  return {
    create(options) {
      const record: WebhookRecord = {
        id: `webhook:${records.length + 1}`,
        userId: options.userId,
        secret: options.secret ?? randomCode(16),
        scopes: [...options.scopes],
        active: true,
        expiresAt: options.expiresAt,
      };
      records.push(record);
      return controlWebhook(record, origin);
    },
    find(userId, secret) {
      const isLive = (record: WebhookRecord) =>
        record.active && (record.expiresAt === undefined || clock.now() < record.expiresAt);
      return records.find((record) => String(record.userId) === userId && record.secret === secret && isLive(record));
    },
  };
}

/** Random lower-case letters and digits, as Bitrix24's own secrets look. */
export function randomCode(length: number): string {
  return Array.from(randomBytes(length), (byte) => (byte % 36).toString(36)).join('');
}

function controlWebhook(record: WebhookRecord, origin: () => string): Webhook {
  return {
    id: record.id,
    get url() {
      return `${origin()}/rest/${record.userId}/${record.secret}/`;
    },
    get apiUrl() {
      return `${origin()}/rest/api/${record.userId}/${record.secret}/`;
    },
    get userId() {
      return record.userId;
    },
    get scopes() {
      return record.scopes;
    },
    revoke() {
      record.active = false;
    },
    setScopes(scopes) {
      record.scopes = [...scopes];
    },
    changeSecret(newOwnerId) {
      record.secret = randomCode(16);
      record.userId = newOwnerId ?? record.userId;
      return this.url;
    },
  };
}
