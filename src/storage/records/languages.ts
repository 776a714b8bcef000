import { z } from 'zod';
import { locales } from '../../domain/locale.ts';
import { personKey } from '../../domain/person.ts';
import type { Languages } from '../../linking/ports.ts';
import type { RecordStores } from './records.ts';

/** Languages as records of their person, so that they are deleted with everything else of theirs. */
export function createLanguages(records: RecordStores): Languages {
  const schema = z.enum(locales);
  const chosen = records({ name: 'language', schema });
  const guessed = records({ name: 'guessed-language', schema });
  return {
    chosenBy: (person) => chosen.get(personKey(person)),
    choose: (person, locale) => chosen.set(personKey(person), locale),
    guessedFor: (person) => guessed.get(personKey(person)),
    guess: (person, locale) => guessed.set(personKey(person), locale),
    clear: async (person) => {
      await Promise.all([chosen.remove(personKey(person)), guessed.remove(personKey(person))]);
    },
  };
}
