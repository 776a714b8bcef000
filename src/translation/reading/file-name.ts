import { type Shape, textAt } from './json-shape.ts';
import type { Reading } from './reading.ts';
import { readAddress, readLabel } from './text-object.ts';

/** What a file is called: its title, else a word for what it is, and never its id. */
export function fileName(file: Shape, reading: Reading): string {
  const named = ['title', 'name', 'fallback'].map((key) => readLabel(textAt(file, key), reading));
  return named.find((name) => name !== undefined) ?? kindOf(file, reading);
}

/** Where a file can be opened. */
export function fileAddress(file: Shape): string | undefined {
  return readAddress(file, 'permalink', 'url_private', 'external_url', 'url');
}

/** Canvases are `quip` or `canvas`, lists `list`. Source: `filetype` and `mode` of files. */
function kindOf(file: Shape, { words }: Reading): string {
  const kinds = [textAt(file, 'filetype'), textAt(file, 'mode'), textAt(file, 'pretty_type')?.toLowerCase()];
  if (kinds.includes('quip') || kinds.includes('canvas')) {
    return words.canvas;
  }
  return kinds.includes('list') ? words.list : words.file;
}
