import type { MessageWords } from '../../domain/message-words.ts';
import type { LossLog } from '../loss-log.ts';
import { fileAlong, type MessageFile } from './file-along.ts';
import { type Shape, textAt } from './json-shape.ts';

/** What all readers of one message share. */
export type Reading = LossLog & {
  /** For what Slack shows without any text of its own. */
  readonly words: MessageWords;
  /** The file with this id, if Slack sent it with the message, for places that only name the id. */
  fileAt(id: string | undefined): Shape | undefined;
  /** Whether the file has not been listed yet; from now on it counts as listed. */
  isNew(file: Shape): boolean;
  /** Whether the file itself goes along with the message; from now on it does. */
  goesAlong(file: Shape): boolean;
};

/** The reading of a message to which these files belong. `along` gets those that go along; without it none does. */
export function createReading(
  words: MessageWords,
  log: LossLog,
  files: readonly Shape[],
  along?: MessageFile[],
): Reading {
  const byId = new Map(files.map((file) => [textAt(file, 'id'), file]));
  const listed = new Set<string>();
  return {
    ...log,
    words,
    fileAt: (id) => (id === undefined ? undefined : byId.get(id)),
    isNew(file) {
      const id = textAt(file, 'id');
      const isNew = id === undefined || !listed.has(id);
      if (id !== undefined) {
        listed.add(id);
      }
      return isNew;
    },
    goesAlong(file) {
      const found = along && fileAlong(file);
      if (found) {
        along.push(found);
      }
      return found !== undefined;
    },
  };
}
