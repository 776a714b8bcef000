import type { Locale } from '../domain/locale.ts';

/** `a, b and c` in English. */
export function listEnglish(items: readonly string[]): string {
  return formatOf('en').format(items);
}

/** `a, b и c` in Russian. */
export function listRussian(items: readonly string[]): string {
  return formatOf('ru').format(items);
}

const formats: Partial<Record<Locale, Intl.ListFormat>> = {};

/** Made at their first use: the data of a language takes a while to load. */
function formatOf(locale: Locale): Intl.ListFormat {
  formats[locale] ??= new Intl.ListFormat(locale);
  return formats[locale];
}
