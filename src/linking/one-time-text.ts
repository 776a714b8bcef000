import { createHmac, timingSafeEqual } from 'node:crypto';
import { Secret } from '../domain/secret.ts';

/** The text that travels: an id to find something by, and the secret that proves the right to it. */
export function joinOneTime(id: string, secret: Secret): Secret {
  return new Secret(`${id}.${secret.reveal()}`);
}

/** Splits a text into its id and its secret. A malformed text gives parts that match no record. */
export function splitOneTime(text: string): { readonly id: string; readonly secret: string } {
  const dot = text.lastIndexOf('.');
  return { id: text.slice(0, Math.max(0, dot)), secret: text.slice(dot + 1) };
}

/** What only the holder of `key` can derive for the browser that keeps the secret `browser`, and for no other one. */
export function tieToBrowser(key: Secret, browser: Secret): Secret {
  return new Secret(createHmac('sha256', key.reveal()).update(browser.reveal()).digest('base64url'));
}

/** Whether `given` is the secret. Takes the same time wherever they differ. */
export function isSecret(given: string, secret: Secret): boolean {
  const [text, expected] = [Buffer.from(given), Buffer.from(secret.reveal())];
  return text.length === expected.length && timingSafeEqual(text, expected);
}
