import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elementsOf } from '../../../src/sandbox/bitrix24/chat/pieces.ts';
import { readMessage } from '../../../src/sandbox/bitrix24/chat/read-message.ts';
import { type ChatView, renderChat, renderMessage } from '../../../src/sandbox/bitrix24/chat/render-chat.ts';

const bars = '-'.repeat(54);

describe('a chat message in the web client', () => {
  it.each([
    ['plain text\nin two lines', 'plain text\nin two lines'],
    ['[b]bold[/b] [I]italic[/I] [u]under[/u] [s]gone[/s]', '*bold* _italic_ __under__ ~gone~'],
    ['[b]bold [i]and italic[/i][/b]', '*bold _and italic_*'],
    ['[size=20]big[/size] [color=#FF0000]red[/color]', 'big red'],
    ['[url=https://a.example/x]here[/url]', 'here <https://a.example/x>'],
    ['[url]https://a.example[/url]', 'https://a.example'],
    ['[url=HTTPS://a.example/x]here[/url]', 'here'],
    ['[user=7]Anna[/user], [USER=9 REPLACE]Boris[/USER]', '@Anna, @Boris\n(user 7 is notified)\n(user 9 is notified)'],
    ['[user=all]team[/user]', '@everybody (team)\n(everybody is notified)'],
    ['[send=/kick all]Click[/send]', '(button "Click" sends "/kick all")'],
    ['[put]help[/put]', '(button "help" types "help")'],
    ['[timestamp=1772600767 format=SHORT_TIME_FORMAT]', '2026-03-04 08:06'],
    ['[timestamp=1772600767 format=ANY_FORMAT]', '[timestamp=1772600767 format=ANY_FORMAT]'],
    ['one[br]two#BR#three<br />four', 'one\ntwo\nthree\nfour'],
    ['>>quoted\n>> [b]too[/b]\nanswer', '│ quoted\n│ *too*\nanswer'],
    ['>>a\n>>>>b', '│ a\n│ >>b'],
    [' a\n >>no quote', 'a\n>>no quote'],
    ['>>1\n>>2\n>>3\n>>4\n>>5', '│ 1\n│ 2\n│ 3\n│ 4\n│ 5\n│ (folded)'],
    [`${bars}\nAnna [today]\nHi\n${bars}\nyes`, '│ Anna [today]\n│ Hi\nyes'],
    ['see [code]x = [b]1[/b][/code] there', 'see\n    x = [b]1[/b]\nthere'],
    ['>>a\n[code]x[/code]\n>>b', '│ a\n    x\n│ b'],
    ['[code]\n>>one\ntwo\n[/code]', '    >>one\n    two'],
    ['[code]a:\n  b:\n    c:\n\u00a0\u00a0d[/code]', '    a:\n    b:\n        c:\n      d'],
    ['[code]#BR#&#91;:f09f9880:[/code]', '    &#91;😀'],
    [
      '[code][user=7]x[/user]\n/start now[/code]',
      '    [user=7]x[/user]\n    /start now\n(user 7 is notified)\n(bot command /start)',
    ],
    ['[img size=small]https://a.example/i.png [/img]', '(image https://a.example/i.png)'],
    ['&#91;USER=all&#93;x&#91;/USER&#93;', '@everybody (x)\n(everybody is notified)'],
    ['A &amp; B &amp;lt; :f09f9880: (C) (TM) (R) <nomodify>x</nomodify>', 'A & B &lt; 😀 (c) (tm) (r) x'],
    ['[b]www.example.com[/b] x', '*www.example.com <http://www.example.com%5B/b%5D>* x'],
    ['see https://example.com/x?y.', 'see https://example.com/x?y.'],
    ['[url=https://a.example/?u=javascript:1]x[/url]', 'x <https://a.example/?u=java script&#58; 1>'],
    ['fine :) and 8) but x:) not', 'fine (smiley :)) and (smiley 8)) but x:) not'],
    ['/me waves', '(/me waves)\n(bot command /me)'],
    ['hello\n/help me\n /no', 'hello\n/help me\n/no\n(bot command /help)'],
    ['a    b  c', 'a    b c'],
  ])('%j', (text, shown) => {
    expect(renderMessage(text)).toBe(shown);
  });

  it.each([
    '[b]never closed',
    'closed only[/b]',
    '[list][*]no code of the chat[/list]',
    'a[0] = b[i]',
    '[ b]spaced[/ b]',
    '-----\nshort rule\n-----',
    'a >> b',
    '> one bar',
    '`code` *bold* _it_ ~~s~~ [a](https://b.example)'.replace('https://b.example', 'b'),
  ])('leaves %j as it was typed', (text) => {
    expect(renderMessage(text)).toBe(text);
  });

  it('shows a code that was broken by an invisible character as it was typed', () => {
    expect(renderMessage('[\u200bb]not bold[\u200b/b] [\u2060user=all]x[/user]')).toBe(
      '[b]not bold[/b] [user=all]x[/user]',
    );
  });

  it('never fails, and never hides letters of a text without signs', () => {
    const units = ['[', ']', '/', 'b', 'url', 'user', 'code', '=', 'all', '>>', '-', '\n', ' ', 'é', '`', '*', '####'];
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...units) }), (text) => {
        for (const view of ['web', 'mobile', 'push'] as const) {
          expect(typeof renderMessage(text, view, 'im 26.900 with Markdown')).toBe('string');
        }
      }),
    );
    fc.assert(
      fc.property(fc.stringMatching(/^[a-zа-я]( ?[a-zа-я.,!?]){0,20}$/), (text) => {
        expect(renderMessage(text)).toBe(text);
        expect(readMessage(text)).toMatchObject({ push: text, list: text, notified: [], commands: [] });
      }),
    );
  });
});

describe('a chat message elsewhere', () => {
  const elsewhere: readonly (readonly [view: ChatView, text: string, shown: string])[] = [
    ['mobile', '>>a\n>>>>b', '│ a\n│ >>b'],
    ['mobile', '>>a [code]x[/code] b', '│ a\n    x\nb'],
    ['mobile', '[code]  x [send=/go]y[/send][/code]', '      x (button "y" sends "/go")'],
    ['mobile', '[code][timestamp=1772600767 format=SHORT_TIME_FORMAT][br]z[/code]', '    2026-03-04 08:06\n    z'],
    ['push', '>>only a quote', '💬\n(in the list) [Quote]'],
    ['push', 'look\n>>a quote', 'look >>a quote\n(in the list) look [Quote]'],
    ['push', 'run [code]npm ci[/code] [s]now[/s] [b]first[/b]', 'run  📄  - first\n(in the list) run [Code]    first'],
    [
      'push',
      '[USER=7]Anna[/USER] [timestamp=1772600767 format=SHORT_TIME_FORMAT]',
      'Anna 2026-03-04 08:06\n(in the list) Anna 2026-03-04 08:06\n(user 7 is notified)',
    ],
  ];
  it.each(elsewhere)('%s: %j', (view, text, shown) => {
    expect(renderMessage(text, view)).toBe(shown);
  });

  it.each([
    ['>>a\n>>>>b', '│ a\n│ │ b'],
    ['>a', '│ a'],
    ['`a` **b** _c_ ~~d~~', '`a` *b* _c_ ~d~'],
    ['[x](https://a.example) <https://b.example>', 'x <https://a.example> https://b.example'],
    ['# head\ntext', '## head\ntext'],
    ['a | b\n--- | ---\nc | d', 'a | b\nc | d'],
    ['a\n\n    code', 'a\n\n    code'],
    ['- a\n\n---\nb', '• a\n────────────\nb'],
    [String.raw`C:\_x \*y\*`, 'C:_x *y*'],
    ['&copy; &#91;b&#93;x', '© [b]x'],
    ['[code]**a**[/code]', '    **a**'],
    ['snake_case_name 2 * 3 * 4', 'snake_case_name 2 * 3 * 4'],
  ])('in a web client that reads Markdown: %j', (text, shown) => {
    expect(renderMessage(text, 'web', 'im 26.900 with Markdown')).toBe(shown);
  });
});

describe('the elements of a message', () => {
  it('are named with their values, outer ones first, also where codes are crossed', () => {
    const { web } = readMessage('[b]a [url=https://a.example]b[/b] c[/url] [user=7]d[/user]');
    expect(elementsOf(web).map(({ kind, value }) => `${kind} ${value}`.trim())).toEqual([
      'bold',
      'link https://a.example',
      'mention 7',
    ]);
  });
});

describe('a chat as its reader sees it', () => {
  it('has the author, the time on the portal and the message, indented', () => {
    const at = Date.parse('2026-03-04T05:06:07Z');
    const messages = [
      { id: 1, author: { id: 7, name: 'Anna Petrova' }, text: 'one\n\n[b]two[/b]', at },
      { id: 2, author: { id: 9, name: 'Boris Weber' }, text: 'three', at: at + 60_000 },
    ];
    expect(renderChat(messages)).toBe('Anna Petrova, 08:06\n  one\n\n  *two*\n\nBoris Weber, 08:07\n  three');
    expect(renderChat([])).toBe('');
  });
});

describe('a chat', () => {
  it('shows files with their names and sizes, and that a message was deleted', () => {
    const author = { id: 7, name: 'Anna Petrova' };
    const file = { id: 1, name: 'plan.png', size: 2048, sha256: '' };
    const at = 1_772_600_767_000;
    const chat = [
      { id: 1, author, at, text: '', file },
      { id: 2, author, at, text: 'look', file },
      { id: 3, author, at, text: '', deleted: true as const },
    ];
    const shown = renderChat(chat).split('\n\n');
    expect(shown.map((message) => message.split('\n').slice(1))).toEqual([
      ['  [file] plan.png, 2048 bytes'],
      ['  [file] plan.png, 2048 bytes', '  look'],
      ['  (deleted)'],
    ]);
  });
});
