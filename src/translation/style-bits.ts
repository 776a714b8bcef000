import type { Style } from '../domain/document.ts';

/** The styles as bits of a number, so that they can be compared, switched and looked up at no cost. */
export const styleNames = ['bold', 'italic', 'underline', 'strike', 'code'] as const satisfies (keyof Style)[];

/** The bit of one style. */
export function bitOf(name: keyof Style): number {
  return 1 << styleNames.indexOf(name);
}

/** The bits of a style; 0 for none. */
export function bitsOf(style: Style | undefined): number {
  if (style === undefined) {
    return 0;
  }
  return (
    (style.bold ? 1 : 0) |
    (style.italic ? 2 : 0) |
    (style.underline ? 4 : 0) |
    (style.strike ? 8 : 0) |
    (style.code ? 16 : 0)
  );
}

/** One value for each of the 32 combinations, made from the names that it has. */
export function forEachStyle<Value>(make: (names: readonly (keyof Style)[]) => Value): readonly Value[] {
  return Array.from({ length: 1 << styleNames.length }, (_value, bits) =>
    make(styleNames.filter((_name, at) => bits & (1 << at))),
  );
}
