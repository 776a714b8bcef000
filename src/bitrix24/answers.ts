import { z } from 'zod';

/**
 * What an answer's body says. `fault` comes from either error shape: `{error: {code, message, validation?}}` of REST
 * 3.0 or `{error, error_description}` of REST 2 and of the layers in front of both. `message` is in the portal's
 * language.
 */
export type AnswerBody =
  | {
      readonly kind: 'result';
      readonly result: unknown;
      readonly resetAtMs?: number;
      /** The time on the portal's clock, in epoch ms. */
      readonly finishedAtMs?: number;
    }
  | {
      readonly kind: 'fault';
      readonly shape: 'v3' | 'flat';
      readonly code: string;
      readonly field?: string;
      readonly message?: string;
    }
  | { readonly kind: 'unreadable' };

/** Reads the text of an answer of Bitrix24; anything that is not a whole JSON object of a known shape is unreadable. */
export function readBody(text: string): AnswerBody {
  const value = parseJson(text);
  return isObject(value) && 'error' in value ? readFault(value) : readResult(value);
}

function readFault(value: object): AnswerBody {
  const v3 = faultOfV3.safeParse(value);
  if (v3.success) {
    const { code, message, validation } = v3.data.error;
    const field = validation?.find((problem) => problem.field)?.field;
    return { kind: 'fault', shape: 'v3', code, ...(message ? { message } : {}), ...(field ? { field } : {}) };
  }
  const flat = flatFault.safeParse(value);
  if (!flat.success) {
    return readResult(value);
  }
  const { error: code, error_description: message } = flat.data;
  return { kind: 'fault', shape: 'flat', code, ...(message ? { message } : {}) };
}

function readResult(value: unknown): AnswerBody {
  const success = successAnswer.safeParse(value);
  if (!success.success || !('result' in success.data)) {
    return { kind: 'unreadable' };
  }
  const { operating_reset_at: resetAt, finish } = success.data.time ?? {};
  return {
    kind: 'result',
    result: success.data.result,
    ...(resetAt ? { resetAtMs: resetAt * 1_000 } : {}),
    ...(finish ? { finishedAtMs: finish * 1_000 } : {}),
  };
}

/** Enough for a portal's sentence in a log line. */
const maxMessageLength = 200;

const optionalMessage = z
  .string()
  .transform((text) => text.slice(0, maxMessageLength))
  .optional()
  .catch(undefined);

/** Codes and field names are words; what is not one may be anything, even a piece of the message that was sent. */
const word = /^[\w.:[\]-]{1,100}$/;

/** Codes are texts; old methods answer numbers as well ("0", 100). */
const code = z
  .union([z.string().min(1), z.number()])
  .transform((value) => (word.test(String(value)) ? String(value) : 'none'));

const optionalField = z.string().regex(word).optional().catch(undefined);

const faultOfV3 = z.object({
  error: z.object({
    code: code.catch('none'),
    message: optionalMessage,
    validation: z
      .array(z.object({ field: optionalField }))
      .optional()
      .catch(undefined),
  }),
});

const flatFault = z.object({ error: code, error_description: optionalMessage });

/** Both times are in unix seconds, and the first may be missing. Source: Bitrix24 documentation, "The time object". */
const successAnswer = z.object({
  result: z.unknown().optional(),
  time: z
    .object({
      operating_reset_at: z.number().positive().optional().catch(undefined),
      finish: z.number().positive().optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
});

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** The value that a JSON text stands for; `undefined` when it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
