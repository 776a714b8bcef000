import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plain } from '../../src/locales/shown.ts';
import { linkTo, mentionChannel, mrkdwn, unescapeText } from '../../src/slack/views/mrkdwn.ts';

describe('text that somebody else wrote', () => {
  it('becomes text in mrkdwn: no mention, no link, no call to everybody', () => {
    expect(mrkdwn.text('<!channel> & <@U1>')).toBe('&lt;!channel&gt; &amp; &lt;@U1&gt;');
  });

  it('keeps to one line, without control characters and without turning the direction of writing', () => {
    expect(mrkdwn.text('a\nb\u0000c\u202Ed\u2028e')).toBe('a b c d e');
    expect(plain.text('a\r\n<b>')).toBe('a <b>');
  });

  it('is cut where it is too long to be a name, and never inside of a character', () => {
    expect([...plain.text('😀'.repeat(500))]).toHaveLength(200);
    expect(plain.text('😀'.repeat(500))).toMatch(/^(?:😀)+…$/u);
  });

  it('never leaves an angle bracket in mrkdwn', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !/[<>]/.test(mrkdwn.text(text))));
  });

  it('comes back from its escapes once, and only once', () => {
    expect(unescapeText('&amp;lt; &lt;b&gt; &quot;')).toBe('&lt; <b> &quot;');
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z&;<> ]{0,50}$/), (text) => unescapeText(mrkdwn.text(text)) === text.trim()),
    );
  });
});

describe('what Slack turns into something else', () => {
  it('is a time, which every reader sees in a zone of their own', () => {
    const at = Date.UTC(2026, 10, 22, 14, 3, 59);
    expect(mrkdwn.time(at)).toBe('<!date^1795356239^{date_short_pretty}, {time}|2026-11-22 14:03 UTC>');
    expect(plain.time(at)).toBe('2026-11-22 14:03 UTC');
  });

  it('is a link, whose address cannot end early', () => {
    expect(linkTo('https://a.example/?q=1&r=<x>|y', 'task 51')).toBe(
      '<https://a.example/?q=1&amp;r=&lt;x&gt;%7Cy|task 51>',
    );
  });

  it('is a mention of a channel, but not of a direct conversation', () => {
    expect(mentionChannel('C0123')).toBe('<#C0123>');
    expect(mentionChannel('D0123')).toBeUndefined();
    expect(mentionChannel('')).toBeUndefined();
  });
});
