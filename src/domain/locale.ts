/** The languages that the app speaks. The first is for readers of any other. */
export const locales = ['en', 'ru'] as const;

/** The code of one of these languages. */
export type Locale = (typeof locales)[number];
