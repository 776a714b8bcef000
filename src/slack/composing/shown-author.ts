import type { Author } from '../../domain/author.ts';
import type { MessageWords } from '../../domain/message-words.ts';
import type { ShownAuthor } from '../../translation/attribute.ts';

/** An author in the words that are shown. */
export function shownAuthor(author: Author | undefined, words: MessageWords): ShownAuthor | undefined {
  if (author?.kind === 'app') {
    return { kind: 'app', name: author.name ?? words.app };
  }
  if (author?.via === undefined) {
    return author;
  }
  const { via, ...person } = author;
  return { ...person, note: `${words.via} ${via}` };
}
