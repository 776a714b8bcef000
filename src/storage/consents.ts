import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { type Person, personKey } from '../domain/person.ts';
import type { Consent, ConsentStore, Grant, GrantStore } from '../linking/ports.ts';
import { portalOrigin, replyRoute, secretText } from './codecs.ts';
import type { RecordStores } from './records.ts';

/** From Slack to the portal and back, and then again to the answer in Slack. */
const ttlMs = 10 * 60_000;

const person = z.object({ tenant: z.string(), user: z.string() });

const consent: z.ZodType<Consent> = z.object({
  person,
  portal: portalOrigin,
  origin: z.object({ route: replyRoute, window: z.string() }),
  ticket: secretText,
  state: secretText,
  browser: secretText,
});

const grant: z.ZodType<Grant> = z.object({
  account: z.object({ portal: portalOrigin, userId: z.string(), name: z.string() }),
  credential: z.object({
    kind: z.literal('oauth'),
    portal: portalOrigin,
    accessToken: secretText,
    refreshToken: secretText,
    memberId: z.string(),
  }),
  number: z.string(),
  triesLeft: z.number(),
  until: z.number(),
});

/**
 * Consents as encrypted records. An id is its record's key in a form that fits into addresses; the key begins with its
 * person, so that it is deleted with everything else of theirs.
 */
export function createConsentStore(records: RecordStores): ConsentStore {
  const consents = records({ name: 'consent', schema: consent, ttlMs });
  return {
    async add(given) {
      const key = keyFor(given.person);
      await consents.set(key, given);
      return Buffer.from(key).toString('base64url');
    },
    find: async (id) => consents.get(keyOf(id)),
    take: async (id) => consents.take(keyOf(id)),
  };
}

/** Grants as encrypted records. */
export function createGrantStore(records: RecordStores): GrantStore {
  const grants = records({ name: 'grant', schema: grant, ttlMs });
  return {
    async add(owner, given) {
      const id = newId();
      await grants.set(`${personKey(owner)}/${id}`, given);
      return id;
    },
    find: async (owner, id) => grants.get(`${personKey(owner)}/${id}`),
    take: async (owner, id) => grants.take(`${personKey(owner)}/${id}`),
    putBack: async (owner, id, given) => grants.set(`${personKey(owner)}/${id}`, given),
  };
}

function keyFor(owner: Person): string {
  return `${personKey(owner)}/${newId()}`;
}

/** What is no id leads to a key under which nothing is. */
function keyOf(id: string): string {
  const key = Buffer.from(id, 'base64url').toString();
  return /^\w+:\w+\/[\w-]+$/.test(key) ? key : 'none';
}

function newId(): string {
  return randomBytes(16).toString('base64url');
}
