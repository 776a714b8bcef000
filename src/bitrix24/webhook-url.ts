import type { LinkFailure } from '../domain/failure.ts';
import type { WebhookCredential } from '../domain/identity.ts';
import { portalOriginOf } from '../domain/portal.ts';
import { failed, type Result, success } from '../domain/result.ts';
import { Secret } from '../domain/secret.ts';

/** `/rest/1/secret`, with `api/` for REST 3.0, below any folder, and with or without a method and its `.json`. */
const webhookPath =
  /^(?<folder>.*)\/rest\/(?:api\/)?(?<user>[1-9]\d{0,14})\/(?<secret>[\w-]{1,128})(?:\/(?:[a-z][\w.]*)?)?\/?$/i;

/** What copying from chats and documents leaves in a text without anybody seeing it. */
const invisible = /\p{Default_Ignorable_Code_Point}/gu;

/** Where another address begins in what was pasted; one in the query of an address belongs to that. */
const nextAddress = /(?<![=?&#%|<\w])(?=<?https?:\/\/)|(?<=\/)(?=https?:\/\/)/i;

/**
 * The credential in what was pasted as the URL of an incoming webhook: one address, or several of one and the same
 * webhook, as when it was pasted twice or in both its forms. Invisible characters are dropped.
 */
export function parseWebhookUrl(text: string): Result<WebhookCredential, LinkFailure> {
  const pieces = text.replace(invisible, '').split(nextAddress);
  const [first, ...others] = pieces.map((piece) => piece.replace(/[\s,;]+$/, '')).filter((piece) => piece !== '');
  const read = parseAddress(first ?? '');
  const areOne = others.every((other) => isSameWebhook(read, parseAddress(other)));
  return areOne ? read : failed({ kind: 'several-urls' });
}

function isSameWebhook(one: Result<WebhookCredential, LinkFailure>, other: Result<WebhookCredential, LinkFailure>) {
  return one.ok && other.ok && addressOf(one.value) === addressOf(other.value);
}

function addressOf({ portal, webhookUserId, secret }: WebhookCredential): string {
  return `${portal} ${webhookUserId} ${secret.reveal()}`;
}

/**
 * The credential in the URL of an incoming webhook. Takes the form of REST 2 and of REST 3.0, a method at the end, and
 * what pasting leaves around it. An address with user-info is not taken. A portal is known by its origin alone, so one
 * in a folder of its host would be called at the wrong place: `portal-in-folder`.
 * Source: Bitrix24 documentation, "Incoming webhooks"; REST 3.0, "Calling methods".
 */
function parseAddress(text: string): Result<WebhookCredential, LinkFailure> {
  const bare = text
    .trim()
    .replace(/^<([^<>|]*)(?:\|[^<>]*)?>$/, '$1')
    .trim();
  const url = URL.canParse(bare) ? new URL(bare) : undefined;
  if (url === undefined || url.username + url.password !== '') {
    return failed({ kind: 'not-a-webhook-url' });
  }
  const { folder, user, secret } = webhookPath.exec(url.pathname)?.groups ?? {};
  const portal = portalOriginOf(url.origin);
  if (portal === undefined || user === undefined || secret === undefined) {
    return failed({ kind: 'not-a-webhook-url' });
  }
  if (/[^/]/.test(folder ?? '')) {
    return failed({ kind: 'portal-in-folder', portal });
  }
  return success({ kind: 'webhook', portal, webhookUserId: user, secret: new Secret(secret) });
}
