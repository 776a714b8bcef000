import leven, { closestMatch } from 'leven';
import { type Locale, locales } from '../../domain/locale.ts';
import { textsIn } from '../../locales/locale.ts';

/** What a word of a command asks for. `off` and `auto` stand after others. */
export type CommandWord = keyof ReturnType<typeof textsIn>['commands']['words'];

/** The words of all languages, each with what it asks for. */
const words: ReadonlyMap<string, CommandWord> = new Map(
  locales.flatMap((locale) => {
    const own = textsIn(locale).commands.words;
    return keysOf(own).flatMap((kind) => own[kind].map((word) => [word, kind] as const));
  }),
);

const languages: ReadonlyMap<string, Locale> = new Map(
  locales.flatMap((locale) => textsIn(locale).commands.languageNames.map((name) => [name, locale] as const)),
);

/** What people write before the number of a task, in all languages. */
export const taskWords: readonly string[] = locales.flatMap((locale) => textsIn(locale).commands.taskWords);

/** What a bare word asks for; `undefined` for any other. */
export function commandWord(word: string): CommandWord | undefined {
  return words.get(word);
}

/** The language that a bare word names. */
export function languageNamed(word: string): Locale | undefined {
  return languages.get(word);
}

/** The words that ask for one of these. */
export function commandWords(kinds: (kind: CommandWord) => boolean): readonly string[] {
  return [...words].filter(([, kind]) => kinds(kind)).map(([word]) => word);
}

/** The word of a command, of those given, that this one is a slip of; `undefined` where it is none. */
export function nearlyCommand(word: string, known: readonly string[]): string | undefined {
  // Most messages begin with a number: nothing of a word is in it.
  const meant = /\p{L}/u.test(word) ? closestMatch(word, [...known], { maxDistance: 2 }) : undefined;
  return meant !== undefined && isSlipOf(word, meant) ? meant : undefined;
}

/**
 * One letter too many, too few or wrong, or two that changed places; in a long word two of these. More of them turn a
 * short word into another one, as `hello` and `help` are, and so does one in a word of two letters.
 */
function isSlipOf(word: string, known: string): boolean {
  const apart = leven(word, known);
  const isLikely = apart <= 1 || known.length >= 8 || lettersOf(word) === lettersOf(known);
  return isLikely && word.length >= 2 && known.length >= 3;
}

function lettersOf(word: string): string {
  return [...word].sort().join('');
}

function keysOf<Key extends string>(record: Readonly<Record<Key, unknown>>): readonly Key[] {
  return Object.keys(record).filter((key): key is Key => Object.hasOwn(record, key));
}
