import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitMessage } from '../../src/delivery/fit-message.ts';
import { previewText, unnamed } from '../../src/delivery/preview-text.ts';
import { textsIn } from '../../src/locales/locale.ts';
import { messageOf } from '../../src/slack/composing/draft-document.ts';
import { threadDocument } from '../../src/slack/composing/thread-document.ts';

const words = textsIn('en').message;
const nothing = { document: { blocks: [] }, losses: [] };

/** A thread whose posts say which they are; `lengths` tell how much more each of them says. */
function threadOf(lengths: readonly number[], dropped = 0) {
  const posts = lengths.map((length, at) => ({
    message: { ts: `${1_700_000_000 + at}.000001`, user: `U${at}`, text: `post ${at} ${'x'.repeat(length)}` },
  }));
  return threadDocument({ posts, dropped }, { place: {}, written: nothing }, words);
}

const numbersIn = (text: string) => [...text.matchAll(/post (\d+)/g)].map(([, number]) => Number(number));
const from = (first: number, end: number) => Array.from({ length: Math.max(0, end - first) }, (_, at) => first + at);

describe('a thread as one message', () => {
  it('holds every post once, in the order of the thread', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(200), { minLength: 2, maxLength: 60, size: 'max' }), (lengths) => {
        const { document } = threadOf(lengths);
        expect(numbersIn(previewText(document, unnamed))).toEqual(from(0, lengths.length));
      }),
    );
  });

  it('fits always, with the first post, the newest ones and the number of those between them', () => {
    const posts = fc.array(fc.nat(12_000), { minLength: 2, maxLength: 60, size: 'max' });
    fc.assert(
      fc.property(posts, fc.nat(5), (lengths, dropped) => {
        const { written, leftOut, document } = fitMessage(threadOf(lengths, dropped), unnamed);
        if (written.kind === 'too-long') {
          throw new Error('It does not fit');
        }
        const text = written.parts.join('\n');
        expect(numbersIn(text)).toEqual([0, ...from(1 + leftOut, lengths.length)]);
        const missing = leftOut + dropped;
        expect(text.includes('left out here')).toBe(missing > 0);
        expect(text.includes(words.postsLeftOut(missing))).toBe(missing > 0);
        expect(numbersIn(previewText(document, unnamed))).toEqual(numbersIn(text));
      }),
      { numRuns: 30 },
    );
  });

  it('leaves behind no more posts than it has to', () => {
    const thread = threadOf(Array.from({ length: 40 }, () => 5_000));
    const { leftOut } = fitMessage(thread, unnamed);
    expect(leftOut).toBeGreaterThan(0);
    const oneMore = thread.shortening?.leaveOut(leftOut - 1);
    expect(oneMore && fitMessage(oneMore, unnamed).written.kind).toBe('too-long');
  });

  it('is too long where the first post and the newest one are', () => {
    expect(fitMessage(threadOf([60_000, 10, 60_000]), unnamed).written.kind).toBe('too-long');
  });

  it('names what is lost of the posts that go, each thing once', () => {
    const file = { id: 'F1', title: 'plan.png' };
    const posts = [0, 1, 2].map((at) => ({
      message: { ts: `${1_700_000_000 + at}.000001`, user: 'U1', text: `${at}`, files: at === 1 ? [] : [file] },
    }));
    const written = { document: { blocks: [] }, losses: [{ kind: 'cut' as const }] };
    const { losses, shortening } = threadDocument({ posts, dropped: 0 }, { place: {}, written }, words);
    expect(losses).toEqual([{ kind: 'files', names: ['plan.png'] }, { kind: 'cut' }]);
    expect(shortening?.leaveOut(1).losses).toEqual(losses);
  });

  it('takes along the files of the posts that go, and no others', () => {
    const posts = [0, 1, 2].map((at) => ({
      message: {
        ts: `${1_700_000_000 + at}.000001`,
        user: 'U1',
        text: 'x'.repeat(at === 1 ? 99_000 : 900),
        files: [{ id: `F${at}`, name: `${at}.png`, size: 1, mimetype: 'image/png', filetype: 'png', mode: 'hosted' }],
      },
    }));
    const route = { team: 'T1', user: 'U1', locale: 'en' as const, place: { channel: 'C1' } };
    const content = { kind: 'message' as const, message: {}, permalink: '', thread: { posts, dropped: 0 } };
    const entered = { comment: undefined, withLink: true, thread: true };
    const message = messageOf({ content, route, takesFiles: true }, entered, words);
    expect(message.files?.map(({ id }) => id)).toEqual(['F0', 'F1', 'F2']);
    const fitted = fitMessage(message, unnamed);
    expect(fitted).toMatchObject({ leftOut: 1, written: { kind: 'written' } });
    expect(fitted.files?.map(({ id }) => id)).toEqual(['F0', 'F2']);
  });
});
