import { onTestFinished } from 'vitest';
import { parseWebhookUrl } from '../../src/bitrix24/webhook-url.ts';
import type { WebhookCredential } from '../../src/domain/identity.ts';
import type { Webhook } from '../../src/sandbox/bitrix24/credentials.ts';
import { type Portal, type PortalOptions, startPortal } from '../../src/sandbox/bitrix24/portal.ts';

/** A portal that is closed at the end of the test. */
export async function openPortal(options: PortalOptions = {}): Promise<Portal> {
  const portal = await startPortal(options);
  onTestFinished(() => portal.close());
  return portal;
}

/** Anna's webhook with these scopes. */
export function webhookOf(portal: Portal, scopes: readonly string[] = ['task', 'tasks']): WebhookCredential {
  return credentialOf(portal.createWebhook({ userId: 7, scopes }));
}

/** What the product makes of a webhook's URL. */
export function credentialOf(webhook: Webhook): WebhookCredential {
  const read = parseWebhookUrl(webhook.url);
  if (!read.ok) {
    throw new Error('the portal gave no webhook URL');
  }
  return read.value;
}
