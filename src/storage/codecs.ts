import { z } from 'zod';
import type { LeftOut, Outcome, ReplyRoute } from '../domain/delivery.ts';
import type { PortalFailure } from '../domain/failure.ts';
import type { FileReference } from '../domain/file-reference.ts';
import { locales } from '../domain/locale.ts';
import { createLru } from '../domain/lru.ts';
import { isTaskId, type PortalOrigin, portalOriginOf, type TaskId } from '../domain/portal.ts';
import { Secret } from '../domain/secret.ts';
import { exactly } from './exactly.ts';

/** A secret, stored as its text; whoever encodes it encrypts the result. */
export const secretText = z.codec(z.string(), z.instanceof(Secret), {
  decode: (text) => new Secret(text),
  encode: (secret) => secret.reveal(),
});

/** Portals read before: every row names one, and to parse it anew each time takes longer than the rest of the row. */
const knownOrigins = createLru<true>(1_000);

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

/**
 * A language. One that only a later release speaks, with which this one shares the storage, is read as the first:
 * better an answer in another language than none.
 */
export const localeCode = z.enum(locales).catch(locales[0]);

/** A portal failure of one kind. */
type FailureOf<Kind> = Extract<PortalFailure, { readonly kind: Kind }>;

/** Each kind has its row. */
const failures = {
  // What 0.1.0 does not know is kept for it as the kind that comes next to it, and read in either form. Such rows come
  // first: the row of that kind would read them as what they are not.
  'not-posted': z.codec(
    z.union([z.object({ kind: z.literal('unreadable-answer'), notPosted: z.literal(true) }), bare('not-posted')]),
    bare('not-posted'),
    {
      decode: () => ({ kind: 'not-posted' as const }),
      encode: () => ({ kind: 'unreadable-answer' as const, notPosted: true as const }),
    },
  ),
  'invalid-request': z.object({
    kind: z.literal('invalid-request'),
    field: z.string().exactOptional(),
    code: z.string(),
  }),
  'no-access': bare('no-access'),
  'credential-rejected': z.object({
    kind: z.literal('credential-rejected'),
    orRights: z.literal(true).exactOptional(),
  }),
  'token-expired': bare('token-expired'),
  'authorisation-unavailable': bare('authorisation-unavailable'),
  'missing-scope': z.object({ kind: z.literal('missing-scope'), scopes: z.array(z.string()) }),
  'app-not-allowed': bare('app-not-allowed'),
  'application-gone': bare('application-gone'),
  plan: bare('plan'),
  'portal-blocked': bare('portal-blocked'),
  'portal-closed': bare('portal-closed'),
  'https-required': z.object({ kind: z.literal('https-required'), to: portalOrigin.exactOptional() }),
  'portal-too-old': bare('portal-too-old'),
  throttled: z.object({ kind: z.literal('throttled'), retryAfterMs: z.number().exactOptional() }),
  'method-throttled': z.object({ kind: z.literal('method-throttled'), resetAt: z.number().exactOptional() }),
  unreachable: z.object({ kind: z.literal('unreachable'), addressRefused: z.literal(true).exactOptional() }),
  certificate: z.object({
    kind: z.literal('certificate'),
    problem: z.enum(['expired', 'other-host', 'untrusted']),
  }),
  'intermediary-refused': z.object({ kind: z.literal('intermediary-refused'), status: z.number() }),
  'no-answer': bare('no-answer'),
  'unreadable-answer': bare('unreadable-answer'),
  'portal-fault': z.object({ kind: z.literal('portal-fault'), code: z.string() }),
  moved: z.object({ kind: z.literal('moved'), to: portalOrigin }),
  unexpected: z.object({ kind: z.literal('unexpected'), code: z.string(), status: z.number() }),
} satisfies { readonly [Kind in PortalFailure['kind']]: z.ZodType<FailureOf<Kind>> };

/** Why a portal call failed. */
export const portalFailure = exactly<PortalFailure>()(z.union(Object.values(failures)));

const cancelledBy = z.enum(['sender', 'unlink', 'relink', 'administrator']);

/**
 * That an administrator took it back is kept as a word beside `sender`, for the release before, which knows no
 * administrators: it would read nothing of a person's deliveries.
 */
const cancelled = z.codec(
  z.object({ kind: z.literal('cancelled'), by: cancelledBy, administrator: z.literal(true).exactOptional() }),
  z.object({ kind: z.literal('cancelled'), by: cancelledBy }),
  {
    decode: ({ kind, by, administrator }) => ({ kind, by: administrator ? 'administrator' : by }),
    encode: ({ kind, by }) =>
      by === 'administrator' ? ({ kind, by: 'sender', administrator: true } as const) : { kind, by },
  },
);

/** How a delivery ended. */
export const outcome = exactly<Outcome>()(
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('delivered'), takenBack: z.literal(true).exactOptional() }),
    z.object({ kind: z.literal('refused'), failure: portalFailure }),
    z.object({
      kind: z.literal('unknown'),
      failure: portalFailure.exactOptional(),
      restored: z.literal(true).exactOptional(),
      chatScopeMissing: z.literal(true).exactOptional(),
    }),
    z.object({ kind: z.literal('expired'), failure: portalFailure.exactOptional() }),
    cancelled,
  ]),
);

/** A file in Slack. */
export const fileReference = exactly<FileReference>()(
  z.object({
    id: z.string(),
    team: z.string(),
    enterprise: z.string().exactOptional(),
    name: z.string(),
    size: z.number().exactOptional(),
    mimetype: z.string().exactOptional(),
  }),
);

type LeftOutProblem = LeftOut['problem'];

/** Each kind has its row. */
const fileProblems = {
  'too-large': z.object({ kind: z.literal('too-large'), most: z.number() }),
  unavailable: z.object({ kind: z.literal('unavailable'), afterMs: z.number().exactOptional() }),
  empty: bare('empty'),
  deleted: bare('deleted'),
  'not-visible': bare('not-visible'),
  'missing-scope': bare('missing-scope'),
  external: bare('external'),
  document: bare('document'),
  hidden: bare('hidden'),
  broken: bare('broken'),
  'portal-too-large': bare('portal-too-large'),
  'no-folder': bare('no-folder'),
  'not-kept': bare('not-kept'),
  'chat-closed': bare('chat-closed'),
  'portal-too-old': bare('portal-too-old'),
  'no-im': bare('no-im'),
  uncertain: bare('uncertain'),
} satisfies { readonly [Kind in LeftOutProblem['kind']]: z.ZodType<Extract<LeftOutProblem, { readonly kind: Kind }>> };

/** The files that a delivery went on without. */
export const leftOut = exactly<readonly LeftOut[]>()(
  z.array(z.object({ part: z.number(), problem: z.union(Object.values(fileProblems)) })),
);

/** How a sender is reached. */
export const replyRoute = exactly<ReplyRoute>()(
  z.object({
    team: z.string(),
    enterprise: z.string().exactOptional(),
    user: z.string(),
    locale: localeCode,
    place: z.object({
      channel: z.string(),
      threadTs: z.string().exactOptional(),
      rootTs: z.string().exactOptional(),
    }),
    responseUrl: secretText.exactOptional(),
    responseUrlUntil: z.number().exactOptional(),
    announce: z
      .object({
        as: z.enum(['reaction', 'reply']),
        channel: z.string(),
        ts: z.string(),
        threadTs: z.string().exactOptional(),
      })
      .exactOptional(),
  }),
);

/** A value that consists of its kind alone. */
function bare<Kind extends string>(kind: Kind) {
  return z.object({ kind: z.literal(kind) });
}

/** The JSON text of a value; secrets in it are revealed, so whoever keeps the text encrypts it. */
export function encodeJson<Value>(schema: z.ZodType<Value>, value: Value): string {
  return JSON.stringify(z.encode(schema, value));
}

/** The value of a JSON text. Throws when it does not fit the schema. */
export function decodeJson<Value>(schema: z.ZodType<Value>, text: string): Value {
  const input: unknown = JSON.parse(text);
  return schema.parse(input);
}
