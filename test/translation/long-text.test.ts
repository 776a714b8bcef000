import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Document, Inline } from '../../src/domain/document.ts';
import { readMrkdwn } from '../../src/translation/read-mrkdwn.ts';
import { writeBitrix } from '../../src/translation/write-bitrix.ts';
import { document, hostileText, noNames } from './arbitraries.ts';
import { seeBbCode } from './bb-code.ts';

const limit = 20_000;

describe('a text of up to 20,000 characters', () => {
  it('is sent unchanged', () => {
    expect(partsOf(readMrkdwn('x'.repeat(limit)))).toEqual(['x'.repeat(limit)]);
  });

  it('counts characters, and not what UTF-16 makes of them', () => {
    expect(partsOf(readMrkdwn('😀'.repeat(limit)))).toEqual(['😀'.repeat(limit)]);
    expect(partsOf(readMrkdwn('😀'.repeat(limit + 1)))).toHaveLength(2);
  });

  it('counts what is sent, codes and invisible characters included', () => {
    expect(partsOf(readMrkdwn(`*${'x'.repeat(limit - 7)}*`))).toHaveLength(1);
    expect(partsOf(readMrkdwn(`*${'x'.repeat(limit - 6)}*`))).toHaveLength(2);
    expect(partsOf(readMrkdwn('[b]'.repeat(limit / 4)))).toHaveLength(1);
    expect(partsOf(readMrkdwn('[b]'.repeat(limit / 4 + 1)))).toHaveLength(2);
  });
});

describe('a longer text', () => {
  it('is parted between paragraphs, and its parts are numbered', () => {
    const paragraph = (name: string) => `${name}${' word'.repeat(1_500)}`;
    const parts = partsOf(readMrkdwn(['a', 'b', 'c', 'd', 'e'].map(paragraph).join('\n\n')));
    expect(parts).toEqual([
      `(1/3)\n${paragraph('a')}\n\n${paragraph('b')}`,
      `(2/3)\n${paragraph('c')}\n\n${paragraph('d')}`,
      `(3/3)\n${paragraph('e')}`,
    ]);
  });

  it('is parted between lines where a paragraph is too long, and between words where a line is', () => {
    const lines = Array.from({ length: 500 }, (_, at) => `line ${at} ${'x'.repeat(60)}`);
    for (const part of partsOf(readMrkdwn(lines.join('\n')))) {
      expect(
        part
          .split('\n')
          .slice(1)
          .every((line) => lines.includes(line)),
      ).toBe(true);
    }
    for (const part of partsOf(readMrkdwn('word '.repeat(8_000)))) {
      expect(part).toMatch(/^\(\d\/3\)\n(word )+$/);
    }
  });

  it('has its styles closed and opened again', () => {
    const [first = '', second = ''] = partsOf(readMrkdwn(`*_${'word '.repeat(5_000)}end_*`));
    expect(first).toMatch(/^\(1\/2\)\n\[b\]\[i\](word )+\[\/i\]\[\/b\]$/);
    expect(second).toMatch(/^\(2\/2\)\n\[b\]\[i\](word )+end\[\/i\]\[\/b\]$/);
  });

  it('has its code blocks closed and opened again', () => {
    const parts = partsOf(readMrkdwn(`\`\`\`${'let x = 1;\n'.repeat(3_000)}\`\`\``));
    for (const part of parts) {
      expect(part).toMatch(/^\(\d\/2\)\n\[code\](let x = 1;\n?)+\[\/code\]$/);
    }
  });

  it('has its quotes and lists go on', () => {
    const [, second = ''] = partsOf(readMrkdwn(`&gt; ${'word '.repeat(5_000)}`));
    expect(second).toMatch(/^\(2\/2\)\n>>(word )+$/);
    const item: Inline = { kind: 'text', text: 'word '.repeat(5_000) };
    const [, rest = ''] = partsOf({ blocks: [{ kind: 'list', ordered: true, indent: 1, start: 3, items: [[item]] }] });
    expect(rest).toMatch(/^\(2\/2\)\n {7}(word )+$/);
  });

  it('takes no link, mention or date apart', () => {
    const filler: Inline = { kind: 'text', text: 'x'.repeat(limit - 30) };
    const link: Inline = { kind: 'link', address: 'https://example.com/', label: 'a label of many words' };
    const date: Inline = { kind: 'moment', epochSeconds: 1, pattern: [{ kind: 'field', field: 'time' }], fallback: '' };
    const user: Inline = { kind: 'user', id: 'U1', label: 'somebody with a very long name' };
    for (const whole of [link, date, user]) {
      const [first = '', second = ''] = partsOf({ blocks: [{ kind: 'paragraph', content: [filler, whole] }] });
      expect(first).toBe(`(1/2)\n${filler.text}`);
      expect(second.length).toBeGreaterThan(20);
    }
  });

  it('takes no visible character apart', () => {
    for (const char of ['👩‍👩‍👧‍👦', '🇩🇪', 'e\u0301', '👍🏽', '\u{1f600}', 'क्षि']) {
      const parts = partsOf(readMrkdwn(`x${char.repeat(30_000 / Array.from(char).length)}`));
      expect(parts.length).toBeGreaterThan(1);
      for (const part of parts) {
        expect(part.replace(/^\(\d\/\d\)\nx?/, '').replaceAll(char, '')).toBe('');
      }
    }
  });

  it('takes no visible character apart that is in two styles', () => {
    const bold: Inline = { kind: 'text', text: `${'x'.repeat(limit - 6 - 8)}e`, style: { bold: true } };
    const rest: Inline = { kind: 'text', text: '\u0301 and more' };
    const [first = '', second = ''] = partsOf({ blocks: [{ kind: 'paragraph', content: [bold, rest] }] });
    expect(first).toMatch(/x\[\/b\]$/);
    expect(second).toBe('(2/2)\n[b]e[/b]\u0301 and more');
  });

  it.each([1, 2])('takes no ticked box apart, %i characters into it', (into) => {
    const before = 'a'.repeat(limit - '(1/2)\n[b][/b]'.length - into);
    const text: Inline = { kind: 'text', text: `${before}[x] and more`, style: { bold: true } };
    const [first = '', second = ''] = partsOf({ blocks: [{ kind: 'paragraph', content: [text] }] });
    expect(first).toMatch(/a\[\/b\]$/);
    expect(second).toBe('(2/2)\n[b][x] and more[/b]');
  });

  it('is cut even where one character goes on for ever', () => {
    const parts = partsOf(readMrkdwn(`x${'\u0301'.repeat(30_000)}`));
    expect(parts).toHaveLength(2);
    const pairs = partsOf(readMrkdwn(`x${'\u{1d165}'.repeat(15_000)}`));
    expect(pairs.every((part) => part.isWellFormed())).toBe(true);
  });

  it('starts no quote, rule or code by being cut before one', () => {
    const before = 'x'.repeat(limit - 6);
    for (const typed of ['>>no quote', '------------', '[b]']) {
      const { codes, quotes, others } = seeBbCode(partsOf(readMrkdwn(`${before}${typed}${'y'.repeat(50)}`))[1] ?? '');
      expect({ codes, others, quotes }).toEqual({ codes: [], others: [], quotes: [0, 0] });
    }
  });

  it.each(['>>no quote', '------------', '/command x', '[b]'])('cuts off what guards a star before %s', (typed) => {
    const before = 'x'.repeat(limit - '(1/2)\n*'.length);
    const [first = '', second = ''] = partsOf({
      blocks: [{ kind: 'paragraph', content: [{ kind: 'text', text: `${before}*${typed} and more*` }] }],
    });
    const { codes, quotes, others } = seeBbCode(second);
    expect(first.at(-1)).toBe('*');
    expect({ codes, others, quotes }).toEqual({ codes: [], others: [], quotes: [0, 0] });
  });

  it.each([
    ['>and more', '>>\u2060>and more'],
    ['>>and more', '>>\u2060>>and more'],
    ['> >and more', '>>\u2060> >and more'],
  ])('deepens no quote by being cut within it before %s', (typed, written) => {
    const before = 'x'.repeat(limit - '(1/2)\n>>'.length);
    expect(partsOf(readMrkdwn(`&gt; ${before}${typed}`))).toEqual([`(1/2)\n>>${before}`, `(2/2)\n${written}`]);
  });

  it('is refused when it takes more than five parts', () => {
    expect(writeBitrix(readMrkdwn('word '.repeat(19_990)), noNames)).toMatchObject({ kind: 'written' });
    expect(writeBitrix(readMrkdwn('word '.repeat(20_100)), noNames)).toEqual({
      kind: 'too-long',
      parts: 6,
      most: 5,
      over: expect.any(Number),
    });
    expect(writeBitrix(readMrkdwn('x'.repeat(500_000)), noNames)).toMatchObject({ parts: 26, over: 400_030 });
  });

  it('fills its parts better before it is refused', () => {
    const paragraph = 'x'.repeat(11_000);
    expect(partsOf(readMrkdwn(Array.from({ length: 4 }, () => paragraph).join('\n\n')))).toHaveLength(4);
    expect(partsOf(readMrkdwn(Array.from({ length: 8 }, () => paragraph).join('\n\n')))).toHaveLength(5);
  });
});

it('an item without words keeps its bullet, also at the edge of a quote', () => {
  const item = { kind: 'list', ordered: false, indent: 0, start: 1, items: [[]] } as const;
  const words = { kind: 'paragraph', content: [{ kind: 'text', text: 'after' }] } as const;
  expect(partsOf({ blocks: [{ kind: 'quote', blocks: [item, words] }] })).toEqual(['>>• \n>>after']);
  expect(partsOf({ blocks: [words, { kind: 'quote', blocks: [item, words] }] })).toEqual(['after\n>>• \n>>after']);
});

describe('the parts of any text', () => {
  it('are short enough, whole by themselves, and say together what the text says', () => {
    fc.assert(
      fc.property(longDocument, (tree) => {
        const written = writeBitrix(tree, noNames);
        fc.pre(written.kind === 'written');
        const parts = written.kind === 'written' ? written.parts : [];
        for (const part of parts) {
          const { codes, others } = seeBbCode(part);
          expect(Array.from(part).length).toBeLessThanOrEqual(limit);
          expect(part.isWellFormed()).toBe(true);
          expect(others).toEqual([]);
          expect(unbalanced(codes)).toBe(0);
        }
        const pieces = tree.blocks.map((block) => partsOf({ blocks: [block] }, 'any'));
        fc.pre(pieces.every(({ length }) => length <= 1));
        const whole = pieces.flat().map(wording).join('');
        const words = parts.map((part) => wording(part.replace(/^\(\d\/\d\)\n/, '')));
        expect(joined(words, whole)).toBe(whole);
      }),
      // To look for a smaller one among documents this long would take an hour, in which nothing would be said.
      { numRuns: 150, endOnFailure: true },
    );
  });
});

/** Documents that are long because the same blocks, or one long line, come again and again. */
const longDocument = fc
  .tuple(document, hostileText, fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 4_000 }))
  .map(
    ([tree, typed, times, repeats]): Document => ({
      blocks: Array.from({ length: times }, () => [
        ...tree.blocks,
        {
          kind: 'paragraph' as const,
          content: [{ kind: 'text' as const, text: typed.repeat(Math.ceil(repeats / times)), style: { bold: true } }],
        },
      ]).flat(),
    }),
  );

function partsOf(tree: Document, any?: 'any'): readonly string[] {
  const written = writeBitrix(tree, noNames);
  if (written.kind === 'too-long' && any === undefined) {
    throw new Error('too long');
  }
  return written.kind === 'written' ? written.parts : [];
}

/**
 * The visible letters, for texts that differ in where lines and codes begin, and in whether an empty line of an inner
 * quote has its bar: there is none where the line is the first one of all.
 */
function wording(text: string): string {
  return seeBbCode(text)
    .visible.replace(/^[│\s]+$/gm, '')
    .replace(/\s+/g, '');
}

/** The parts as a reader puts them together who knows what stands twice where a text was cut. */
function joined(parts: readonly string[], whole: string): string {
  return parts.reduce(
    (said, part) => seams(said, part).find((one) => whole.startsWith(one.replace(/`+$/, ''))) ?? said + part,
    '',
  );
}

/** With the bar of an inner quote again or not, and with the backticks of code that ends and begins again or not. */
function seams(said: string, part: string): readonly string[] {
  const unbarred = part.replace(/^│+/, '');
  const ticked = said.endsWith('`') && unbarred.startsWith('`');
  return [said + part, said + unbarred, ...(ticked ? [said.replace(/`+$/, '') + unbarred.replace(/^`+/, '')] : [])];
}

function unbalanced(codes: readonly string[]): number {
  let depth = 0;
  for (const code of codes.filter((seen) => !seen.startsWith('timestamp='))) {
    depth += code.startsWith('/') ? -1 : 1;
  }
  return depth;
}
