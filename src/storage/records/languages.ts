import { type Person, personKey } from '../../domain/person.ts';
import type { Languages } from '../../linking/ports.ts';
import { localeCode } from '../codecs.ts';
import type { RecordStores } from './records.ts';

const chosenName = 'language';

/** Where the record of the language is that a person chose. */
export function chosenLanguagePath(person: Person): string {
  return `${chosenName}/${personKey(person)}`;
}

/** Languages as records of their person, so that they are deleted with everything else of theirs. */
export function createLanguages(records: RecordStores): Languages {
  const chosen = records({ name: chosenName, schema: localeCode });
  const guessed = records({ name: 'guessed-language', schema: localeCode });
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
