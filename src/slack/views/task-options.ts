import type { types } from '@slack/bolt';
import type { Texts } from '../../locales/en.ts';
import { plain } from '../../locales/shown.ts';
import type { SuggestionGroup, Suggestions } from '../../tasks/suggest-task.ts';
import type { SuggestedTask } from '../../tasks/suggested-task.ts';
import { plainText } from './blocks.ts';
import { showPortal } from './describe-failure.ts';

/** Suggestions as an external select takes them. Source: docs.slack.dev, block_suggestion payload. */
export type OptionsAnswer =
  | { readonly options: types.PlainTextOption[] }
  | { readonly option_groups: { label: types.PlainTextElement; options: types.PlainTextOption[] }[] };

/** Slack's limit for the text and the description of an option and for the label of a group, in UTF-16 code units. */
const maxOptionLength = 75;

/** The suggestions as groups of options. A note in a last group says why the list may be incomplete. */
export function suggestionOptions(
  suggestions: Suggestions,
  query: { readonly task?: number },
  texts: Texts,
): OptionsAnswer {
  const { suggestions: words } = texts.compose;
  const note = noteOf(suggestions, query, texts);
  const groups = suggestions.groups.map(({ kind, tasks }: SuggestionGroup) => ({
    label: plainText(words[kind]),
    options: tasks.map((task) => taskOption(task, texts)),
  }));
  if (!note) {
    return { option_groups: groups };
  }
  const option = { text: plainText(cut(note.line)), value: noteValue };
  return { option_groups: [...groups, { label: plainText(cut(note.heading)), options: [option] }] };
}

/** The option for a task; its value is the task's number. */
export function taskOption({ task, title, status, group }: SuggestedTask, texts: Texts): types.PlainTextOption {
  const { option, statuses } = texts.compose.suggestions;
  const known = title === undefined ? {} : { title: plain.text(title) };
  const details = [...(status ? [statuses[status]] : []), ...(group ? [plain.text(group)] : [])].join(' · ');
  return {
    text: plainText(cut(option({ task, ...known }))),
    value: String(task),
    ...(details === '' ? {} : { description: plainText(cut(details)) }),
  };
}

/** The value of a note. It is no number, so a form that is sent with it names no task. */
const noteValue = 'note';

type Note = { readonly heading: string; readonly line: string };

function noteOf({ groups, trouble, portal }: Suggestions, { task }: { task?: number }, texts: Texts): Note | undefined {
  const { notes } = texts.compose;
  const shown = showPortal(portal ?? '', plain);
  if (!trouble) {
    return groups.length > 0 ? undefined : notes.nothing;
  }
  switch (trouble.kind) {
    case 'not-linked':
      return notes.notLinked;
    case 'foreign-portal':
      return notes.foreign(showPortal(trouble.linked, plain));
    case 'no-access':
      return task === undefined ? notes.troubles[trouble.kind](shown) : notes.none(task);
    default:
      return notes.troubles[trouble.kind](shown);
  }
}

/** Shortens to the limit, without cutting a surrogate pair. */
function cut(text: string): string {
  if (text.length <= maxOptionLength) {
    return text;
  }
  return `${text
    .slice(0, maxOptionLength - 1)
    .toWellFormed()
    .replace(/\ufffd$/, '')}…`;
}
