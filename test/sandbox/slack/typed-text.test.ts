import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { typeRichText } from '../../../src/sandbox/slack/interactions/typed-rich-text.ts';
import { toCommandText, toMessageText, toRichText } from '../../../src/sandbox/slack/interactions/typed-text.ts';
import { defaultApp, defaultWorkspaces } from '../../../src/sandbox/slack/options.ts';
import { renderText } from '../../../src/sandbox/slack/rendering/render-text.ts';
import { createDirectory } from '../../../src/sandbox/slack/state/directory.ts';

const directory = createDirectory(defaultWorkspaces, defaultApp);
const team = directory.team().id;
const escaped = (typed: string) => toCommandText(typed, true, directory, team);

describe('the text of a slash command', () => {
  it('keeps names as typed where the command does not escape', () => {
    expect(toCommandText('51 @bob #general a&b <x>', false, directory, team)).toBe(
      '51 @bob #general a&amp;b &lt;x&gt;',
    );
  });

  it('turns names and URLs into Slack references where it does', () => {
    expect(escaped('51 @bob in #general, not #secret')).toBe(
      '51 <@U0BOB00000|bob> in <#C0GENERAL0|general>, not <#C0SECRET00|>',
    );
    expect(escaped('see https://x.example/?a=1&b=2 (@anna)')).toBe(
      'see <https://x.example/?a=1&amp;b=2> (<@U0ANNA0000|anna>)',
    );
    expect(escaped('@here a@bob.example @nobody #none')).toBe('<!here> a@bob.example @nobody #none');
  });

  it('lets nothing that a person types pass for a reference of Slack', () => {
    expect(escaped('<@U0BOB00000> <!channel>')).toBe('&lt;@U0BOB00000&gt; &lt;!channel&gt;');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (typed) => {
        const text = toCommandText(typed, false, directory, team);
        expect(text).not.toMatch(/[<>]/);
        expect(renderText(text)).toBe(typed);
      }),
    );
  });
});

describe('a typed message', () => {
  it('is kept as escaped mrkdwn and as one unescaped rich text block', () => {
    expect(toMessageText('@bob 1 < 2', directory, team)).toBe('<@U0BOB00000> 1 &lt; 2');
    expect(toRichText('@bob 1 < 2', directory, team)).toMatchObject({
      type: 'rich_text',
      elements: [
        {
          type: 'rich_text_section',
          elements: [
            { type: 'user', user_id: 'U0BOB00000' },
            { type: 'text', text: ' 1 < 2' },
          ],
        },
      ],
    });
  });
});

describe('what is typed into a field of rich text', () => {
  const elementsOf = (typed: string) => typeRichText(typed, directory, team)?.['elements'];
  const inline = (typed: string) => {
    const elements = elementsOf(typed);
    const [section] = Array.isArray(elements) ? elements : [];
    return section;
  };

  it.each<[string, object[]]>([
    ['plain', [{ type: 'text', text: 'plain' }]],
    ['*b*', [{ type: 'text', text: 'b', style: { bold: true } }]],
    ['_*both*_', [{ type: 'text', text: 'both', style: { italic: true, bold: true } }]],
    [
      '~gone~ `*a*`',
      [
        { type: 'text', text: 'gone', style: { strike: true } },
        { type: 'text', text: ' ' },
        { type: 'text', text: '*a*', style: { code: true } },
      ],
    ],
    ['snake_case_name 2*3*4', [{ type: 'text', text: 'snake_case_name 2*3*4' }]],
    [
      'at 12:30:45 :tada:',
      [
        { type: 'text', text: 'at 12:30:45 ' },
        { type: 'emoji', name: 'tada' },
      ],
    ],
    [
      '*@bob* #general',
      [
        { type: 'user', user_id: 'U0BOB00000', style: { bold: true } },
        { type: 'text', text: ' ' },
        { type: 'channel', channel_id: 'C0GENERAL0' },
      ],
    ],
  ])('has the marks of a line become what they mean: %j', (typed, elements) => {
    expect(inline(typed)).toEqual({ type: 'rich_text_section', elements });
  });

  it('has lists, quotes and code become blocks, and is nothing where nothing is typed', () => {
    const typed = ['head', '- one', '  - deep', '1. first', '> said', '> more', '```', 'a  b', '```', 'end'].join('\n');
    expect(elementsOf(typed)).toMatchObject([
      { type: 'rich_text_section', elements: [{ text: 'head\n' }] },
      { type: 'rich_text_list', style: 'bullet', indent: 0 },
      { type: 'rich_text_list', style: 'bullet', indent: 1 },
      { type: 'rich_text_list', style: 'ordered' },
      { type: 'rich_text_quote', elements: [{ text: 'said\nmore' }] },
      { type: 'rich_text_preformatted', elements: [{ text: 'a  b' }] },
      { type: 'rich_text_section', elements: [{ text: 'end' }] },
    ]);
    expect(typeRichText('', directory, team)).toBeNull();
  });
});
