import { type Locale, locales } from '../domain/locale.ts';
import { en, type Texts } from './en.ts';
import { ru } from './ru.ts';

const texts: Record<Locale, Texts> = { en, ru };

/** All texts in one language. */
export function textsIn(locale: Locale): Texts {
  return texts[locale];
}

/** The language for a reader whose Slack is set to `slackLocale` (`ru-RU`; `locale` of users.info). English by default. */
export function localeOf(slackLocale: string | undefined): Locale {
  const [language] = (slackLocale ?? '').toLowerCase().split('-');
  return locales.find((locale) => locale === language) ?? locales[0];
}
