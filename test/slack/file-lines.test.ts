import { describe, expect, it } from 'vitest';
import type { FileProblem } from '../../src/domain/file-problem.ts';
import { en } from '../../src/locales/en.ts';
import { ru } from '../../src/locales/ru.ts';
import { fileLines } from '../../src/slack/views/file-lines.ts';

const file = (id: string, name: string) => ({ id, team: 'T1', name });

describe('the files of a message in its reply', () => {
  it('are named: those that are in the chat, and those that are not, with a link to Slack and why', () => {
    const leftOut = [
      { file: file('F2', 'a <b> & c.pdf'), problem: { kind: 'deleted' } },
      { file: file('F3', ''), problem: { kind: 'too-large', most: 1 } },
    ] as const;
    expect(fileLines([file('F1', 'plan.png')], leftOut, en)).toMatchObject([
      { type: 'context', elements: [{ text: 'With files: plan.png.' }] },
      {
        type: 'section',
        text: {
          text: [
            '*Not taken along*, while the rest went out:',
            '• <slack://file?team=T1&amp;id=F2|a &lt;b&gt; &amp; c.pdf>: it was deleted in Slack.',
            `• <slack://file?team=T1&amp;id=F3|a file>: ${en.files.why['too-large']}`,
          ].join('\n'),
        },
      },
    ]);
    expect(fileLines([], [], en)).toEqual([]);
  });

  it.each([
    ['English', en],
    ['Russian', ru],
  ])('fit into one paragraph in %s, however many are left out', (_, texts) => {
    for (const problem of problems) {
      const leftOut = Array.from({ length: 10 }, (_, index) => ({
        file: file(`F${index}`, `${index} ${'long '.repeat(9)}.png`),
        problem,
      }));
      const [shown] = fileLines([], leftOut, texts);
      const text = shown?.type === 'section' ? (shown.text?.text ?? '') : '';
      expect(text.length).toBeGreaterThan(500);
      expect(text.length).toBeLessThan(3_000);
      expect(text).not.toContain('…');
    }
  });
});

const problems: readonly FileProblem[] = [
  { kind: 'too-large', most: 1 },
  { kind: 'empty' },
  { kind: 'deleted' },
  { kind: 'not-visible' },
  { kind: 'missing-scope' },
  { kind: 'external' },
  { kind: 'document' },
  { kind: 'hidden' },
  { kind: 'broken' },
  { kind: 'unavailable' },
  { kind: 'portal-too-large' },
  { kind: 'no-folder' },
  { kind: 'not-kept' },
  { kind: 'chat-closed' },
  { kind: 'portal-too-old' },
  { kind: 'no-im' },
];
