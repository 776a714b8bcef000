import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { locales } from '../../src/domain/locale.ts';
import { textsIn } from '../../src/locales/locale.ts';
import { parseCommand } from '../../src/slack/receiving/parse-command.ts';

const commands = Object.keys(textsIn('en').commands.words).filter((word) => parseCommand(word).kind === word);
const missingIn = (text: string, before: string) =>
  commands.filter((command) => !new RegExp(`${before}${command}\\b`).test(text));

describe('every command', () => {
  it('is found in the code', () => {
    expect(commands.length).toBeGreaterThan(6);
  });

  it.each(locales)('is explained by the help in %s', (locale) => {
    expect(missingIn(textsIn(locale).commands.help, '`/b24task ')).toEqual([]);
  });

  it('is in the hint that Slack shows while somebody types', () => {
    const [, hint = ''] = /usage_hint: (.*)/.exec(readFileSync('manifest.yml', 'utf8')) ?? [];
    expect(missingIn(hint, String.raw`\| `)).toEqual([]);
  });

  it('has its row in the README', () => {
    expect(missingIn(readFileSync('README.md', 'utf8'), String.raw`\n\| .*\x60/b24task `)).toEqual([]);
  });
});

describe('every language', () => {
  const pages = { README: readFileSync('README.md', 'utf8'), settings: readFileSync('docs/settings.md', 'utf8') };

  it.each(locales)('is offered in %s, by the help and by who asks', (locale) => {
    const { help, language } = textsIn(locale).commands;
    expect(locales.filter((other) => !help.includes(`language ${other}\``))).toEqual([]);
    expect(locales.filter((other) => !language.show.includes(`\`/b24task language ${other}\``))).toEqual([]);
  });

  it('is known by its code first', () => {
    expect(locales.map((locale) => textsIn(locale).commands.languageNames[0])).toEqual([...locales]);
  });

  it('is named where commands and settings are', () => {
    const [, hint = ''] = /language \[(.*?)\]/.exec(readFileSync('manifest.yml', 'utf8')) ?? [];
    expect(hint.split(' | ').toSorted()).toEqual(locales.toSorted());
    const setting = pages.settings.split('\n').find((line) => line.startsWith('| `LANGUAGE`')) ?? '';
    expect(locales.filter((locale) => !setting.includes(`\`${locale}\``))).toEqual([]);
    expect(locales.filter((locale) => !pages.README.includes(`language ${locale}\``))).toEqual([]);
  });
});
