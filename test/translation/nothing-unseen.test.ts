import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Loss } from '../../src/domain/document.ts';
import { presumedAuthor, readPosted } from '../../src/translation/read-author.ts';
import { writeBitrix } from '../../src/translation/write-bitrix.ts';
import { noNames } from './arbitraries.ts';
import { readMessage } from './reading.ts';
import { slackMessages } from './slack-messages.ts';

describe('whatever a reader sees in Slack', () => {
  it('is in the document; options behind a menu are named as a loss', () => {
    fc.assert(
      fc.property(slackMessages(), (message) => {
        const { document, losses } = readMessage(message);
        const arrived = new Set(JSON.stringify(document).match(/w\d+x/g));
        const missing = wordsIn(message).filter(({ word }) => !arrived.has(word));
        expect(missing.filter(({ types }) => !types.includes('overflow'))).toEqual([]);
        if (missing.length > 0) {
          expect(typesIn(losses)).toContain('overflow');
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is no loss where all of it arrived', () => {
    fc.assert(
      fc.property(slackMessages(), (message) => {
        expect(typesIn(readMessage(message).losses).filter((type) => carried.has(type))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a message in which anything is something else', () => {
  it('is read, and can be written', () => {
    fc.assert(
      fc.property(slackMessages(), fc.array(fc.tuple(fc.nat(), strange)), (message, changes) => {
        const changed = changes.reduce((made, [place, value]) => replaceIn(made, place, value), message);
        const { document } = readMessage(changed);
        expect(['written', 'too-long']).toContain(writeBitrix(document, noNames).kind);
        presumedAuthor(readPosted(changed));
      }),
      { numRuns: 400 },
    );
  });
});

const strange = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom('', ' ', '<', '&', '`', ':', '<!date^', '0'));

/** The value with one of its parts replaced: that of the given number, counted over and over in the order of JSON. */
function replaceIn(value: unknown, place: number, part: unknown): unknown {
  let count = 0;
  JSON.stringify(value, (_key, inner) => {
    count += 1;
    return inner;
  });
  let left = place % count;
  return JSON.parse(
    JSON.stringify(value, (_key, inner) => {
      left -= 1;
      return left === -1 ? part : inner;
    }),
  );
}

function typesIn(losses: readonly Loss[]): readonly string[] {
  return losses.flatMap((loss) => (loss.kind === 'unsupported' ? loss.types : []));
}

/** What comes over whole, so that nothing of it may be told as lost. */
const carried = new Set([
  ...['rich_text', 'rich_text_section', 'rich_text_list', 'rich_text_quote', 'rich_text_preformatted'],
  ...['text', 'link', 'color', 'tag', 'workflow_mention', 'canvas', 'section', 'header', 'context', 'markdown'],
  ...['alert', 'video', 'call', 'card', 'carousel', 'plan', 'task_card', 'data_table', 'container', 'workflow_button'],
]);

type Seen = { readonly word: string; readonly types: readonly string[] };

/** The words of a message, with the types of what they stand in. */
function wordsIn(value: unknown, types: readonly string[] = []): readonly Seen[] {
  if (typeof value === 'string') {
    return /^w\d+x$/.test(value) ? [{ word: value, types }] : [];
  }
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  const type = 'type' in value && typeof value.type === 'string' ? [value.type] : [];
  return Object.values(value).flatMap((inner) => wordsIn(inner, [...types, ...type]));
}
