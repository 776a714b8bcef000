import { z } from 'zod';
import { type TaskId, taskIdOf } from '../../domain/portal.ts';
import { fieldIds } from '../action-ids.ts';
import type { Words } from './draft-document.ts';

/** What an open form carries hidden: its draft, and whether the person was told that they said the same before. */
export type FormReference = { readonly draft: string; readonly again: boolean };

/** The chosen suggestion, as Slack keeps it. */
export type ChosenOption = z.infer<typeof option>;

/** A form as it is on the person's screen. */
export type Form = {
  readonly viewId: string;
  readonly hash: string;
  readonly reference: FormReference;
  readonly chosen: ChosenOption | undefined;
  readonly words: Words;
};

const plainText = z.object({ type: z.literal('plain_text'), text: z.string() });
const option = z.object({
  text: plainText,
  value: z.string(),
  description: plainText.exactOptional(),
});

const { task, comment, withLink } = fieldIds;

const body = z.object({
  view: z.object({
    id: z.string(),
    hash: z.string().default(''),
    private_metadata: z.string().default(''),
    state: z.object({
      values: z.object({
        [task.block]: z.object({ [task.element]: z.object({ selected_option: option.nullish() }) }).optional(),
        [comment.block]: z.object({ [comment.element]: z.object({ value: z.string().nullish() }) }).optional(),
        [withLink.block]: z
          .object({ [withLink.element]: z.object({ selected_options: z.array(z.unknown()).nullish() }) })
          .optional(),
      }),
    }),
  }),
});

/** The form in the body of a submission or of a change in it. Throws when Slack's fields are not there. */
export function readForm(received: unknown): Form {
  const { id, hash, private_metadata, state } = body.parse(received).view;
  const { values } = state;
  return {
    viewId: id,
    hash,
    reference: readReference(private_metadata),
    chosen: values[task.block]?.[task.element]?.selected_option ?? undefined,
    words: {
      comment: values[comment.block]?.[comment.element]?.value ?? '',
      withLink: (values[withLink.block]?.[withLink.element]?.selected_options ?? []).length > 0,
    },
  };
}

/** The hidden text of a form. */
export function writeReference({ draft, again }: FormReference): string {
  return again ? `${draft} again` : draft;
}

/** What the hidden text of a form says. */
export function readReference(metadata: string): FormReference {
  const [draft = '', again] = metadata.split(' ');
  return { draft, again: again === 'again' };
}

/** The task of a chosen suggestion; nothing for a note that stands among the suggestions. */
export function chosenTask(chosen: ChosenOption | undefined): TaskId | undefined {
  return taskIdOf(chosen?.value ?? '');
}
