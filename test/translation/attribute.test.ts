import { describe, expect, it } from 'vitest';
import type { Document, Names } from '../../src/domain/document.ts';
import { attribute } from '../../src/translation/attribute.ts';
import { readMrkdwn } from '../../src/translation/read-mrkdwn.ts';
import { writeBitrix } from '../../src/translation/write-bitrix.ts';

const when = 1_720_710_212;
const date = `[timestamp=${when} format=LONG_DATE_FORMAT] [timestamp=${when} format=SHORT_TIME_FORMAT]`;
const permalink = 'https://example.slack.com/archives/C1/p1720710212123456';

describe('a message that is passed on', () => {
  it("comes after the sender's own words, quoted, with author, channel, time and link", () => {
    const passedOn = attribute(readMrkdwn('It is *done*.\nReally.'), {
      author: { kind: 'user', id: 'U1' },
      channel: { id: 'C1', label: 'general' },
      when,
      permalink,
      comment: readMrkdwn('Please <@U2>, look:'),
    });
    expect(lines(passedOn)).toEqual([
      'Please [USER=8]Ben[/USER], look:',
      '',
      `[b]Ann[/b] · #general · ${date} · [url=${permalink}]Slack[/url]`,
      '>>It is [b]done[/b].',
      '>>Really.',
    ]);
  });

  it('says when it was changed', () => {
    const passedOn = attribute(readMrkdwn('now right'), { when, editedAt: when });
    expect(lines(passedOn)).toEqual([`${date} · ✏️ ${date}`, '>>now right']);
  });

  it('names an app that wrote it, and nobody it does not know', () => {
    expect(lines(attribute(readMrkdwn('x'), { author: { kind: 'app', name: '[b]CI' } }))).toEqual([
      '[b][\u2060b]CI[/b]',
      '>>x',
    ]);
    expect(lines(attribute(readMrkdwn('x'), {}))).toEqual(['>>x']);
  });

  it('keeps quotes deeper and code whole', () => {
    const passedOn = attribute(readMrkdwn('&gt; said\n```a\nb```\nend'), { author: { kind: 'app', name: 'CI' } });
    expect(lines(passedOn)).toEqual(['[b]CI[/b]', '>>│ said', '[code]a', 'b[/code]', '>>end']);
  });

  it('notifies nobody but whom the sender mentions', () => {
    const passedOn = attribute(readMrkdwn('<@U1> and <@U2>\n&gt; <@U2>\n```<@U1>```'), {
      author: { kind: 'user', id: 'U1' },
      comment: readMrkdwn('<@U2>'),
    });
    expect(lines(passedOn)).toEqual([
      '[USER=8]Ben[/USER]',
      '',
      '[b]Ann[/b]',
      '>>@Ann and @Ben',
      '>>│ @Ben',
      '[code]@Ann[/code]',
    ]);
  });

  it('has no empty lines at the edges of its quotes, and keeps those between lines', () => {
    const blank = { kind: 'paragraph', content: [] } as const;
    const text = (typed: string) => ({ kind: 'paragraph', content: [{ kind: 'text', text: typed }] }) as const;
    const rule = { kind: 'divider' } as const;
    const code = { kind: 'preformatted', content: [{ kind: 'text', text: 'x' }] } as const;
    const blocks = [
      blank,
      text('a'),
      blank,
      text('b'),
      blank,
      code,
      blank,
      text('c'),
      blank,
      rule,
      blank,
      text('d'),
      blank,
    ];
    expect(lines(attribute({ blocks }, {}))).toEqual([
      '>>a',
      '>>\u2060',
      '>>b',
      '[code]x[/code]',
      '>>c',
      `>>${'─'.repeat(12)}`,
      '>>d',
    ]);
  });

  it('has no gap above it where the sender said nothing', () => {
    expect(lines(attribute(readMrkdwn('x'), { comment: { blocks: [] } }))).toEqual(['>>x']);
  });
});

function lines(document: Document): readonly string[] {
  const names: Names = {
    users: new Map([
      ['U1', { kind: 'linked', bitrixUserId: '7', name: 'Ann' }],
      ['U2', { kind: 'linked', bitrixUserId: '8', name: 'Ben' }],
    ]),
    channels: new Map(),
    groups: new Map(),
  };
  const written = writeBitrix(document, names);
  return written.kind === 'written' ? written.parts.join('\n').split('\n') : [];
}
