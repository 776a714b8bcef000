import { describe, expect, it } from 'vitest';
import { en } from '../../src/locales/en.ts';
import { firstWords, isFixed, messageOf, withWritten } from '../../src/slack/composing/draft-document.ts';
import { readReference, writeReference } from '../../src/slack/composing/form-state.ts';
import { readWritten } from '../../src/slack/composing/written-text.ts';
import type { Draft, DraftContent } from '../../src/tasks/ports.ts';
import { readMrkdwn } from '../../src/translation/read-mrkdwn.ts';
import { writeRichText } from '../../src/translation/write-rich-text.ts';

const words = en.message;
const draftOf = (content: DraftContent, more: Partial<Draft> = {}): Draft => ({
  person: { tenant: 'T1', user: 'U1' },
  content,
  route: { team: 'T1', user: 'U1', locale: 'en', place: { channel: 'C1' } },
  ...more,
});
const text = (mrkdwn: string) => draftOf({ kind: 'text', text: mrkdwn });
const begins = (draft: Draft) => readWritten(firstWords(draft, words).comment, words).document;
const huge = 'я'.repeat(40_000);

describe('the field of a form', () => {
  it('begins with what a command brought, mentions and format included', () => {
    const draft = text('ask <@U2|bob> *now*');
    expect(isFixed(draft, words)).toBe(false);
    expect(writeRichText(begins(draft))).toEqual(writeRichText(readMrkdwn('ask <@U2> *now*')));
  });

  it('is empty for a text that is too long for a window; that text cannot be edited', () => {
    expect(isFixed(text(huge), words)).toBe(true);
    expect(firstWords(text(huge), words).comment).toBeUndefined();
    const comment = writeRichText(readMrkdwn('look:'));
    const { document } = messageOf(text(huge), { comment, withLink: true }, words);
    expect(document.blocks).toEqual([...readMrkdwn('look:').blocks, ...readMrkdwn(huge).blocks]);
  });

  it('begins with what was in it before its writer had to connect, even when that was nothing', () => {
    const written = readMrkdwn('*mine* and <@U2>');
    expect(begins(withWritten(text('typed before'), written))).toEqual(written);
    expect(begins(withWritten(text('typed before'), { blocks: [] }))).toEqual({ blocks: [] });
  });

  it('moves a text that is too long for a field into the draft', () => {
    const kept = withWritten(draftOf({ kind: 'nothing' }), readMrkdwn(huge));
    expect(isFixed(kept, words)).toBe(true);
    expect(messageOf(kept, { comment: undefined, withLink: true }, words).document).toEqual(readMrkdwn(huge));
  });

  it('keeps the names of mentions from the command, for when a lookup is too slow', () => {
    const draft = text('ask <@U2|bob> in <#C2|general>');
    const { document } = messageOf(draft, firstWords(draft, words), words);
    expect(document).toEqual(readMrkdwn('ask <@U2|bob> in <#C2|general>'));
  });
});

describe('beside a replica of the earlier release', () => {
  it('its drafts can be read, and it can read ours', () => {
    expect(begins(draftOf({ kind: 'nothing' }, { comment: 'a *b* <c>' }))).toEqual(readMrkdwn('a *b* &lt;c&gt;'));
    expect(withWritten(draftOf({ kind: 'nothing' }), readMrkdwn('a *b*'))).toMatchObject({ comment: 'a b' });
    expect(withWritten(draftOf({ kind: 'nothing' }), readMrkdwn('x'.repeat(3_001)))).not.toHaveProperty('comment');
  });

  it('its forms can be read; it finds no draft in ours, whose text it would not see', () => {
    expect(readReference('0f3c again')).toEqual({ draft: '0f3c', again: true });
    expect(readReference('0f3c')).toEqual({ draft: '0f3c', again: false });
    for (const again of [true, false]) {
      const hidden = writeReference({ draft: '0f3c', again });
      expect(hidden.split(' ')[0]).not.toBe('0f3c');
      expect(readReference(hidden)).toEqual({ draft: '0f3c', again });
    }
  });
});

describe('the files of a form that is opened again', () => {
  const file = (number: number) => ({ id: `F${number}`, name: `${number}.png` });
  const files = Array.from({ length: 9 }, (_, number) => ({ ...file(number), team: 'T2' }));
  const draft = draftOf({ kind: 'text', text: 'hello' }, { files, takesFiles: true });

  it('come before newly added ones, each once; files beyond ten are named', () => {
    const put = [file(8), file(9), file(10)];
    const { files: along = [], losses } = messageOf(draft, { comment: 'hello', withLink: true, files: put }, words);
    expect(along.map(({ id, team }) => `${team} ${id}`)).toEqual([...files.map(({ id }) => `T2 ${id}`), 'T1 F9']);
    expect(losses).toEqual([{ kind: 'files', names: ['10.png'] }]);
  });
});
