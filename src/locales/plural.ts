import type { Locale } from '../domain/locale.ts';

/** The forms of an English noun that follows a number. */
export type EnglishForms = { readonly one: string; readonly other: string };

/** The forms of a Russian noun that follows a number: 1 сообщение, 2 сообщения, 5 сообщений. */
export type RussianForms = { readonly one: string; readonly few: string; readonly many: string };

/** `count` with the noun in its English form. */
export function countEnglish(count: number, forms: EnglishForms): string {
  return `${count} ${rulesOf('en').select(count) === 'one' ? forms.one : forms.other}`;
}

/** `count` with the noun in its Russian form. */
export function countRussian(count: number, forms: RussianForms): string {
  return `${count} ${pickRussian(count, forms)}`;
}

/** The Russian form that goes with `count`, without the number: for verbs and adjectives. */
export function pickRussian(count: number, forms: RussianForms): string {
  const category = rulesOf('ru').select(count);
  return category === 'one' || category === 'few' ? forms[category] : forms.many;
}

const rules: Partial<Record<Locale, Intl.PluralRules>> = {};

/** Made at their first use: the data of a language takes a while to load. */
function rulesOf(locale: Locale): Intl.PluralRules {
  rules[locale] ??= new Intl.PluralRules(locale);
  return rules[locale];
}
