import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { personKey } from '../../domain/person.ts';
import type { LinkWishes } from '../../linking/ports.ts';
import type { RecordStores } from './records.ts';

/** Longer than any check of a link takes. */
const ttlMs = 10 * 60_000;

/** Wishes as records of their person, so that they are deleted with everything else of theirs. */
export function createLinkWishes(records: RecordStores): LinkWishes {
  const wishes = records({ name: 'link-wish', schema: z.string(), ttlMs });
  return {
    async note(person) {
      const wish = randomUUID();
      await wishes.set(personKey(person), wish);
      return wish;
    },
    last: (person) => wishes.get(personKey(person)),
    settle: (person) => wishes.remove(personKey(person)),
  };
}
