import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comparableText, judgeChat } from '../../src/delivery/judge-chat.ts';
import { serveText } from '../../src/sandbox/bitrix24/chat/server-text.ts';
import { writeBitrix } from '../../src/translation/write-bitrix.ts';
import { requestOf } from '../contract/outbox-harness.ts';
import { document, names } from '../translation/arbitraries.ts';

const nothing = { messages: new Set<string>(), requests: [] };
const said = (text: string, id = '1') => ({ id, text, files: [], agoMs: 1_000 });

describe('a part in the chat of its task', () => {
  const look = (texts: readonly string[], more: Partial<Parameters<typeof judgeChat>[0]> = {}) =>
    judgeChat({
      request: requestOf('done &amp; dusted'),
      messages: texts.map((text, at) => ({ id: String(at + 1), text, files: [], agoMs: 1_000 - at })),
      isComplete: true,
      accounted: nothing,
      ...more,
    });

  it('is found by its words, whatever the portal made of them', () => {
    expect(look(['other', 'done & dusted '])).toEqual({ kind: 'found', message: '2' });
  });

  it('is the newest of several', () => {
    expect(look(['done & dusted', 'done & dusted'])).toEqual({ kind: 'found', message: '2' });
  });

  it('is surely not there only where everything is explained', () => {
    expect(look([])).toEqual({ kind: 'absent' });
    expect(look([], { isComplete: false })).toEqual({ kind: 'unsure' });
    expect(look(['dne & dusted'])).toEqual({ kind: 'unsure' });
    expect(look(['hello'], { accounted: { ...nothing, requests: [requestOf('hello')] } })).toEqual({ kind: 'absent' });
    expect(look(['hello'], { accounted: { ...nothing, messages: new Set(['1']) } })).toEqual({ kind: 'absent' });
  });

  it('is not found as what another part has said in the same words', () => {
    const accounted = { ...nothing, requests: [requestOf('done &amp; dusted')] };
    expect(look(['done & dusted'], { accounted })).toEqual({ kind: 'unsure' });
    expect(look(['done & dusted', 'done & dusted'], { accounted })).toEqual({ kind: 'found', message: '2' });
    expect(
      judgeChat({
        request: requestOf('x'),
        messages: [said('x')],
        isComplete: true,
        accounted: { ...nothing, messages: new Set(['1']) },
      }),
    ).toEqual({ kind: 'absent' });
  });
});

describe('the words of a message', () => {
  it('are the same before and after the portal, whatever is written', () => {
    fc.assert(
      fc.property(document, names, (written, called) => {
        const sent = writeBitrix(written, called);
        for (const part of 'parts' in sent && Array.isArray(sent.parts) ? sent.parts : []) {
          expect(comparableText(serveText(part).read)).toBe(comparableText(part));
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['a (C) b', 'a (c) b'],
    ['one\r\ntwo', 'one\ntwo'],
    ['see :f09f9880: there', 'see \u{1f600} there'],
    ['[URL=https://a.example]https://a.example[/URL]', '[URL]https://a.example[/URL]'],
    ['[URL=https://a.example] [/URL]', 'https://a.example'],
    ['a\u2060b\u200b\ufdd0', 'ab'],
    ['&lt;b&gt; &quot;x&quot; &#39;', `<b> "x" '`],
    ['x\u00a0y', 'x y'],
  ])('are the same in %j and %j', (one, other) => {
    expect(comparableText(one)).toBe(comparableText(other));
  });

  it.each([
    ['yes', 'no'],
    ['51', '52'],
    ['a b', 'a c'],
    ['(1/2)', '(2/2)'],
  ])('are not the same in %j and %j', (one, other) => {
    expect(comparableText(one)).not.toBe(comparableText(other));
  });
});
