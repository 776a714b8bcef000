import type { FileReference } from '../../domain/file-reference.ts';
import { present } from '../../domain/present.ts';
import type { Draft } from '../../tasks/ports.ts';
import type { MessageFile } from '../../translation/reading/file-along.ts';

/** The most files that go along with one message: as many as a form takes. Source: docs.slack.dev, file input. */
export const maxFiles = 10;

/** The files of a message by what becomes of them. */
export type SortedFiles = {
  readonly along: readonly FileReference[];
  /** More than go along with one message. */
  readonly tooMany: readonly MessageFile[];
};

/** The files that go along, each once: those of the message, and after them those that were put into its form. */
export function sortFiles(
  { route }: Pick<Draft, 'route'>,
  ofForm: readonly MessageFile[],
  ofMessage: readonly MessageFile[],
): SortedFiles {
  const put = eachOnce(ofForm).slice(0, maxFiles);
  const found = eachOnce(ofMessage).filter(({ id }) => put.every((file) => file.id !== id));
  const room = maxFiles - put.length;
  const { team, enterprise } = route;
  return {
    along: [...found.slice(0, room), ...put].map((file) => ({ ...file, team, ...present({ enterprise }) })),
    tooMany: found.slice(room),
  };
}

function eachOnce(files: readonly MessageFile[]): readonly MessageFile[] {
  return [...new Map(files.map((file) => [file.id, file])).values()];
}
