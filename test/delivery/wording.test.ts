import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unnamed } from '../../src/delivery/preview-text.ts';
import { excerptOf, wordingOf } from '../../src/delivery/wording.ts';
import type { Inline } from '../../src/domain/document.ts';
import { paragraph } from '../../src/translation/nodes.ts';
import { readMrkdwn } from '../../src/translation/read-mrkdwn.ts';

const family = '👩‍👩‍👧‍👦';
const characters = (text: string) => [...new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)].length;

describe('the first words of a message', () => {
  it.each([
    ['hello', 'hello'],
    ['  two\n\n lines\tof it ', 'two lines of it'],
    ['> quoted\n> twice', 'quoted twice'],
    ['x'.repeat(60), 'x'.repeat(60)],
    ['x'.repeat(61), `${'x'.repeat(60)}…`],
    [family.repeat(70), `${family.repeat(28)}…`],
    ['é'.repeat(61), `${'é'.repeat(60)}…`],
    ['a\u202egnp.exe', 'agnp.exe'],
    ['', ''],
  ])('of %j are %j', (text, excerpt) => {
    expect(excerptOf(text)).toBe(excerpt);
  });

  it('are short, on one line, whole characters, and the beginning, whatever was typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const excerpt = excerptOf(text);
        expect(characters(excerpt)).toBeLessThanOrEqual(61);
        expect([...excerpt].length).toBeLessThanOrEqual(200);
        expect(excerpt).toBe(excerpt.toWellFormed());
        expect(excerpt).not.toMatch(/[\n\r\u2028\u2029\p{Cc}]/u);
      }),
    );
  });

  it('of a long text are found without reading all of it', () => {
    expect(excerptOf('word '.repeat(1_000_000))).toMatch(/^(?:word ){11}word…$/);
  });
});

describe('the wording of a message', () => {
  it('keeps what was typed, and shows it without marks', () => {
    const typed = 'the *draft* for <@U1|anna> &amp; co';
    expect(wordingOf({ document: readMrkdwn(typed), typed })).toEqual({
      excerpt: 'the draft for @anna & co',
      mrkdwn: typed,
    });
  });

  it('is made from what is read where more than typed text belongs to it', () => {
    const document = readMrkdwn('look\n&gt; a &lt;b&gt;');
    const gist = readMrkdwn('look');
    const { excerpt, mrkdwn } = wordingOf({ document, gist });
    expect(excerpt).toBe('look');
    expect(readMrkdwn(mrkdwn)).toEqual(document);
  });

  it('keeps the format and the mentions of what was not typed as mrkdwn, and notifies nobody who was only named', () => {
    const quiet: Inline = { kind: 'user', id: 'U2', as: 'quiet' };
    const document = { blocks: [...readMrkdwn('*ask* <@U1>').blocks, paragraph([quiet])] };
    const names = { ...unnamed, users: new Map([['U2', { kind: 'named', name: 'Bob' } as const]]) };
    expect(wordingOf({ document }, names).rich).toEqual({
      type: 'rich_text',
      elements: [
        {
          type: 'rich_text_section',
          elements: [
            { type: 'text', text: 'ask', style: { bold: true } },
            { type: 'text', text: ' ' },
            { type: 'user', user_id: 'U1' },
            { type: 'text', text: '\n' },
            { type: 'text', text: '@Bob' },
          ],
        },
      ],
    });
  });
});
