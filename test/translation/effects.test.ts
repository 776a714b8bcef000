import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Document, Inline, Names } from '../../src/domain/document.ts';
import { readMessage } from '../../src/sandbox/bitrix24/chat/read-message.ts';
import { attribute } from '../../src/translation/attribute.ts';
import { writeBitrix } from '../../src/translation/write-bitrix.ts';
import { hostileText, plainDocument } from './arbitraries.ts';
import { copiedCode, effectsOf, readOn } from './reader.ts';

const runs = { numRuns: 1_500 };
const nothing = { notified: [], commands: [], alive: [], quotes: 0 };

describe('typed text', () => {
  it('does nothing to anybody, wherever it is cut into pieces and lines', () => {
    fc.assert(
      fc.property(plainDocument, (typed) => {
        expect(withoutLinks(effectsOf(write(typed)))).toEqual(nothing);
      }),
      runs,
    );
  });

  it('does nothing as a name, a label, a title or an address, in any place and style', () => {
    const place = fc.constantFrom<(typed: string) => Inline>(
      (label) => ({ kind: 'link', address: 'https://example.com/', label }),
      (label) => ({ kind: 'user', id: 'U1', label }),
      (label) => ({ kind: 'channel', id: 'C9', label }),
      (label) => ({ kind: 'group', id: 'S9', label }),
      (typed) => ({ kind: 'emoji', name: typed }),
      (typed) => ({ kind: 'broadcast', range: typed }),
      (typed) => ({ kind: 'link', address: `https://example.com/${typed}`, label: 'x' }),
      (typed) => ({ kind: 'link', address: `https://example.com/${typed}` }),
      (text) => ({ kind: 'text', text, style: { code: true } }),
      (text) => ({ kind: 'text', text, style: { bold: true, strike: true } }),
      (text) => ({ kind: 'text', text }),
    );
    const content = fc.array(
      fc.tuple(place, hostileText).map(([make, typed]) => make(typed)),
      { minLength: 1, maxLength: 4 },
    );
    const block = fc.constantFrom<(inlines: readonly Inline[]) => Document['blocks'][number]>(
      (inlines) => ({ kind: 'paragraph', content: inlines }),
      (inlines) => ({ kind: 'heading', content: inlines }),
      (inlines) => ({ kind: 'list', ordered: false, indent: 1, start: 1, items: [inlines] }),
      (inlines) => ({
        kind: 'table',
        rows: [
          [inlines, [{ kind: 'text', text: 'x' }]],
          [inlines, inlines],
        ],
      }),
      (inlines) => ({ kind: 'quote', blocks: [{ kind: 'paragraph', content: inlines }] }),
    );
    const blocks = fc.array(
      fc.tuple(block, content).map(([make, inlines]) => make(inlines)),
      { minLength: 1, maxLength: 3 },
    );
    fc.assert(
      fc.property(blocks, (made) => {
        const { notified, commands, alive } = withoutLinks(effectsOf(write({ blocks: made })));
        const formats = new Set(['bold', 'strike', 'mention 7']);
        expect({ notified, commands, alive: alive.filter((one) => !formats.has(one)) }).toEqual({
          notified: [],
          commands: [],
          alive: [],
        });
      }),
      runs,
    );
  });

  it('does nothing inside of a block of code', () => {
    fc.assert(
      fc.property(hostileText, (typed) => {
        const text = write({ blocks: [{ kind: 'preformatted', content: [{ kind: 'text', text: typed }] }] });
        const { alive, ...others } = effectsOf(text);
        // A phone draws smileys in code too; breaking them would break the code for everybody else.
        expect({ ...others, alive: alive.filter((one) => !one.startsWith('smiley')) }).toEqual(nothing);
      }),
      runs,
    );
  });

  it('notifies nobody when it is passed on, and leads nowhere but where its links lead', () => {
    const people: Names = {
      users: new Map([['U1', { kind: 'linked', bitrixUserId: '7', name: 'Ann' }]]),
      channels: new Map(),
      groups: new Map(),
    };
    const mentions: Inline = { kind: 'user', id: 'U1' };
    fc.assert(
      fc.property(plainDocument, (typed) => {
        const said: Document = { blocks: [...typed.blocks, { kind: 'paragraph', content: [mentions] }] };
        const passedOn = attribute(said, { author: { kind: 'user', id: 'U1' }, when: 1 });
        const { notified, commands, alive } = withoutLinks(effectsOf(write(passedOn, people)));
        expect({ notified, commands }).toEqual({ notified: [], commands: [] });
        expect(alive.filter((one) => one !== 'bold' && !one.startsWith('date '))).toEqual([]);
      }),
      runs,
    );
  });

  it('is read as it was typed, on the web and on phones', () => {
    fc.assert(
      fc.property(plainDocument, (typed) => {
        const whole = typed.blocks.map((block) => (block.kind === 'paragraph' ? block.content : []));
        const words = whole.flat().map((node) => (node.kind === 'text' ? node.text : ''));
        for (const client of ['web', 'mobile'] as const) {
          expect(letters(readOn(client, write(typed)))).toBe(
            letters(words.map((word) => word.toWellFormed()).join('')),
          );
        }
      }),
      runs,
    );
  });

  it('is read as it was typed in push notices and in the list of chats', () => {
    fc.assert(
      fc.property(plainDocument, (typed) => {
        const whole = typed.blocks.map((block) => (block.kind === 'paragraph' ? block.content : []));
        const words = whole.flat().map((node) => (node.kind === 'text' ? node.text.toWellFormed() : ''));
        const { push, list } = readMessage(write(typed));
        expect(letters(push)).toBe(letters(words.join('')));
        expect(letters(list)).toBe(letters(words.join('')));
      }),
      runs,
    );
  });
});

describe('a block of code', () => {
  it('is copied as it was in Slack', () => {
    let blocks = 0;
    fc.assert(
      fc.property(codeBlock, (code) => {
        blocks += 1;
        const text = write({ blocks: [{ kind: 'preformatted', content: [{ kind: 'text', text: code }] }] });
        expect(copiedCode(text)).toEqual([code]);
        expect(copiedCode(text, 'im 26.900 with Markdown')).toEqual([code]);
        expect(text).not.toMatch(/[\u2060\ufeff]/);
      }),
      { numRuns: 1_000 },
    );
    expect(blocks).toBeGreaterThanOrEqual(1_000);
  });
});

/** Lines of programs, of data and of tables, with any indentation. */
const codeLine = fc
  .tuple(
    fc.nat(13),
    fc.constantFrom(
      'x = a[i]',
      'if (a[0] < b && c) { return [x, y]; }',
      'print("a  b", 8)',
      'a:',
      '- name: &anchor value  # note',
      'foo   = "bar"      | wc -l',
      '// comment',
      '# comment',
      'for i in range(0, 8): pass',
      '/usr/bin/env node --x',
      '>>> 1 + 1',
      '> quoted',
      '----------------------------------------------------------------------',
      '| a | b |',
      '|---|---|',
      '**kwargs, *args, __init__',
      'https://example.com/x?y=1&z=2 www.example.com',
      'SELECT *  FROM t WHERE a <> b; (C) (TM)',
      '&lt;tag&gt; &#91; &amp;',
      'tuple[int, str] d[call] d[url] [b]bold[/b] [user]',
      'echo `date` $(pwd) \\n \\[x\\]',
      'const t = `a` + `b`;',
      'привет, 世界 😀',
      'javascript:void(0)',
      '```',
    ),
  )
  .map(([indent, line]) => ' '.repeat(indent) + line);

/** Both clients drop empty lines at the edges and blanks at the end of lines, so these have none. */
const codeBlock = fc
  .array(fc.oneof({ weight: 9, arbitrary: codeLine }, { weight: 1, arbitrary: fc.constant('') }), {
    minLength: 1,
    maxLength: 12,
  })
  .map((lines) => lines.join('\n').replace(/^\n+|\n+$/g, ''))
  .filter((code) => code !== '');

/** Addresses that were typed become links to where they say, as everywhere. */
function withoutLinks({ alive, ...others }: ReturnType<typeof effectsOf>): ReturnType<typeof effectsOf> {
  return { ...others, alive: alive.filter((one) => !/^link (?:https?:\/\/|mailto:|tel:)|^link$/.test(one)) };
}

/** Without blanks and what is invisible: clients join and drop blanks, each in a way of its own. */
function letters(text: string): string {
  return text.replace(/[\s\p{Cc}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb\ufdd0-\ufddf]/gu, '');
}

const noNames: Names = {
  users: new Map([['U1', { kind: 'linked', bitrixUserId: '7', name: '' }]]),
  channels: new Map(),
  groups: new Map(),
};

function write(document: Document, names: Names = { ...noNames, users: new Map() }): string {
  const written = writeBitrix(document, names);
  return written.kind === 'written' ? written.parts.join('\n') : '';
}
