import { isIP } from 'node:net';
import { z } from 'zod';
import { portalOriginOf } from '../domain/portal.ts';
import { Secret } from '../domain/secret.ts';

/** What a secret has to look like. The messages complete a sentence that begins with the name of the setting. */
type SecretShape = {
  /** What its text begins with, and what it is called. */
  readonly prefix?: string;
  readonly what: string;
  /** The least number of characters, and why. */
  readonly least: number;
  readonly because: string;
  readonly pattern?: RegExp;
};

/** So many different characters at least: what a person made up, or a program left unset, has fewer. */
const leastVariety = 6;

/** A secret: long enough, of one word, and not one character again and again. */
export function secretOf(shape: SecretShape) {
  return z.string().transform((text, context) => {
    const problem = problemOf(text, shape);
    if (problem !== undefined) {
      context.addIssue({ code: 'custom', message: problem });
    }
    return new Secret(text);
  });
}

function problemOf(text: string, { prefix = '', what, least, because, pattern }: SecretShape): string | undefined {
  if (!text.startsWith(prefix)) {
    return `must be ${what} (${prefix}…)`;
  }
  if (text.length < least) {
    return `is too short for ${what}: it needs at least ${least} characters, ${because}`;
  }
  if (!(pattern ?? /^\P{Cc}+$/u).test(text)) {
    return `must be ${what}; it holds characters that do not belong there`;
  }
  if (new Set(text.slice(prefix.length)).size < leastVariety) {
    return `cannot be ${what}: it repeats a few characters, anybody could guess it`;
  }
  return undefined;
}

/** A whole number in digits. */
export function wholeNumber(least: number, most: number, unit = '') {
  const error = `must be a whole number${unit} from ${least} to ${most}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, { error })
    .transform(Number)
    .pipe(z.number().min(least, { error }).max(most, { error }));
}

/** Of a listener. 0: any free one. */
export const port = wholeNumber(0, 65_535);

/** What a server listens on: an address or a name, without anything around it. */
export const listenHost = z.string().refine((text) => isIP(text) !== 0 || /^[\w-]+(?:\.[\w-]+)*$/.test(text), {
  error: 'must be an address or a host name to listen on, such as 127.0.0.1, without http:// and port',
});

/** An address that secrets travel to: https, or plain http within this machine. */
export const secureUrl = z
  .string()
  .refine((text) => portalOriginOf(text) !== undefined, { error: 'must be an https address', abort: true })
  .refine((text) => isSecure(new URL(text)), {
    error: 'must begin with https://: on plain http secrets can be read on the way (allowed on localhost only)',
  })
  .refine((text) => isBare(new URL(text)), { error: 'must be an address without a user, "?" and "#"' });

function isSecure({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}

function isBare({ href, username, password }: URL): boolean {
  return username === '' && password === '' && !/[?#]/.test(href);
}

/** The address of a proxy; it may hold a user and a password. */
export const proxyUrl = z
  .string()
  .refine((text) => portalOriginOf(text) !== undefined, { error: 'must be an http or https address' })
  .transform((text) => new Secret(text));

/** Texts between commas; at least one. */
export const commaList = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  )
  .refine((items) => items.length > 0, { error: 'is a list with nothing in it: name something, or remove it' });
