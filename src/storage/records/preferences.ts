import type { z } from 'zod';
import { type Person, personKey, personOfKey } from '../../domain/person.ts';
import type { Preference, Preferences } from '../../linking/ports.ts';
import { localeCode } from '../codecs.ts';
import type { RecordStores } from './records.ts';

const chosenName = 'language';

/** Where the record of the language is that a person chose. */
export function chosenLanguagePath(person: Person): string {
  return `${chosenName}/${personKey(person)}`;
}

/** Preferences as records of their person, so that they are deleted with everything else of theirs. */
export function createPreferences(records: RecordStores): Preferences {
  return {
    language: createPreference(records, chosenName, localeCode),
    guessedLanguage: createPreference(records, 'guessed-language', localeCode),
  };
}

function createPreference<Value>(records: RecordStores, name: string, schema: z.ZodType<Value>): Preference<Value> {
  const store = records({ name, schema });
  return {
    of: (person) => store.get(personKey(person)),
    set: (person, value) => store.set(personKey(person), value),
    people: async () => (await store.list()).map(personOfKey),
    clear: async (person) => void (await store.remove(personKey(person))),
  };
}
