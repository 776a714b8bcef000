/** Whether a parsed value is an object with keys (not null, not an array). */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The JSON value as PHP reads it, `undefined` where it does not: broken UTF-8 and half a surrogate pair are errors there.
 */
export function parsePhpJson(bytes: Buffer): unknown {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const parsed: unknown = JSON.parse(text, refuseHalfPairs);
    return parsed;
  } catch {
    return undefined;
  }
}

function refuseHalfPairs(_: string, value: unknown): unknown {
  if (typeof value === 'string' && !value.isWellFormed()) {
    throw new SyntaxError('Half a surrogate pair');
  }
  return value;
}

/** An id as REST 2 takes it: a whole number, or a string of digits. */
export function readLooseId(value: unknown): number | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value)) {
    return value;
  }
  return typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : undefined;
}

/** The strings of a list; anything else in it, or a value that is no list, is left out. */
export function readStrings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
