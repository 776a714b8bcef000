import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutDocument } from '../../src/translation/cut-document.ts';
import { createLossLog } from '../../src/translation/loss-log.ts';
import { readMrkdwn } from '../../src/translation/read-mrkdwn.ts';
import { inlinesOf } from '../../src/translation/walk-document.ts';
import { writeBitrix } from '../../src/translation/write-bitrix.ts';
import { textOf } from '../../src/translation/writing/text-of.ts';
import { document as anyDocument, names, noNames } from './arbitraries.ts';

describe('the beginning of a document', () => {
  it.each([
    ['all of it where there is room', 'one *two*', 'one *two*', 0],
    ['the first characters, in their style', 'one *two three*', 'one *two…*', 6],
    ['whole words of other kinds or none of them', 'one <https://a.example|two three> four', 'one …', 14],
    ['the quote that it stands in', '&gt; one two three', '&gt; one two…', 6],
  ])('is %s', (_, whole, beginning, left) => {
    const cut = cutDocument(readMrkdwn(whole), noNames, 7);
    expect(cut.left).toBe(left);
    expect(writeBitrix(cut.document, noNames)).toEqual(writeBitrix(readMrkdwn(beginning), noNames));
  });

  it('is no longer than asked for, and nothing is counted twice or not at all', () => {
    const lengthOf = (document: ReturnType<typeof readMrkdwn>, given: typeof noNames) =>
      [...inlinesOf(document)].reduce((sum, node) => sum + textOf(node, given, createLossLog()).length, 0);
    fc.assert(
      fc.property(anyDocument, names, fc.nat(80), (document, given, most) => {
        const cut = cutDocument(document, given, most);
        const shown = lengthOf(cut.document, given);
        const ellipsis = cut.left > 0 && shown > 0 && JSON.stringify(cut.document).includes('…') ? 1 : 0;
        expect(shown - ellipsis).toBeLessThanOrEqual(most + 1);
        if (cut.left === 0) {
          expect(shown).toBeGreaterThanOrEqual(0);
        } else {
          expect(Math.abs(shown - ellipsis + cut.left - lengthOf(document, given))).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});
