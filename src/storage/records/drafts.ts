import { z } from 'zod';
import { personKey } from '../../domain/person.ts';
import type { Draft, DraftContent, DraftStore } from '../../tasks/ports.ts';
import { portalOrigin, replyRoute } from '../codecs.ts';
import { exactly } from '../exactly.ts';
import type { RecordStores } from './records.ts';

const keptMs = 60 * 60_000;

const content = exactly<DraftContent>()(
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('nothing') }),
    z.object({ kind: z.literal('text'), text: z.string() }),
    z.object({
      kind: z.literal('message'),
      message: z.unknown(),
      permalink: z.string(),
      channelName: z.string().exactOptional(),
    }),
  ]),
);

const draft = exactly<Draft>()(
  z.object({
    person: z.object({ tenant: z.string(), user: z.string() }),
    content,
    route: replyRoute,
    portal: portalOrigin.exactOptional(),
  }),
);

/** Drafts as encrypted records that end after an hour. `newId` gives an id that nobody can guess. */
export function createDraftStore(records: RecordStores, newId: () => string): DraftStore {
  const drafts = records({ name: 'draft', schema: draft, ttlMs: keptMs });
  const afterLinking = records({ name: 'draft-after-linking', schema: z.string(), ttlMs: keptMs });
  return {
    async save(given) {
      const id = newId();
      await drafts.set(keyOf(given.person, id), given);
      return id;
    },
    replace: (id, given) => drafts.set(keyOf(given.person, id), given),
    find: (person, id) => drafts.get(keyOf(person, id)),
    noteLinking: (person, id) => afterLinking.set(personKey(person), id),
    takeLinking: (person) => afterLinking.take(personKey(person)),
  };
}

function keyOf(person: Draft['person'], id: string): string {
  return `${personKey(person)}/${id}`;
}
