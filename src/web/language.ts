import { type Locale, locales } from '../domain/locale.ts';

/**
 * The language of the app that an `Accept-Language` header ranks highest; `undefined` when it names none of them. Source:
 * RFC 9110, 12.5.4.
 */
export function preferredLocale(acceptLanguage: string | undefined): Locale | undefined {
  const ranges = (acceptLanguage ?? '').split(',').map(readRange);
  const rank = (locale: Locale) =>
    ranges.reduce((most, { language, quality }) => (language === locale ? Math.max(most, quality) : most), 0);
  const [best] = locales.filter((locale) => rank(locale) > 0).toSorted((one, other) => rank(other) - rank(one));
  return best;
}

function readRange(text: string): { readonly language: string; readonly quality: number } {
  const [tag = '', ...parameters] = text.split(';').map((piece) => piece.trim().toLowerCase());
  const weight = parameters.find((parameter) => parameter.startsWith('q='));
  const quality = weight === undefined ? 1 : Number(weight.slice(2));
  return { language: tag.split('-')[0] ?? '', quality: Number.isNaN(quality) ? 0 : quality };
}
