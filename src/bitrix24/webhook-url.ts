import type { WebhookCredential } from '../domain/identity.ts';
import { portalOriginOf } from '../domain/portal.ts';
import { Secret } from '../domain/secret.ts';

/** `/rest/1/secret`, with `api/` for REST 3.0, below any folder, and with or without a method and its `.json`. */
const webhookPath = /\/rest\/(?:api\/)?(?<user>[1-9]\d{0,14})\/(?<secret>[\w-]{1,128})(?:\/(?:[a-z][\w.]*)?)?\/?$/i;

/**
 * The credential in the URL of an incoming webhook; nothing when `text` is not one. Takes the form of REST 2 and of
 * REST 3.0, a method at the end, and what pasting leaves around it. An address with user-info is not taken.
 * Source: Bitrix24 documentation, "Incoming webhooks"; REST 3.0, "Calling methods".
 */
export function parseWebhookUrl(text: string): WebhookCredential | undefined {
  const bare = text
    .trim()
    .replace(/^<([^<>|]*)(?:\|[^<>]*)?>$/, '$1')
    .trim();
  const url = URL.canParse(bare) ? new URL(bare) : undefined;
  if (url === undefined || url.username + url.password !== '') return undefined;
  const { user, secret } = webhookPath.exec(url.pathname)?.groups ?? {};
  const portal = portalOriginOf(url.origin);
  if (portal === undefined || user === undefined || secret === undefined) return undefined;
  return { kind: 'webhook', portal, webhookUserId: user, secret: new Secret(secret) };
}
