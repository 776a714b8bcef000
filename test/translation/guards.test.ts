import { describe, expect, it } from 'vitest';
import type { Inline } from '../../src/domain/document.ts';
import { elementsOf } from '../../src/sandbox/bitrix24/chat/pieces.ts';
import { readMessage } from '../../src/sandbox/bitrix24/chat/read-message.ts';
import { webBuilds } from '../../src/sandbox/bitrix24/chat/web-client.ts';
import { writeBitrix } from '../../src/translation/write-bitrix.ts';
import { liveRules, type Place } from '../../src/translation/writing/live-rules.ts';
import { noNames } from './arbitraries.ts';
import { effectsOf, readOn } from './reader.ts';

/** Typed text that is alive where it stands, unless it is guarded: at least one for each rule. */
const alive: Readonly<Record<Place, readonly string[]>> = {
  text: [
    '[b]x[/b]',
    '[user=all]x[/user]',
    '[send=/go]x[/send]',
    '&#91;user=7&#93;x&#91;/user&#93;',
    'a &lt; b',
    '&copy; &#x5B;',
    'a#BR#b',
    '####REPLACEMENT_MARK_0#### [put]x[/put]',
    'a <br /> b',
    '<b>x</b>',
    '<https://example.com/>',
    '<a@example.com>',
    ':f09f9880:',
    'ftp://example.com/x',
    'www.-x',
    '(C) (TM) (R)',
    '>> x',
    '> x',
    '/help',
    '/me waves',
    '/loudly',
    `${'-'.repeat(54)}\nx\n${'-'.repeat(54)}`,
    `a ${'-'.repeat(54)}\nx\ny${'-'.repeat(54)}`,
    'a\n---',
    'a | b\n--- | ---',
    'a\n===',
    '* * *',
    '# x',
    '```\nx\n```',
    'a *b* c',
    'a **b** c',
    'a _b_ c',
    'a __b__ c',
    'a ~~b~~ c',
    String.raw`a\.b`,
    'x :)',
    'x ;-)',
    'x 8)',
    'x >:-<',
    '[1](https://example.com/)',
    '![1](https://example.com/i.png)',
    'a\n\n    b',
  ],
  label: ['[b]x[/b]', '&lt;', 'a#BR#b', '<b>x</b>', ':f09f9880:', '(C)', 'a *b* c', 'x ~~b~~', 'javascript:x', 'x :)'],
  'inline code': [
    '[b]x[/b]',
    '&lt;',
    'a#BR#b',
    'curl https://example.com/x',
    'curl www.example.com',
    '(C)',
    String.raw`a\.b`,
    'x :) y',
  ],
  'code block': [
    'a [/code] b',
    '[user=7]x[/user]',
    '[send=x]y[/send]',
    'a[timestamp=1 format=SHORT_DATE_FORMAT]',
    'a[br]b',
    'a#BR#b',
    ':f09f9880:',
    'a\n/help\nb',
  ],
  address: [
    'https://example.com/?a&lt;b',
    'https://example.com/#BR#x',
    'https://example.com/:f09f9880:',
    'https://example.com/(C)',
    'https://example.com/?u=javascript:x',
    'https://example.com/*a*',
    'https://example.com/_a_',
    'https://example.com/~~a~~',
  ],
};

const rows = Object.entries(alive).flatMap(([place, texts]) => texts.map((typed) => [place, typed] as const));

describe('a link', () => {
  it.each([
    ['https://example.com/a.', 'https://example.com/a.', 'https://example.com/a.'],
    ['https://example.com/a', ' a page ', 'see a page there'],
  ])('to %s leads there and is read with the blanks around it: %j', (address, label, read) => {
    const content: Inline[] = [
      ...(label === address ? [] : [{ kind: 'text' as const, text: 'see' }]),
      { kind: 'link', address, label },
      ...(label === address ? [] : [{ kind: 'text' as const, text: 'there' }]),
    ];
    const text = textOf({ blocks: [{ kind: 'paragraph', content }] });
    expect(effectsOf(text).alive).toEqual([`link ${address}`]);
    expect(readOn('web', text)).toBe(read);
  });
});

describe('typed text that would be alive', () => {
  it.each(rows)('in %s: %j', (place, typed) => {
    const guarded = fateOf(place, written(place, typed), typed);
    expect(guarded).toEqual(harmless);
    expect(fateOf(place, raw(place, typed), typed)).not.toEqual(harmless);
  });

  it('is known for every rule', () => {
    const texts = Object.values(alive).flat();
    const unknown = liveRules.filter(({ find }) => !texts.some((text) => matchesIn(text, find)));
    expect(unknown.map(({ is }) => is)).toEqual([]);
  });

  it('is guarded behind a code of ours as well', () => {
    const content: Inline[] = [
      { kind: 'link', address: 'https://example.com/', label: 'page' },
      { kind: 'text', text: '(v2)' },
    ];
    expect(textOf({ blocks: [{ kind: 'paragraph', content }] })).toBe('[url=https://example.com/]page[/url]\u2060(v2)');
    expect(readOn('web', '[url=https://example.com/]page[/url](v2)', 'im 26.900 with Markdown')).not.toBe('page(v2)');
  });
});

const harmless = { happens: [], quotes: 0, code: true, read: true, leads: true };

/** What happens, whether the text is read as it was typed, and whether links lead where they were to lead. */
function fateOf(place: string, text: string, typed: string) {
  const { notified, commands, alive: elements, quotes } = effectsOf(text);
  const isLink = (one: string) => one.startsWith('link');
  const shown = place === 'address' ? 'x' : typed;
  const reads = [readOn('mobile', text), ...webBuilds.map((build) => readOn('web', text, build))];
  const leads = webBuilds.flatMap((build) =>
    elementsOf(readMessage(text, build).web)
      .filter(({ kind }) => kind === 'link')
      .map(({ value }) => decodeURIComponent(value)),
  );
  const isExpectedLink = place === 'address' || place === 'label' || (place === 'text' && typed.includes('https://'));
  const blocks = webBuilds.map(
    (build) => elementsOf(readMessage(text, build).web).filter(({ kind }) => kind === 'code').length,
  );
  return {
    happens: [...notified, ...commands, ...elements.filter((one) => !(isExpectedLink && isLink(one)))],
    quotes,
    code: blocks.every((count) => count === (place === 'code block' ? 1 : 0)),
    read: reads.every((read) => letters(read) === letters(shown)),
    leads: place !== 'address' || (leads.length === 3 && leads.every((to) => to === decodeURIComponent(typed))),
  };
}

/** Without blanks, what is invisible, and the backticks of code within a line. */
function letters(text: string): string {
  return text.replace(/[\s\p{Default_Ignorable_Code_Point}`]/gu, '');
}

function written(place: string, typed: string): string {
  const content: Readonly<Record<string, Inline>> = {
    label: { kind: 'link', address: 'https://example.com/', label: typed },
    address: { kind: 'link', address: typed, label: 'x' },
    'inline code': { kind: 'text', text: typed, style: { code: true } },
  };
  const node = content[place] ?? { kind: 'text', text: typed };
  return textOf({ blocks: [{ kind: place === 'code block' ? 'preformatted' : 'paragraph', content: [node] }] });
}

function raw(place: string, typed: string): string {
  switch (place) {
    case 'label':
      return `[url=https://example.com/]${typed}[/url]`;
    case 'address':
      return `[url=${typed}]x[/url]`;
    case 'inline code':
      return `\`${typed}\``;
    default:
      return place === 'code block' ? `[code]${typed}[/code]` : typed;
  }
}

function textOf(document: Parameters<typeof writeBitrix>[0]): string {
  const text = writeBitrix(document, noNames);
  return text.kind === 'written' ? text.parts.join('\n') : '';
}

function matchesIn(text: string, find: RegExp): boolean {
  return Array.from(text).some((_char, at) => {
    find.lastIndex = at;
    return find.test(text);
  });
}
