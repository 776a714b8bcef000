/** How much of a view this is: in characters of JSON that has nothing but ASCII. Source: docs.slack.dev, modal views. */
export function sizeInView(value: unknown): number {
  let size = 0;
  for (const char of JSON.stringify(value)) {
    size += char > '\u007e' ? 6 * char.length : 1;
  }
  return size;
}
