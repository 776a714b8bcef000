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

/** Slack's limit for the text and the description of an option, and for the label of a group. */
const longest = 75;

/** The suggestions, with a note as the last group where the list is not all there is. */
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

/** A task as it is offered and shown when chosen; its value is its number. */
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

/** What a note has for a value; it is no task's. */
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

/** At most 75 UTF-16 units, and never half a character. */
function cut(text: string): string {
  if (text.length <= longest) {
    return text;
  }
  return `${text
    .slice(0, longest - 1)
    .toWellFormed()
    .replace(/\ufffd$/, '')}…`;
}
