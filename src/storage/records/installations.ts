import { z } from 'zod';
import type { Installation } from '../../domain/installation.ts';
import type { InstallationStore } from '../../linking/ports.ts';
import { secretText } from '../codecs.ts';
import { exactly } from '../exactly.ts';
import type { RecordStores } from './records.ts';

const installation = exactly<Installation>()(
  z.object({
    id: z.string(),
    name: z.string(),
    enterprise: z.string().exactOptional(),
    bot: z.object({
      token: secretText,
      userId: z.string(),
      scopes: z.array(z.string()),
      rotation: z.object({ refreshToken: secretText, expiresAt: z.number() }).exactOptional(),
    }),
    installedAt: z.number(),
  }),
);

/** Installations as encrypted records, one per workspace or organisation. */
export function createInstallationStore(records: RecordStores): InstallationStore {
  const installations = records({ name: 'installation', schema: installation });
  return {
    find: (id) => installations.get(id),
    save: (given) => installations.set(given.id, given),
    ids: () => installations.list(),
  };
}
