/** How many characters a text has as Bitrix24 counts them: code points, so that an emoji of one is one. */
export function countCharacters(text: string): number {
  if (!high.test(text)) {
    return text.length;
  }
  let count = text.length;
  for (const _pair of text.matchAll(pairs)) {
    count -= 1;
  }
  return count;
}

/** Where in the text so many characters have gone by; its end where it has no more. */
export function placeAfter(text: string, characters: number): number {
  if (!high.test(text)) {
    return Math.min(characters, text.length);
  }
  let place = Math.min(characters, text.length);
  for (const pair of text.matchAll(pairs)) {
    if (pair.index >= place) {
      break;
    }
    place += 1;
  }
  return Math.min(place, text.length);
}

const high = /[\ud800-\udbff]/;
const pairs = /[\ud800-\udbff][\udc00-\udfff]/g;
