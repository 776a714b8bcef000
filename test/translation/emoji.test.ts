import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { emojiFromHexcode, findEmoji } from '../../src/translation/reading/emoji.ts';

const slackNames: Readonly<Record<string, string | readonly string[]>> = createRequire(import.meta.url)(
  'emojibase-data/en/shortcodes/iamcal.json',
);

describe('the emoji of Slack', () => {
  it('are all emoji to Unicode, in the spelling that shows them in colour', () => {
    const names = Object.values(slackNames).flat();
    expect(names.length).toBeGreaterThan(1_900);
    expect(names.filter((name) => !/^\p{RGI_Emoji}$/v.test(findEmoji(name) ?? ''))).toEqual([]);
  });

  it.each([
    ['wave::skin-tone-3', '👋🏼'],
    ['v::skin-tone-6', '✌🏿'],
    ['woman-running::skin-tone-4', '🏃🏽‍♀️'],
    ['handshake::skin-tone-2', '🤝🏻'],
    ['people_holding_hands::skin-tone-2-5', '🧑🏻‍🤝‍🧑🏾'],
    ['couple::skin-tone-3', '👫🏼'],
    ['man-woman-boy::skin-tone-2', '👨‍👩‍👦'],
    ['heart::skin-tone-2', '❤️'],
    ['wave::skin-tone-9', '👋'],
  ])('%s is %s', (name, emoji) => {
    expect(findEmoji(name)).toBe(emoji);
  });

  it.each(['party_parrot', 'constructor', '__proto__', '', '::', '::skin-tone-2'])('%j is none of them', (name) => {
    expect(findEmoji(name)).toBeUndefined();
  });
});

describe('code points as Slack writes them', () => {
  it.each([
    ['1f44b-1f3fb', '👋🏻'],
    ['2764-fe0f', '❤️'],
    ['2764', '❤️'],
    ['0031-fe0f-20e3', '1️⃣'],
    ['1F468-200D-1F469-200D-1F466', '👨‍👩‍👦'],
  ])('%s are %s', (hexcode, emoji) => {
    expect(emojiFromHexcode(hexcode)).toBe(emoji);
  });

  it.each(['', 'x', '110000', '1f44b-', '-', '1f44b 1f3fb', '1f44b-'.repeat(40)])('%j are none', (hexcode) => {
    expect(emojiFromHexcode(hexcode)).toBeUndefined();
  });
});
