import type { IncomingMessage } from 'node:http';
import { parse } from 'node:querystring';
import { verifySlackRequest } from '@slack/bolt';
import { z } from 'zod';
import type { Secret } from '../domain/secret.ts';

/** Bodies over this are refused unread. */
export const bodyLimitBytes = 1024 * 1024;

export type Refusal = { readonly status: 400 | 401 | 413; readonly reason: string };

/** Slack allows five minutes for the way and for clocks that differ; Bolt checks only one direction of it. */
const toleranceMs = 5 * 60_000;

/**
 * Checks what Bolt takes on trust: the size before anything is read, timestamps in the future, a charset in the content
 * type, and bodies that are none of Slack's. The body that it read stays with the request, where Bolt looks for it.
 */
export async function checkRequest(
  request: IncomingMessage,
  { signingSecret, nowMs }: { readonly signingSecret: Secret; readonly nowMs: number },
): Promise<Refusal | undefined> {
  const raw = await readBody(request);
  if (!Buffer.isBuffer(raw)) return raw;
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== undefined) request.headers['content-type'] = type;
  Object.assign(request, { rawBody: raw });
  const body = raw.toString();
  const isForm = type === 'application/x-www-form-urlencoded';
  // Slack's probe of the certificate is not signed, and Bolt answers it without looking at anything else in it.
  const { ssl_check: probe } = isForm ? parse(body) : {};
  if (probe === '1') return undefined;
  const forged = checkSignature(request, body, signingSecret, nowMs);
  if (forged) return { status: 401, reason: forged };
  return isSlackBody(readFields(body, isForm)) ? undefined : { status: 400, reason: 'not a body of Slack' };
}

async function readBody(request: IncomingMessage): Promise<Buffer | Refusal> {
  const tooLarge = { status: 413, reason: 'too large' } as const;
  if (Number(request.headers['content-length'] ?? 0) > bodyLimitBytes) return tooLarge;
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      const bytes = Buffer.from(chunk);
      size += bytes.length;
      if (size > bodyLimitBytes) return tooLarge;
      chunks.push(bytes);
    }
  } catch {
    return { status: 400, reason: 'cut off' };
  }
  return Buffer.concat(chunks);
}

/** Why the signature does not hold; nothing when it does. */
function checkSignature(request: IncomingMessage, body: string, secret: Secret, nowMs: number): string | undefined {
  const signature = request.headers['x-slack-signature'];
  const timestamp = Number(request.headers['x-slack-request-timestamp']);
  if (typeof signature !== 'string' || !Number.isInteger(timestamp)) return 'not signed';
  if (timestamp * 1_000 > nowMs + toleranceMs) return 'from the future';
  try {
    const headers = { 'x-slack-signature': signature, 'x-slack-request-timestamp': timestamp };
    verifySlackRequest({ signingSecret: secret.reveal(), body, headers, nowMilliseconds: nowMs });
    return undefined;
  } catch {
    return 'wrong or old signature';
  }
}

function readFields(body: string, isForm: boolean): unknown {
  try {
    if (!isForm) return JSON.parse(body);
    const { payload, ...fields } = parse(body);
    return typeof payload === 'string' ? JSON.parse(payload) : fields;
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
