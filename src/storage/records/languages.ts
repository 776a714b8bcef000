import { z } from 'zod';
import { locales } from '../../domain/locale.ts';
import { personKey } from '../../domain/person.ts';
import type { ChosenLanguages } from '../../linking/ports.ts';
import type { RecordStores } from './records.ts';

/** Chosen languages as records of their person, so that they are deleted with everything else of theirs. */
export function createChosenLanguages(records: RecordStores): ChosenLanguages {
  const chosen = records({ name: 'language', schema: z.enum(locales) });
  return {
    find: (person) => chosen.get(personKey(person)),
    choose: (person, locale) => chosen.set(personKey(person), locale),
    clear: async (person) => {
      await chosen.remove(personKey(person));
    },
  };
}
