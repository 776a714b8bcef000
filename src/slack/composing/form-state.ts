import { type TaskId, taskIdOf } from '../../domain/portal.ts';
import { type ChosenOption, chosenIn, filesIn, isTickedIn, type View, writtenIn } from '../receiving/view.ts';
import { fieldIds } from '../views/action-ids.ts';
import { threadValue } from '../views/compose-thread.ts';
import type { Words } from './draft-document.ts';

/** What an open form carries hidden: its draft, and whether the person was told that they said the same before. */
export type FormReference = { readonly draft: string; readonly again: boolean };

/** A form as it is on the person's screen. */
export type Form = {
  readonly viewId: string;
  readonly hash: string;
  readonly reference: FormReference;
  readonly chosen: ChosenOption | undefined;
  readonly words: Words;
};

const { task, comment, withLink, announce, thread, files } = fieldIds;

/** The form in a view that was submitted or changed. */
export function readForm(view: View): Form {
  return {
    viewId: view.id,
    hash: view.hash,
    reference: readReference(view.metadata),
    chosen: chosenIn(view, task),
    words: {
      comment: writtenIn(view, comment),
      withLink: isTickedIn(view, withLink),
      announces: isTickedIn(view, announce),
      thread: chosenIn(view, thread)?.value === threadValue,
      files: filesIn(view, files),
    },
  };
}

/** Stands before the draft: a release that cannot read the field finds no draft of this name, and sends nothing. */
const richMark = 'rich';

/** The hidden text of a form. */
export function writeReference({ draft, again }: FormReference): string {
  return [richMark, draft, ...(again ? ['again'] : [])].join(' ');
}

/** What the hidden text of a form says, also of one that the earlier release showed. */
export function readReference(metadata: string): FormReference {
  const words = metadata.split(' ');
  const [draft = '', again] = words[0] === richMark ? words.slice(1) : words;
  return { draft, again: again === 'again' };
}

/** The task of a chosen suggestion; `undefined` for a note that stands among the suggestions. */
export function chosenTask(chosen: ChosenOption | undefined): TaskId | undefined {
  return taskIdOf(chosen?.value ?? '');
}
