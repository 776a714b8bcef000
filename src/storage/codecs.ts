import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { Outcome, ReplyRoute } from '../domain/delivery.ts';
import type { PortalFailure } from '../domain/failure.ts';
import { isTaskId, type PortalOrigin, portalOriginOf, type TaskId } from '../domain/portal.ts';
import { Secret } from '../domain/secret.ts';

/** A secret, stored as its text; whoever encodes it encrypts the result. */
export const secretText = z.codec(z.string(), z.instanceof(Secret), {
  decode: (text) => new Secret(text),
  encode: (secret) => secret.reveal(),
});

/** Portals read before: every row names one, and to parse it anew each time takes longer than the rest of the row. */
const knownOrigins = new LRUCache<string, true>({ max: 1_000 });

/** A portal's origin, exactly as `portalOriginOf` writes it. */
export const portalOrigin = z.custom<PortalOrigin>((value) => {
  if (typeof value !== 'string' || knownOrigins.has(value)) {
    return typeof value === 'string';
  }
  const isOrigin = portalOriginOf(value) === value;
  if (isOrigin) {
    knownOrigins.set(value, true);
  }
  return isOrigin;
});

/** The number of a task. */
export const taskId = z.custom<TaskId>((value) => typeof value === 'number' && isTaskId(value));

/** Why a portal call failed. */
export const portalFailure: z.ZodType<PortalFailure> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('invalid-request'), field: z.string().exactOptional(), code: z.string() }),
  z.object({
    kind: z.enum([
      'no-access',
      'credential-rejected',
      'token-expired',
      'authorisation-unavailable',
      'app-not-allowed',
      'plan',
      'portal-blocked',
      'portal-closed',
      'https-required',
      'portal-too-old',
      'throttled',
      'unreachable',
      'no-answer',
    ]),
  }),
  z.object({ kind: z.literal('missing-scope'), scopes: z.array(z.string()) }),
  z.object({ kind: z.literal('method-throttled'), resetAt: z.number().exactOptional() }),
  z.object({ kind: z.literal('portal-fault'), code: z.string() }),
  z.object({ kind: z.literal('moved'), to: portalOrigin }),
  z.object({ kind: z.literal('unexpected'), code: z.string(), status: z.number() }),
]);

/** How a delivery ended. */
export const outcome: z.ZodType<Outcome> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('delivered') }),
  z.object({ kind: z.literal('refused'), failure: portalFailure }),
  z.object({ kind: z.literal('unknown'), failure: portalFailure.exactOptional() }),
  z.object({ kind: z.literal('expired'), failure: portalFailure.exactOptional() }),
  z.object({ kind: z.literal('cancelled'), by: z.enum(['sender', 'unlink', 'relink']) }),
]);

/** How a sender is reached. */
export const replyRoute: z.ZodType<ReplyRoute> = z.object({
  team: z.string(),
  enterprise: z.string().exactOptional(),
  user: z.string(),
  locale: z.enum(['en', 'ru']),
  place: z.object({
    channel: z.string(),
    threadTs: z.string().exactOptional(),
    rootTs: z.string().exactOptional(),
  }),
  responseUrl: secretText.exactOptional(),
  responseUrlUntil: z.number().exactOptional(),
});

/** The JSON text of a value; secrets in it are revealed, so whoever keeps the text encrypts it. */
export function encodeJson<Value>(schema: z.ZodType<Value>, value: Value): string {
  return JSON.stringify(z.encode(schema, value));
}

/** The value of a JSON text. Throws when it does not fit the schema. */
export function decodeJson<Value>(schema: z.ZodType<Value>, text: string): Value {
  const input: unknown = JSON.parse(text);
  return schema.parse(input);
}
