import { describe, expect, it } from 'vitest';
import type { Inline } from '../../src/domain/document.ts';
import { collectReferences } from '../../src/translation/collect-references.ts';
import { hasVisibleText } from '../../src/translation/has-visible-text.ts';
import { readMrkdwn } from '../../src/translation/read-mrkdwn.ts';
import { readMessage } from './reading.ts';

describe('the references of a document', () => {
  it('are the ids of people, channels and groups, each once, wherever they stand', () => {
    const { document } = readMessage({
      blocks: [
        { type: 'section', text: { type: 'mrkdwn', text: '&gt; <@U2> <@U1|ann>\n`<@U3>` ```<#C3>```' } },
        {
          type: 'rich_text',
          elements: [
            {
              type: 'rich_text_list',
              style: 'bullet',
              elements: [richSection({ type: 'usergroup', usergroup_id: 'S1' })],
            },
          ],
        },
        {
          type: 'table',
          rows: [
            [
              {
                type: 'rich_text',
                elements: [richSection({ type: 'user', user_id: 'U2' }, { type: 'channel', channel_id: 'C1' })],
              },
            ],
          ],
        },
      ],
    });
    expect(collectReferences(document)).toEqual({ users: ['U2', 'U1', 'U3'], channels: ['C3', 'C1'], groups: ['S1'] });
  });

  it('are none in plain text', () => {
    expect(collectReferences(readMrkdwn('nobody, <!here>'))).toEqual({ users: [], channels: [], groups: [] });
  });
});

describe('a document', () => {
  it.each(['', ' ', '\n\t ', '\u200b\u2060\ufeff', '\u0000', '&gt; ', '\u00ad'])('of %j has nothing to see', (text) => {
    expect(hasVisibleText(readMrkdwn(text))).toBe(false);
  });

  it.each(['.', ':smile:', ':custom:', '<@U1>', '<https://a.b>', '<!here>', '<!date^1^{time}|>', '```x```', '&gt; x'])(
    'of %j has something to see',
    (text) => {
      expect(hasVisibleText(readMrkdwn(text))).toBe(true);
    },
  );

  it('of lines and bullets alone has nothing to see', () => {
    const blank: Inline = { kind: 'text', text: ' ' };
    expect(
      hasVisibleText({
        blocks: [{ kind: 'divider' }, { kind: 'list', ordered: false, indent: 0, start: 1, items: [[blank]] }],
      }),
    ).toBe(false);
  });
});

function richSection(...elements: readonly unknown[]): unknown {
  return { type: 'rich_text_section', elements };
}
