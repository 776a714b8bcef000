import { createHmac } from 'node:crypto';

/** Slack's request signature: HMAC-SHA256 over `v0:{timestamp}:{raw body}` (docs.slack.dev, verifying requests). */
export function signRequest(secret: string, timestampSeconds: number, body: string | Buffer): string {
  const hmac = createHmac('sha256', secret);
  hmac.update(`v0:${timestampSeconds}:`);
  hmac.update(body);
  return `v0=${hmac.digest('hex')}`;
}
