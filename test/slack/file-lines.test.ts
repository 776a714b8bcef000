import { describe, expect, it } from 'vitest';
import type { LeftOut } from '../../src/domain/delivery.ts';
import { en } from '../../src/locales/en.ts';
import { ru } from '../../src/locales/ru.ts';
import { fileLines } from '../../src/slack/views/file-lines.ts';

const file = (id: string, name: string) => ({ id, team: 'T1', name });

describe('the files of a message in its reply', () => {
  it('are named: those that are in the chat, and those that are not, with a link to Slack and why', () => {
    const leftOut = [
      { file: file('F2', 'a <b> & c.pdf'), kind: 'deleted' },
      { file: file('F3', ''), kind: 'too-large' },
    ] as const;
    expect(fileLines({ texts: 1, taken: [file('F1', 'plan.png')], leftOut }, en)).toMatchObject([
      { type: 'context', elements: [{ text: 'With files: plan.png.' }] },
      {
        type: 'section',
        text: {
          text: [
            '*Not taken along:*',
            '• <slack://file?team=T1&amp;id=F2|a &lt;b&gt; &amp; c.pdf>: it was deleted in Slack.',
            `• <slack://file?team=T1&amp;id=F3|a file>: ${en.files.why['too-large']}`,
          ].join('\n'),
        },
      },
    ]);
    expect(fileLines({ texts: 1, taken: [], leftOut: [] }, en)).toEqual([]);
  });

  it.each([
    ['English', en],
    ['Russian', ru],
  ])('fit into one paragraph in %s, however many are left out', (_, texts) => {
    for (const kind of kinds) {
      const leftOut = Array.from({ length: 10 }, (_, index) => ({
        file: file(`F${index}`, `${index} ${'long '.repeat(9)}.png`),
        kind,
      }));
      const [shown] = fileLines({ texts: 0, taken: [], leftOut }, texts);
      const text = shown?.type === 'section' ? (shown.text?.text ?? '') : '';
      expect(text.length).toBeGreaterThan(500);
      expect(text.length).toBeLessThan(3_000);
      expect(text).not.toContain('…');
    }
  });
});

const kinds: readonly LeftOut['problem']['kind'][] = [
  'too-large',
  'empty',
  'deleted',
  'not-visible',
  'missing-scope',
  'external',
  'document',
  'hidden',
  'broken',
  'unavailable',
  'portal-too-large',
  'no-folder',
  'not-kept',
  'chat-closed',
  'portal-too-old',
  'no-im',
  'uncertain',
];
