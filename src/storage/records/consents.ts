import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { personKey } from '../../domain/person.ts';
import type { Consent, ConsentStore, Grant, GrantStore } from '../../linking/ports.ts';
import { portalOrigin, replyRoute, secretText } from '../codecs.ts';
import { exactly } from '../exactly.ts';
import type { RecordStores } from './records.ts';

/** From Slack to the portal and back, and then again to the answer in Slack. */
const ttlMs = 10 * 60_000;

const person = z.object({ tenant: z.string(), user: z.string() });

const consent = exactly<Consent>()(
  z.object({
    person,
    portal: portalOrigin,
    origin: z.object({ route: replyRoute, window: z.string() }),
    ticket: secretText,
    state: secretText,
  }),
);

const grant = exactly<Grant>()(
  z.object({
    person,
    team: z.string(),
    browser: secretText,
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
    scopes: z.array(z.string()).exactOptional(),
  }),
);

/**
 * Consents as encrypted records. An id is its record's key in a form that fits into addresses; the key begins with its
 * person, so that it is deleted with everything else of theirs.
 */
export function createConsentStore(records: RecordStores): ConsentStore {
  const consents = records({ name: 'consent', schema: consent, ttlMs });
  return {
    async add(given) {
      const key = `${personKey(given.person)}/${randomBytes(16).toString('base64url')}`;
      await consents.set(key, given);
      return Buffer.from(key).toString('base64url');
    },
    find: async (id) => consents.get(keyOf(id)),
    take: async (id) => consents.take(keyOf(id)),
  };
}

/** Grants as encrypted records, with keys of the same form. */
export function createGrantStore(records: RecordStores): GrantStore {
  const grants = records({ name: 'grant', schema: grant, ttlMs });
  return {
    set: async (id, given) => grants.set(keyOf(id), given),
    find: async (id) => grants.get(keyOf(id)),
    take: async (id) => grants.take(keyOf(id)),
  };
}

/** A text that is no id leads to a key without a record. */
function keyOf(id: string): string {
  const key = Buffer.from(id, 'base64url').toString();
  return /^\w+:\w+\/[\w-]+$/.test(key) ? key : 'none';
}
