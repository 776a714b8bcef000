import { z } from 'zod';
import type { Author } from '../../domain/author.ts';
import { personKey } from '../../domain/person.ts';
import type { Draft, DraftContent, DraftStore, DraftThread } from '../../tasks/ports.ts';
import { fileReference, portalOrigin, replyRoute, taskId } from '../codecs.ts';
import { exactly } from '../exactly.ts';
import type { RecordStores } from './records.ts';

const keptMs = 60 * 60_000;

/** A draft may hold a whole message, of half a megabyte: the oldest of a person gives way to the newest. */
const maxOfPerson = 20;

const author = exactly<Author>()(
  z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('user'),
      id: z.string(),
      label: z.string().exactOptional(),
      via: z.string().exactOptional(),
    }),
    z.object({ kind: z.literal('app'), name: z.string().exactOptional() }),
  ]),
);

const thread = exactly<DraftThread>()(
  z.object({
    posts: z.array(z.object({ message: z.unknown(), author: author.exactOptional() })),
    dropped: z.number(),
    chosen: z.literal(true).exactOptional(),
    renewed: z.object({ view: z.string(), added: z.number() }).exactOptional(),
  }),
);

const content = exactly<DraftContent>()(
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('nothing') }),
    z.object({ kind: z.literal('text'), text: z.string(), rich: z.unknown().exactOptional() }),
    z.object({
      kind: z.literal('message'),
      message: z.unknown(),
      author: author.exactOptional(),
      permalink: z.string(),
      channelName: z.string().exactOptional(),
      privatePlace: z.enum(['privateChannel', 'directMessage', 'groupMessage']).exactOptional(),
      thread: thread.exactOptional(),
    }),
  ]),
);

const draft = exactly<Draft>()(
  z.object({
    person: z.object({ tenant: z.string(), user: z.string() }),
    content,
    route: replyRoute,
    portal: portalOrigin.exactOptional(),
    task: taskId.exactOptional(),
    written: z.unknown().exactOptional(),
    comment: z.string().exactOptional(),
    takesFiles: z.literal(true).exactOptional(),
    files: z.array(fileReference).exactOptional(),
  }),
);

/** Drafts as encrypted records that end after an hour. `newId` gives an id that nobody can guess. */
export function createDraftStore(records: RecordStores, newId: () => string): DraftStore {
  const drafts = records({ name: 'draft', schema: draft, ttlMs: keptMs });
  const ofPerson = records({ name: 'drafts-of-person', schema: z.array(z.string()), ttlMs: keptMs });
  const afterLinking = records({ name: 'draft-after-linking', schema: z.string(), ttlMs: keptMs });
  return {
    async save(given) {
      const id = newId();
      const key = personKey(given.person);
      let gone: readonly string[] = [];
      await ofPerson.update(key, (known = []) => {
        gone = [...known, id].slice(0, -maxOfPerson);
        return [...known, id].slice(-maxOfPerson);
      });
      await drafts.set(keyOf(given.person, id), given);
      await Promise.all(gone.map((old) => drafts.remove(keyOf(given.person, old))));
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
