import { readFileSync, statSync } from 'node:fs';

/** The text of a file, or why it is none; `missing` where there is no such file. */
export type TextFile = { readonly text: string } | { readonly problem: string; readonly missing?: true };

/** Settings are short: a larger file is something else. */
const maxBytes = 1_048_576;

/**
 * Reads a text in UTF-8, without the byte order mark that editors on Windows put before it. Pipes are read as well:
 * shells make them of `<(command)`. A device or a socket would never end.
 */
export function readTextFile(path: string): TextFile {
  try {
    const status = statSync(path);
    if (status.isDirectory()) {
      return { problem: 'is a folder' };
    }
    if (!(status.isFile() || status.isFIFO()) || status.size > maxBytes) {
      return { problem: 'is no text file' };
    }
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path)) };
  } catch (error) {
    return failure(error instanceof Error && 'code' in error ? error.code : undefined);
  }
}

function failure(code: unknown): TextFile {
  switch (code) {
    case 'ENOENT':
      return { problem: 'does not exist', missing: true };
    case 'EACCES':
    case 'EPERM':
      return { problem: 'may not be read by this user' };
    case 'ERR_ENCODING_INVALID_ENCODED_DATA':
      return { problem: 'is not written in UTF-8' };
    default:
      return { problem: 'cannot be read' };
  }
}
