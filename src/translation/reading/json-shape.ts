/** An object of unknown make: every field has to be asked for. */
export type Shape = Readonly<Record<string, unknown>>;

/** Whether a value has fields; lists and null have none. */
export function isShape(value: unknown): value is Shape {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as an object; anything else is an object without fields. */
export function shapeOf(value: unknown): Shape {
  return isShape(value) ? value : {};
}

/** A field of unknown type; `undefined` when there is none. */
export function fieldAt(shape: Shape, key: string): unknown {
  return shape[key];
}

/** The first of the named fields that holds a text which is not empty. */
export function textAt(shape: Shape, ...keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const value = shape[key];
    if (typeof value === 'string' && value !== '') {
      return value;
    }
  }
  return undefined;
}

/** An object field; anything else is an object without fields. */
export function shapeAt(shape: Shape, key: string): Shape {
  return shapeOf(shape[key]);
}

/** The items of a list field; none when the field holds no list. */
export function listAt(shape: Shape, key: string): readonly unknown[] {
  const value = shape[key];
  return Array.isArray(value) ? value : [];
}

/** The objects in a list field; what is no object is passed over. */
export function shapesAt(shape: Shape, key: string): readonly Shape[] {
  return listAt(shape, key).filter(isShape);
}

/** A whole number of zero or more, given as a number or as its digits. */
export function countAt(shape: Shape, key: string): number | undefined {
  const value = shape[key];
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}
