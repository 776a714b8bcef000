import type { Shortening, Submission } from '../../delivery/submission.ts';
import type { Document } from '../../domain/document.ts';
import type { MessageWords } from '../../domain/message-words.ts';
import type { DraftThread, ThreadPost } from '../../tasks/ports.ts';
import { type Attributed, attributeThread, type Origin } from '../../translation/attribute.ts';
import { createLossLog } from '../../translation/loss-log.ts';
import { presumedAuthor, readPosted } from '../../translation/read-author.ts';
import { readPost } from '../../translation/read-message.ts';
import type { MessageFile } from '../../translation/reading/file-along.ts';
import { shownAuthor } from './shown-author.ts';

/** What a whole thread is sent with: where it stands, and what its sender wrote above it. */
export type ThreadFrame = {
  readonly place: Origin;
  readonly written: { readonly document: Document; readonly losses: Submission['losses'] };
  readonly takesFiles?: boolean;
};

type Part = Attributed & { readonly losses: Submission['losses']; readonly files: readonly MessageFile[] };

/** `found`: the files of the posts that are in it. */
type ThreadText = Pick<Submission, 'document' | 'losses'> & { readonly found: readonly MessageFile[] };

/** A thread as one message, and without some of its posts. */
export type ThreadMessage = ThreadText &
  Pick<Submission, 'gist'> & {
    readonly shortening: Omit<Shortening, 'leaveOut'> & { readonly leaveOut: (posts: number) => ThreadText };
  };

/**
 * A thread as one message, post below post in their order. The first post tells what it is about, and the newest where
 * it has come to: where not all of them can go, it is the ones after the first that stay behind, and a line says how
 * many.
 */
export function threadDocument(
  { posts, dropped }: DraftThread,
  { place, written, takesFiles = false }: ThreadFrame,
  words: MessageWords,
): ThreadMessage {
  const parts = posts.map((post, at) => readPart(post, { place: at === 0 ? place : {}, takesFiles }, words));
  const [first, ...others] = parts;
  const leaveOut = (count: number): ThreadText => {
    const kept = first ? [first, ...others.slice(count)] : [];
    const missing = dropped + count;
    const gap = missing > 0 ? words.postsLeftOut(missing) : undefined;
    const document = attributeThread(kept, { comment: written.document, gap });
    return { document, losses: lossesOf([...kept, written]), found: kept.flatMap(({ files }) => files) };
  };
  const pieceOf: Shortening['pieceOf'] = (at) => attributeThread(others.slice(at, at + 1), {});
  const gist = written.document.blocks.length > 0 ? written.document : first?.document;
  return {
    ...leaveOut(0),
    ...(gist ? { gist } : {}),
    // Without any of its newest posts a thread would not be one.
    shortening: { most: Math.max(0, others.length - 1), leaveOut, pieceOf },
  };
}

function readPart(
  { message, author }: ThreadPost,
  { place, takesFiles }: Pick<ThreadFrame, 'place' | 'takesFiles'>,
  words: MessageWords,
): Part {
  const { document, losses, files, sentAt, editedAt, isBroadcast } = readPost(message, words, takesFiles);
  const origin = {
    ...place,
    author: shownAuthor(author ?? presumedAuthor(readPosted(message)), words),
    when: sentAt,
    editedAt,
    note: isBroadcast ? words.alsoToChannel : undefined,
  };
  return { document, losses, files, origin };
}

/** What was lost of any of them, each thing named once. */
function lossesOf(parts: readonly Pick<Part, 'losses'>[]): Submission['losses'] {
  const log = createLossLog();
  for (const loss of parts.flatMap(({ losses }) => losses)) {
    log.addLoss(loss);
  }
  return log.losses();
}
