import { z } from 'zod';
import type { Identity } from '../../domain/identity.ts';
import { type Person, personKey, personOfKey } from '../../domain/person.ts';
import type { IdentityStore, LinkedPeople } from '../../linking/ports.ts';
import { portalOrigin, secretText } from '../codecs.ts';
import { exactly } from '../exactly.ts';
import type { RecordStores } from './records.ts';

const identity = exactly<Identity>()(
  z.object({
    id: z.string(),
    account: z.object({ portal: portalOrigin, userId: z.string(), name: z.string() }),
    linkedAt: z.number(),
    credential: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('webhook'), portal: portalOrigin, webhookUserId: z.string(), secret: secretText }),
      z.object({
        kind: z.literal('oauth'),
        portal: portalOrigin,
        accessToken: secretText,
        refreshToken: secretText,
        memberId: z.string(),
      }),
    ]),
    scopes: z.array(z.string()).exactOptional(),
  }),
);

const name = 'identity';

/** Where the record of a person's identity is: what belongs to linked people only is written beside it. */
export function identityPath(person: Person): string {
  return `${name}/${personKey(person)}`;
}

/** Identities as encrypted records, one per person. */
export function createIdentityStore(records: RecordStores): IdentityStore & LinkedPeople {
  const identities = records({ name, schema: identity, keptDecoded: 1_000 });
  return {
    find: (person) => identities.get(personKey(person)),
    save: (person, given) => identities.set(personKey(person), given),
    remove: (person) => identities.remove(personKey(person)),
    list: async () => (await identities.list()).map(personOfKey),
  };
}
