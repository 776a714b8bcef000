import type { IncomingMessage } from 'node:http';
import { parse } from 'node:querystring';
import { isValidSlackRequest } from '@slack/bolt';
import readRawBody from 'raw-body';
import { z } from 'zod';
import type { Secret } from '../../domain/secret.ts';

/** Bodies over this are refused unread. */
export const bodyLimitBytes = 1024 * 1024;

export type Refusal = { readonly status: 400 | 401 | 413; readonly reason: string };

/** `probe`: Slack looks at the certificate only. It is not signed, so nothing else in it may be looked at. */
export type GateResult = Refusal | 'probe' | 'admitted';

/** Slack allows five minutes for the way and for clocks that differ. Bolt looks only at what is older. */
const toleranceMs = 5 * 60_000;

/**
 * Checks a request before Bolt sees it: the size before anything is read, the signature, its time in both directions, a
 * charset in the content type, and bodies that are none of Slack's. The body that it read stays with the request, where
 * Bolt looks for it. Source: Slack documentation, "Verifying requests from Slack".
 */
export async function checkRequest(
  request: IncomingMessage,
  { signingSecret, nowMs }: { readonly signingSecret: Secret; readonly nowMs: number },
): Promise<GateResult> {
  const raw = await readBody(request);
  if (!Buffer.isBuffer(raw)) {
    return raw;
  }
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== undefined) {
    request.headers['content-type'] = type;
  }
  Object.assign(request, { rawBody: raw });
  const body = raw.toString();
  const form = type === 'application/x-www-form-urlencoded' ? parse(body) : undefined;
  if (form?.['ssl_check'] === '1') {
    return 'probe';
  }
  const forged = checkSignature(request, body, signingSecret, nowMs);
  if (forged) {
    return { status: 401, reason: forged };
  }
  const fields = form && typeof form['payload'] !== 'string' ? form : readJson(form?.['payload'] ?? body);
  return isSlackBody(fields) ? 'admitted' : { status: 400, reason: 'not a body of Slack' };
}

async function readBody(request: IncomingMessage): Promise<Buffer | Refusal> {
  try {
    return await readRawBody(request, { limit: bodyLimitBytes, length: request.headers['content-length'] ?? null });
  } catch (error) {
    const isTooLarge = error instanceof Error && 'type' in error && error.type === 'entity.too.large';
    return isTooLarge ? { status: 413, reason: 'too large' } : { status: 400, reason: 'cut off' };
  }
}

/** Why the signature does not hold; nothing when it does. */
function checkSignature(
  { headers }: IncomingMessage,
  body: string,
  signingSecret: Secret,
  nowMs: number,
): string | undefined {
  const signature = headers['x-slack-signature'];
  const timestamp = Number(headers['x-slack-request-timestamp']);
  if (typeof signature !== 'string' || !Number.isInteger(timestamp)) {
    return 'not signed';
  }
  if (Math.abs(timestamp * 1_000 - nowMs) > toleranceMs) {
    return 'too old, or from the future';
  }
  const isValid = isValidSlackRequest({
    signingSecret: signingSecret.reveal(),
    body,
    headers: { 'x-slack-signature': signature, 'x-slack-request-timestamp': timestamp },
    nowMilliseconds: nowMs,
  });
  return isValid ? undefined : 'wrong signature';
}

function readJson(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}

const slackBody = z.union([
  z.object({ command: z.string() }),
  z.object({ type: z.literal('url_verification'), challenge: z.string() }),
  z.object({ type: z.literal('event_callback'), event: z.object({ type: z.string() }) }),
  z.object({
    type: z.enum([
      'block_actions',
      'interactive_message',
      'block_suggestion',
      'message_action',
      'shortcut',
      'view_submission',
      'view_closed',
    ]),
    user: z.object({ id: z.string() }),
  }),
]);

function isSlackBody(body: unknown): boolean {
  return slackBody.safeParse(body).success;
}
