import type { Plugin } from 'rolldown';

const ascii = /^[\0-\x7f]*$/;

/**
 * Writes every other character as its escape. V8 keeps the text of a file for as long as it runs, with two bytes for
 * each character as soon as a single one of them needs two.
 */
export function asciiOnly(): Plugin {
  return {
    name: 'ascii-only',
    renderChunk: (code) => (ascii.test(code) ? null : { code: escaped(code), map: null }),
  };
}

/** What is escaped means the same in a text, in a template, in a pattern and in a name. */
function escaped(code: string): string {
  return code.replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
