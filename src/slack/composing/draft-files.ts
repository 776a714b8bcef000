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

/** The files that go along, each once: those of the message, and after them those that were put into its forms. */
export function sortFiles(
  { route, files = [] }: Pick<Draft, 'route' | 'files'>,
  ofForm: readonly MessageFile[],
  ofMessage: readonly MessageFile[],
): SortedFiles {
  const put = eachOnce([...files, ...referencesTo(ofForm, route)]);
  const found = eachOnce(referencesTo(ofMessage, route)).filter(({ id }) => put.every((file) => file.id !== id));
  const room = Math.max(0, maxFiles - put.length);
  return {
    along: [...found.slice(0, room), ...put.slice(0, maxFiles)],
    tooMany: [...found.slice(room), ...put.slice(maxFiles)],
  };
}

/** The draft with what was put into its form, which Slack does not show again. */
export function withFiles(draft: Draft, { files = [] }: { readonly files?: readonly MessageFile[] }): Draft {
  const put = eachOnce([...(draft.files ?? []), ...referencesTo(files, draft.route)]);
  return put.length > 0 ? { ...draft, files: put } : draft;
}

/** Files are read in the workspace of the person who acts. */
function referencesTo(files: readonly MessageFile[], { team, enterprise }: Draft['route']): readonly FileReference[] {
  return files.map((file) => ({ ...file, team, ...present({ enterprise }) }));
}

function eachOnce(files: readonly FileReference[]): readonly FileReference[] {
  const firsts = new Map<string, FileReference>();
  for (const file of files) {
    firsts.set(file.id, firsts.get(file.id) ?? file);
  }
  return [...firsts.values()];
}
