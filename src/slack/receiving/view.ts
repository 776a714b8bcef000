import { z } from 'zod';
import type { MessageFile } from '../../translation/reading/file-along.ts';

/** A view as it was on the person's screen. */
export type View = {
  readonly id: string;
  readonly callbackId: string;
  /** Changes with what is in the view; empty where Slack does not tell it. */
  readonly hash: string;
  /** The hidden text that the view was made with; empty where it has none. */
  readonly metadata: string;
  /** What was entered, by the ids of blocks and of the elements in them. */
  readonly entered: Readonly<Record<string, Readonly<Record<string, Entered>>>>;
};

/** Where in a view something is entered. */
export type FieldId = { readonly block: string; readonly element: string };

/** A chosen option, as Slack keeps it. */
export type ChosenOption = z.infer<typeof option>;

type Entered = z.infer<typeof entered>;

const plainText = z.object({ type: z.literal('plain_text'), text: z.string() });
const option = z.object({
  text: plainText,
  value: z.string(),
  description: plainText.exactOptional(),
});

/** A file of a file input. Source: docs.slack.dev, file object. */
const file = z
  .object({
    id: z.string(),
    name: z.string().default(''),
    size: z.number().exactOptional(),
    mimetype: z.string().exactOptional(),
  })
  .optional();

const entered = z.object({
  value: z.string().nullish(),
  rich_text_value: z.unknown().optional(),
  // Options of buttons and boxes can be written in mrkdwn; those of selects, which are read, cannot.
  selected_option: option.nullish().catch(undefined),
  selected_options: z.array(z.unknown()).nullish(),
  files: z.array(file.catch(undefined)).nullish().catch(undefined),
});

/** The parts of a view in Slack's bodies that this app reads. */
export const viewBody = z.object({
  id: z.string().min(1),
  type: z.string().nullish(),
  app_installed_team_id: z.string().nullish(),
  callback_id: z.string().default(''),
  hash: z.string().default(''),
  private_metadata: z.string().default(''),
  state: z.object({ values: z.record(z.string(), z.record(z.string(), entered)) }).nullish(),
});

/** The view in a body. */
export function viewOf({ id, callback_id, hash, private_metadata, state }: z.infer<typeof viewBody>): View {
  return { id, callbackId: callback_id, hash, metadata: private_metadata, entered: state?.values ?? {} };
}

/** The text that was typed into a field; empty where there is none. */
export function typedIn(view: View, field: FieldId): string {
  return enteredIn(view, field)?.value ?? '';
}

/**
 * What was written into a field of rich text: Slack's block, or the text of a plain field that an earlier release
 * showed; `undefined` where there is nothing. Slack sends an empty field without a value, or with a block without text.
 */
export function writtenIn(view: View, field: FieldId): unknown {
  const entry = enteredIn(view, field);
  return entry?.rich_text_value ?? entry?.value ?? undefined;
}

/** The option that was chosen in a select. */
export function chosenIn(view: View, field: FieldId): ChosenOption | undefined {
  return enteredIn(view, field)?.selected_option ?? undefined;
}

/** The files that were put into a field. */
export function filesIn(view: View, field: FieldId): readonly MessageFile[] {
  return (enteredIn(view, field)?.files ?? []).flatMap((file) => file ?? []);
}

/** Whether any of a group of checkboxes is ticked. */
export function isTickedIn(view: View, field: FieldId): boolean {
  return (enteredIn(view, field)?.selected_options ?? []).length > 0;
}

function enteredIn({ entered }: View, { block, element }: FieldId): Entered | undefined {
  return entered[block]?.[element];
}
