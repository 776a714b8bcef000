import type { FileProblem } from '../../domain/file-problem.ts';
import { maxFileBytes } from '../../domain/file-reference.ts';
import type { Texts } from '../../locales/en.ts';
import { plain } from '../../locales/shown.ts';
import type { MessageFile } from '../../translation/reading/file-along.ts';

/** What is said at the field of files, where one of them cannot be taken; `undefined` where all can. */
export function problemWithFiles(files: readonly MessageFile[], texts: Texts): string | undefined {
  for (const { name, size } of files) {
    const kind = size === undefined ? undefined : problemOf(size);
    if (kind) {
      return texts.formFiles.refused({ name: plain.text(name || texts.files.unnamed), why: texts.files.why[kind] });
    }
  }
  return undefined;
}

function problemOf(size: number): FileProblem['kind'] | undefined {
  if (size === 0) {
    return 'empty';
  }
  return size > maxFileBytes ? 'too-large' : undefined;
}
