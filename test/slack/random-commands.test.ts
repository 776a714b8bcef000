import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, openHarness } from './harness.ts';

describe('a thousand random command texts', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await openHarness();
  });
  afterAll(() => harness.close());

  it('are all answered, and send nothing to a task that was not named', async () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.nat({ max: 99_999 }).map(String),
      fc.constantFrom(
        '51 ',
        '#7 say ',
        '<',
        '>',
        '|',
        '#',
        ' ',
        '\n',
        '&lt;',
        '```',
        '*',
        '<!channel>',
        '<@U1|a>',
        '<https://a.example/',
        ':x:',
      ),
    );
    const texts = fc.sample(
      fc.array(piece, { maxLength: 10 }).map((pieces) => pieces.join('')),
      { numRuns: 1_000, seed: 51 },
    );
    const anna = harness.slack.as('anna');
    // A few at a time: how many the app takes at once before Slack gives up is a matter of speed.
    for (let start = 0; start < texts.length; start += 4) {
      const answers = await Promise.all(
        texts.slice(start, start + 4).map((text) => anna.command(`/b24task ${text}`, { raw: true })),
      );
      expect(answers.filter(({ status, timedOut }) => status !== 200 || timedOut)).toEqual([]);
    }
    expect(harness.submissions.length).toBeGreaterThan(20);
    const firstNumbers = new Set(texts.map((text) => /^[^\p{L}\p{N}]*(\d+)/u.exec(seen(text))?.[1] ?? ''));
    expect(harness.submissions.filter(({ task }) => !firstNumbers.has(String(task.task)))).toEqual([]);
    expect(harness.slack.complaints).toEqual([]);
    expect(harness.log.filter(({ level }) => level === 'error')).toEqual([]);
  });
});

/** What a reader sees: entities as characters, and nothing of what shows nothing. */
function seen(text: string): string {
  return text
    .replace(/&(?:lt|gt|amp);|<#C\w*\|/g, '')
    .replace(/[\p{Cf}\p{Cc}\p{DI}]/gu, '')
    .normalize('NFKC');
}
