import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Document, Names } from '../../src/domain/document.ts';
import { en } from '../../src/locales/en.ts';
import { collectReferences } from '../../src/translation/collect-references.ts';
import { hasVisibleText } from '../../src/translation/has-visible-text.ts';
import { readMrkdwn } from '../../src/translation/read-mrkdwn.ts';
import { readRichText } from '../../src/translation/read-rich-text.ts';
import { writeBitrix } from '../../src/translation/write-bitrix.ts';
import { writeRichText } from '../../src/translation/write-rich-text.ts';
import { hostileText } from './arbitraries.ts';

const read = (value: unknown) => readRichText(value, en.message);

/** Everybody is known, so that labels do not matter: rich text has none. */
function everyone(document: Document): Names {
  const { users, channels, groups } = collectReferences(document);
  return {
    users: new Map(users.map((id, at) => [id, { kind: 'linked', bitrixUserId: String(at + 1), name: `N${id}` }])),
    channels: new Map(channels.map((id) => [id, `c${id}`])),
    groups: new Map(groups.map((id) => [id, `g${id}`])),
  };
}

function inBitrix(document: Document, names: Names): unknown {
  const written = writeBitrix(document, names);
  return written.kind === 'written' ? written.parts.join('').trim() : written;
}

/** Goes through a field and comes back. */
function survives(document: Document): void {
  fc.pre(hasVisibleText(document));
  const names = everyone(document);
  const field = writeRichText(document);
  const again = read(field).document;
  expect(inBitrix(again, names)).toEqual(inBitrix(document, names));
  expect(writeRichText(again)).toEqual(field);
}

const style = fc.record(
  { bold: fc.constant(true), italic: fc.constant(true), strike: fc.constant(true), code: fc.constant(true) },
  { requiredKeys: [] },
);
const written = hostileText.filter((text) => text !== '');
const typed = fc.oneof(written, fc.constantFrom('\n', 'a\n', '\nb', 'words '));
const inline = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('text'), text: typed, style }) },
  fc.record({ type: fc.constant('link'), url: fc.webUrl(), text: typed, style }),
  fc.record({ type: fc.constant('link'), url: fc.webUrl() }),
  fc.record({ type: fc.constant('user'), user_id: fc.constantFrom('U1', 'U2'), style }),
  fc.record({ type: fc.constant('channel'), channel_id: fc.constantFrom('C1', 'C2') }),
  fc.record({ type: fc.constant('usergroup'), usergroup_id: fc.constantFrom('S1') }),
  fc.record({ type: fc.constant('broadcast'), range: fc.constantFrom('here', 'channel', 'everyone') }),
  fc.record({ type: fc.constant('emoji'), name: fc.constantFrom('tada', 'our_logo', 'wave::skin-tone-3') }),
  fc.record({ type: fc.constant('emoji'), name: fc.constant('wave'), skin_tone: fc.constantFrom(2, 6) }),
);
const inlines = fc.array(inline, { maxLength: 5 });
const border = fc.constantFrom(0, 1);
const container = fc.oneof(
  { weight: 3, arbitrary: fc.record({ type: fc.constant('rich_text_section'), elements: inlines }) },
  fc.record({ type: fc.constant('rich_text_quote'), elements: inlines }),
  fc.record({
    type: fc.constant('rich_text_preformatted'),
    elements: fc.array(fc.record({ type: fc.constant('text'), text: typed })),
    border,
  }),
  fc.record({
    type: fc.constant('rich_text_list'),
    style: fc.constantFrom('bullet', 'ordered'),
    indent: fc.nat(8),
    offset: fc.nat(30),
    border,
    elements: fc.array(fc.record({ type: fc.constant('rich_text_section'), elements: inlines }), { maxLength: 3 }),
  }),
);
const richText = fc.array(container, { maxLength: 5 }).map((elements) => ({ type: 'rich_text', elements }));

describe('a text that goes through a field', () => {
  it('is sent to Bitrix24 as it would have been without, whatever was written in Slack', () => {
    fc.assert(
      fc.property(richText, (block) => survives(read(block).document)),
      { numRuns: 500 },
    );
  });

  it('is sent to Bitrix24 as it would have been without, whatever stood behind a command', () => {
    fc.assert(
      fc.property(hostileText, (text) => survives(readMrkdwn(text))),
      { numRuns: 500 },
    );
  });
});
