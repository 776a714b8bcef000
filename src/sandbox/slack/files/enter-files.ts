import type { Json, JsonObject } from '../json.ts';
import type { SlackState } from '../state/state.ts';
import { describeFile } from './describe.ts';

/** What a person puts into a `file_input`: ids of files that they have uploaded. From then on the app may read them. */
export function fileInputValue(state: SlackState, given: Json): JsonObject {
  const ids = given === null ? [] : [given].flat();
  const files = ids.map((id) => {
    const file = state.files.find(String(id));
    if (file === undefined) {
      throw new Error(`There is no file ${String(id)}`);
    }
    file.isGivenToApp = true;
    return describeFile(file, state.origin());
  });
  return { type: 'file_input', files };
}

const defaultMaxFiles = 10;

/** What Slack's client says to too many files, or to kinds that the element does not take. */
export function fileInputProblem(element: JsonObject, files: readonly JsonObject[]): string | undefined {
  const maxFiles = Number(element['max_files'] ?? defaultMaxFiles);
  if (files.length > maxFiles) {
    return `You can upload up to ${maxFiles} files.`;
  }
  const kinds = element['filetypes'];
  const isTaken = ({ filetype }: JsonObject) => !Array.isArray(kinds) || kinds.includes(filetype ?? '');
  return files.every(isTaken) ? undefined : 'This kind of file is not supported here.';
}
