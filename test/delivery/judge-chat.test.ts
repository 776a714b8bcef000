import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comparableText, judgeChat } from '../../src/delivery/judge-chat.ts';
import type { PartContent } from '../../src/delivery/progress.ts';
import { serveText } from '../../src/sandbox/bitrix24/chat/server-text.ts';
import { writeBitrix } from '../../src/translation/write-bitrix.ts';
import { requestOf } from '../contract/outbox-harness.ts';
import { document, names } from '../translation/arbitraries.ts';

const nothing = { messages: new Set<string>(), parts: [] };
const textPart = (text: string) => ({ kind: 'text', request: requestOf(text) }) as const;
const said = (text: string, id = '1') => ({ id, text, files: [], agoMs: 1_000 });

describe('a part in the chat of its task', () => {
  const look = (texts: readonly string[], more: Partial<Parameters<typeof judgeChat>[0]> = {}) =>
    judgeChat({
      content: textPart('done &amp; dusted'),
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
    expect(look(['hello'], { accounted: { ...nothing, parts: [textPart('hello')] } })).toEqual({ kind: 'absent' });
    expect(look(['hello'], { accounted: { ...nothing, messages: new Set(['1']) } })).toEqual({ kind: 'absent' });
  });

  it('is not found as what another part has said in the same words', () => {
    const accounted = { ...nothing, parts: [textPart('done &amp; dusted')] };
    expect(look(['done & dusted'], { accounted })).toEqual({ kind: 'unsure' });
    expect(look(['done & dusted', 'done & dusted'], { accounted })).toEqual({ kind: 'found', message: '2' });
    expect(
      judgeChat({
        content: textPart('x'),
        messages: [said('x')],
        isComplete: true,
        accounted: { ...nothing, messages: new Set(['1']) },
      }),
    ).toEqual({ kind: 'absent' });
  });
});

describe('a file in the chat of its task', () => {
  const content = { kind: 'file', file: { id: 'F1', team: 'T1', name: 'plan: final.pdf', size: 10 } } as const;
  const look = (files: readonly { name: string; size: number }[], parts: readonly PartContent[] = []) =>
    judgeChat({
      content,
      messages: [{ id: '1', text: '', files, agoMs: 0 }],
      isComplete: true,
      accounted: { messages: new Set(), parts },
    });

  it('is found by its name, as the portal writes it, and its size', () => {
    for (const name of ['plan: final.pdf', 'plan_ final.pdf', 'plan: final (2).pdf']) {
      expect(look([{ name, size: 10 }])).toEqual({ kind: 'found', message: '1' });
    }
  });

  it('is perhaps not there where another file of its author is', () => {
    expect(look([{ name: 'plan: final.pdf', size: 11 }])).toEqual({ kind: 'unsure' });
    expect(look([{ name: 'other.pdf', size: 10 }])).toEqual({ kind: 'unsure' });
  });

  it('is surely not there where that file is another part', () => {
    const other = { kind: 'file', file: { ...content.file, id: 'F2', name: 'other.pdf' } } as const;
    expect(look([{ name: 'other.pdf', size: 10 }], [other])).toEqual({ kind: 'absent' });
  });

  it('is not found as a text, nor a text as a file', () => {
    expect(look([])).toEqual({ kind: 'unsure' });
    const seen = { id: '1', text: 'x', files: [{ name: 'x', size: 1 }], agoMs: 0 };
    expect(judgeChat({ content: textPart('x'), messages: [seen], isComplete: true, accounted: nothing })).toEqual({
      kind: 'unsure',
    });
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
