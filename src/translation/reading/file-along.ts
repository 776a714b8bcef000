import type { FileReference } from '../../domain/file-reference.ts';
import { present } from '../../domain/present.ts';
import { countAt, fieldAt, type Shape, textAt } from './json-shape.ts';

/** A file as a message names it. */
export type MessageFile = Omit<FileReference, 'team' | 'enterprise'>;

/** Pages of Slack, and what Slack does not show any more. Source: `filetype` and `mode` of files. */
const without = [
  'quip',
  'canvas',
  'list',
  'space',
  'post',
  'tombstone',
  'hidden_by_limit',
  'external',
  'file_deleted',
  'file_not_found',
];

/** What is needed to fetch a file; `undefined` for what has no bytes in Slack. Of some Slack sends the id alone. */
export function fileAlong(file: Shape): MessageFile | undefined {
  const id = textAt(file, 'id');
  const kinds = [textAt(file, 'mode'), textAt(file, 'filetype'), textAt(file, 'file_access')];
  if (id === undefined || fieldAt(file, 'is_external') === true || kinds.some((kind) => without.includes(kind ?? ''))) {
    return undefined;
  }
  const { size, mimetype } = { size: countAt(file, 'size'), mimetype: textAt(file, 'mimetype') };
  return { id, name: textAt(file, 'name', 'title') ?? '', ...present({ size, mimetype }) };
}
