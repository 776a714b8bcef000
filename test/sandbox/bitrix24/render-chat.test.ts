import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderChat, renderMessage } from '../../../src/sandbox/bitrix24/chat/render-chat.ts';

describe('a chat message as its reader sees it', () => {
  it.each([
    ['plain text\nin two lines', 'plain text\nin two lines'],
    ['[b]bold[/b] [I]italic[/I] [u]under[/u] [s]gone[/s]', '*bold* _italic_ __under__ ~gone~'],
    ['[b]bold [i]and italic[/i][/b]', '*bold _and italic_*'],
    ['[b]a[b]b[/b]c[/b]', '*a*b*c*'],
    ['[size=20]big[/size] [color=#FF0000]red[/color]', 'big red'],
    ['[url=https://a.example/x]here[/url]', 'here <https://a.example/x>'],
    ['[url]https://a.example[/url]', 'https://a.example'],
    ['[user=7]Anna[/user], [USER=9 REPLACE]Boris[/USER]', '@Anna, @Boris'],
    ['[user=all]team[/user]', '@everybody (team)'],
    ['[send=/kick all]Click[/send]', '(button "Click" sends "/kick all")'],
    ['[put]help[/put]', '(button "help" types "help")'],
    ['[timestamp=1772600767 format=SHORT_TIME_FORMAT]', '2026-03-04 08:06'],
    ['one[br]two', 'one\ntwo'],
    ['>>quoted\n>> [b]too[/b]\nanswer', '│ quoted\n│ *too*\nanswer'],
    [
      '------------------------------------------------------\nAnna [today]\nHi\n------------------------------------------------------\nyes',
      '│ Anna [today]\n│ Hi\nyes',
    ],
    ['see [code]x = [b]1[/b][/code] there', 'see `x = [b]1[/b]` there'],
    ['[code]\n>>one\ntwo\n[/code]', '\n    >>one\n    two\n'],
    ['[img size=small]https://a.example/i.png [/img]', '(image https://a.example/i.png)'],
    ['• one\n• two', '• one\n• two'],
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
  ])('leaves %j as it was typed', (text) => {
    expect(renderMessage(text)).toBe(text);
  });

  it('shows a code that was broken by an invisible character as it was typed', () => {
    expect(renderMessage('[\u200bb]not bold[\u200b/b] [\u2060user=all]x[/user]')).toBe(
      '[b]not bold[/b] [user=all]x[/user]',
    );
  });

  it('never fails, and never hides letters of a text without brackets', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom('[', ']', '/', 'b', 'url', 'user', 'code', '=', 'all', '>>', '-', '\n', ' ', 'é'),
        }),
        (text) => typeof renderMessage(text) === 'string',
      ),
    );
    fc.assert(
      fc.property(fc.stringMatching(/^[a-zа-я .,!?]*$/), (text) => {
        expect(renderMessage(text)).toBe(text);
      }),
    );
  });
});

describe('a chat as its reader sees it', () => {
  it('has the author, the time on the portal and the message, indented', () => {
    const at = Date.parse('2026-03-04T05:06:07Z');
    const messages = [
      { author: { id: 7, name: 'Anna Petrova' }, text: 'one\n\n[b]two[/b]', at },
      { author: { id: 9, name: 'Boris Weber' }, text: 'three', at: at + 60_000 },
    ];
    expect(renderChat(messages)).toBe('Anna Petrova, 08:06\n  one\n\n  *two*\n\nBoris Weber, 08:07\n  three');
    expect(renderChat([])).toBe('');
  });
});
