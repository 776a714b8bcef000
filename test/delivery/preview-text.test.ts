import { describe, expect, it } from 'vitest';
import { previewText } from '../../src/delivery/preview-text.ts';
import type { Block, Names } from '../../src/domain/document.ts';
import { readMrkdwn } from '../../src/translation/read-mrkdwn.ts';

const names: Names = {
  users: new Map([['U1', { kind: 'linked', bitrixUserId: '7', name: 'Anna Petrova' }]]),
  channels: new Map([['C1', 'general']]),
  groups: new Map([['S1', 'designers']]),
};
const shown = (...blocks: readonly Block[]) => previewText({ blocks }, names);
const paragraph = (text: string): Block => ({ kind: 'paragraph', content: [{ kind: 'text', text }] });

describe('a preview', () => {
  it('shows what is read, and no marks for how it looks', () => {
    const { blocks } = readMrkdwn(
      '*bold* _it_ `code` <https://acme.example|report> &lt;b&gt; <@U1> <#C1> <!subteam^S1> :tada:',
    );
    expect(shown(...blocks)).toBe('bold it code report <b> @Anna Petrova #general @designers 🎉');
  });

  it('shows the structure by characters that a screen reader reads out in order', () => {
    expect(
      shown(
        { kind: 'heading', content: [{ kind: 'text', text: 'Plan' }] },
        { kind: 'quote', blocks: [paragraph('one\ntwo'), { kind: 'quote', blocks: [paragraph('deeper')] }] },
        {
          kind: 'list',
          ordered: true,
          indent: 0,
          start: 9,
          items: [[{ kind: 'text', text: 'nine' }], [{ kind: 'text', text: 'ten\nand on' }]],
        },
        { kind: 'list', ordered: false, indent: 1, start: 1, items: [[{ kind: 'text', text: 'dot' }]] },
        {
          kind: 'table',
          rows: [
            [[{ kind: 'text', text: 'a' }], [{ kind: 'text', text: 'b' }]],
            [[{ kind: 'text', text: '1' }], []],
          ],
        },
        { kind: 'divider' },
        { kind: 'preformatted', content: [{ kind: 'text', text: 'x = 1\ny = 2' }] },
      ).split('\n'),
    ).toEqual([
      'Plan',
      '> one',
      '> two',
      '> > deeper',
      '9. nine',
      '10. ten',
      '    and on',
      '    • dot',
      'a | b',
      '1 | ',
      '────────────',
      'x = 1',
      'y = 2',
    ]);
  });

  it('shows times in a zone that it names', () => {
    const moment = { kind: 'moment', epochSeconds: 1_795_356_180, pattern: [], fallback: 'then' } as const;
    expect(shown({ kind: 'paragraph', content: [moment] })).toBe('2026-11-22 14:03 UTC');
    expect(shown({ kind: 'paragraph', content: [{ ...moment, epochSeconds: Number.MAX_SAFE_INTEGER }] })).toBe('then');
  });
});
