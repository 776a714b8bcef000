import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Locale, locales } from '../../src/domain/locale.ts';
import { localeOf, textsIn } from '../../src/locales/locale.ts';
import { countEnglish, countRussian } from '../../src/locales/plural.ts';

/** The name of the product, an address, and what people of other languages call this one. */
const untranslatable = /^(?:pages\.product|linking\.placeholder|commands\.languageNames\..*)$/;

/** How each language says that nothing went out. */
const nothingSent: Readonly<Record<Locale, RegExp>> = {
  en: /nothing (?:more )?was sent/i,
  ru: /ничего не отправлено/i,
};

describe('the texts', () => {
  it('are Russian in Russian, every one that is a plain text', () => {
    const russian = plainTexts(textsIn('ru'));
    expect(russian.size).toBeGreaterThan(60);
    const untranslated = [...russian].filter(([path, text]) => !/[а-я]/i.test(text) && !untranslatable.test(path));
    expect(untranslated).toEqual([]);
    const sentences = (texts: Map<string, string>) =>
      [...texts.keys()].filter((path) => !/^commands\.(?:words|taskWords)/.test(path));
    expect(sentences(russian).sort()).toEqual(sentences(plainTexts(textsIn('en'))).sort());
  });

  it.each(locales)('fit where Slack shows them, in %s', (locale) => {
    const { buttons, linking } = textsIn(locale);
    const { link, cancel, sendAgain, sendAnyway, unlink, keepLink, confirmTwice } = buttons;
    const longest = (limit: number, ...texts: readonly string[]) =>
      expect(texts.filter((text) => text.length > limit || text === '')).toEqual([]);
    longest(75, link, cancel, sendAgain, sendAnyway, unlink, keepLink, buttons.cancelTask(Number.MAX_SAFE_INTEGER));
    longest(24, linking.title, linking.submit, linking.close, linking.done);
    longest(150, linking.placeholder);
    longest(100, confirmTwice.title);
    longest(300, confirmTwice.text);
    longest(30, confirmTwice.confirm, confirmTwice.deny);
  });

  it.each(locales)('say in %s, for everything that a person sent, whether it went out', (locale) => {
    const { commands, acceptFailures } = textsIn(locale);
    const plain = [commands.late, commands.webhookUrl, commands.wrong['not-a-task-link'].message];
    const refusals = [
      acceptFailures['not-linked'],
      acceptFailures['text-empty'],
      acceptFailures['storage-unconfirmed'],
    ];
    expect([...plain, ...refusals].filter((text) => !nothingSent[locale].test(text))).toEqual([]);
  });
});

describe('a number with its noun', () => {
  it.each([
    [0, 'сообщений'],
    [1, 'сообщение'],
    [2, 'сообщения'],
    [4, 'сообщения'],
    [5, 'сообщений'],
    [11, 'сообщений'],
    [12, 'сообщений'],
    [21, 'сообщение'],
    [22, 'сообщения'],
    [111, 'сообщений'],
  ])('is declined in Russian: %d %s', (count, noun) => {
    const forms = { one: 'сообщение', few: 'сообщения', many: 'сообщений' };
    expect(countRussian(count, forms)).toBe(`${count} ${noun}`);
  });

  it('has two forms in English', () => {
    const count = (number: number) => countEnglish(number, { one: 'message', other: 'messages' });
    expect([0, 1, 2, 21].map(count)).toEqual(['0 messages', '1 message', '2 messages', '21 messages']);
  });
});

describe('the language of a reader', () => {
  it.each([
    ['ru-RU', 'ru'],
    ['ru', 'ru'],
    ['RU-ru', 'ru'],
    ['en-US', 'en'],
    ['eo-XX', 'en'],
    ['rub-XX', 'en'],
    ['', 'en'],
    [undefined, 'en'],
  ] as const)('is, for %s, %s', (slackLocale, locale) => {
    expect(localeOf(slackLocale)).toBe(locale);
  });

  it('is one of ours for whatever Slack says', () => {
    fc.assert(fc.property(fc.string(), (text) => locales.includes(localeOf(text))));
  });
});

function plainTexts(node: unknown, path = ''): Map<string, string> {
  if (typeof node === 'string') {
    return new Map([[path, node]]);
  }
  if (typeof node !== 'object' || node === null) {
    return new Map();
  }
  return new Map(
    Object.entries(node).flatMap(([name, child]) => [...plainTexts(child, path === '' ? name : `${path}.${name}`)]),
  );
}
