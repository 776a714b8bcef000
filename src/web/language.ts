import { type Locale, locales } from '../domain/locale.ts';

/**
 * The language for a reader whose browser sent this `Accept-Language`: the one of ours that they like best, `undefined`
 * when they like none. Source: RFC 9110, 12.5.4.
 */
export function preferredLocale(acceptLanguage: string | undefined): Locale | undefined {
  const wishes = (acceptLanguage ?? '').split(',').map(readWish);
  const liking = (locale: Locale) =>
    wishes.reduce((most, { language, quality }) => (language === locale ? Math.max(most, quality) : most), 0);
  const [best] = locales.filter((locale) => liking(locale) > 0).toSorted((one, other) => liking(other) - liking(one));
  return best;
}

function readWish(text: string): { readonly language: string; readonly quality: number } {
  const [tag = '', ...parameters] = text.split(';').map((piece) => piece.trim().toLowerCase());
  const weight = parameters.find((parameter) => parameter.startsWith('q='));
  const quality = weight === undefined ? 1 : Number(weight.slice(2));
  return { language: tag.split('-')[0] ?? '', quality: Number.isNaN(quality) ? 0 : quality };
}
