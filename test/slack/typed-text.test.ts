import { describe, expect, it } from 'vitest';
import { readTyped, typedForm } from '../../src/slack/composing/typed-text.ts';
import { readMrkdwn } from '../../src/translation/read-mrkdwn.ts';

describe('what was typed after the command', () => {
  it.each([
    ['plain *bold* _it_', 'plain *bold* _it_'],
    ['a &lt;b&gt; &amp;amp; c', 'a <b> &amp; c'],
    ['see <https://acme.example/?a=1&amp;b=2>', 'see https://acme.example/?a=1&b=2'],
    ['<https://acme.example|https://acme.example>', 'https://acme.example'],
    ['', ''],
  ])('can be put into a field: %j', (mrkdwn, typed) => {
    expect(typedForm(mrkdwn)).toBe(typed);
  });

  it.each([
    '<@U0BOB>',
    '<@U0BOB|bob> hi',
    '<#C1|general>',
    '<!here>',
    '<https://a.example|words>',
    '<mailto:a@b.c|a@b.c>',
  ])('cannot be put into a field without loss: %j', (mrkdwn) => {
    expect(typedForm(mrkdwn)).toBeUndefined();
  });

  it('cannot be put into a field when it is too long for one', () => {
    expect(typedForm('&amp;'.repeat(3_000))).toBe('&'.repeat(3_000));
    expect(typedForm('x'.repeat(3_001))).toBeUndefined();
  });

  it.each(['a &lt;b&gt; *c*', '&gt; quoted\nnot', '`&lt;code&gt;` &amp;lt;', 'one\n\ntwo'])(
    'says the same after it went through a field: %j',
    (mrkdwn) => {
      expect(readTyped(typedForm(mrkdwn) ?? '')).toEqual(readMrkdwn(mrkdwn));
    },
  );
});
