import type { types } from '@slack/bolt';
import { type FileReference, maxFileBytes } from '../../domain/file-reference.ts';
import type { Texts } from '../../locales/en.ts';
import { fieldIds } from './action-ids.ts';
import { context, plainText } from './blocks.ts';
import { leftOutLine, shownFile } from './file-lines.ts';

/** The files that a draft comes with and the field for more. `most`: how many more the form takes. */
export type ShownFiles = { readonly along: readonly FileReference[]; readonly most: number };

/** The field that takes files (scope files:read), and which ones go along anyway. Source: docs.slack.dev, file input. */
export function filesInput({ along, most }: ShownFiles, texts: Texts): types.KnownBlock[] {
  const { formFiles, files } = texts;
  const isTooLarge = ({ size = 0 }: FileReference) => size > maxFileBytes;
  const going = along.filter((file) => !isTooLarge(file));
  const lines = [
    ...(going.length > 0 ? [formFiles.goAlong({ names: going.map((file) => shownFile(file, texts)), more: 0 })] : []),
    ...along.filter(isTooLarge).map((file) => leftOutLine(file, files.why['too-large'], texts)),
  ];
  return [...(lines.length > 0 ? [context([lines.join('\n')])] : []), ...(most > 0 ? [fileInput(most, texts)] : [])];
}

function fileInput(most: number, { formFiles }: Texts): types.InputBlock {
  return {
    type: 'input',
    block_id: fieldIds.files.block,
    label: plainText(formFiles.label),
    hint: plainText(formFiles.hint),
    optional: true,
    element: { type: 'file_input', action_id: fieldIds.files.element, max_files: most },
  };
}
