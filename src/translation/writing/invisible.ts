/** U+2060, which has no width and joins two words without a place to wrap the line. */
export const joiner = '\u2060';

/** Whether a character shows nothing and takes no room, so that a reader may pass over it. */
export function isInvisible(char: string): boolean {
  return char > '\u00ac' && (char.length === 1 ? invisible.has(char) : invisiblePair.test(char));
}

/** Whether a character is blank, but takes room. Line breaks are not meant. */
export function isSpace(char: string): boolean {
  return spaces.has(char);
}

/** Looked up for every character, so that a table is worth its lines. */
const invisible = charsIn(
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x61c, 0x61c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x200b, 0x200f],
  [0x202a, 0x202e],
  [0x2060, 0x206f],
  [0x3164, 0x3164],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff0, 0xfffb],
);

const invisiblePair = /^\p{Default_Ignorable_Code_Point}$/u;

const spaces = charsIn(
  [0x9, 0x9],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
);

function charsIn(...ranges: readonly (readonly [first: number, last: number])[]): ReadonlySet<string> {
  const chars = new Set<string>();
  for (const [first, last] of ranges) {
    for (let code = first; code <= last; code += 1) {
      chars.add(String.fromCharCode(code));
    }
  }
  return chars;
}
