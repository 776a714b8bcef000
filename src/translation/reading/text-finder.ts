/**
 * Finds `wanted` at or after a position. Positions must not go back; then all searches together read the text once,
 * however many there are.
 */
export function createFinder(text: string, wanted: string): (from: number) => number {
  let found = -2;
  return (from) => {
    if (found !== -1 && found < from) {
      found = text.indexOf(wanted, from);
    }
    return found;
  };
}
