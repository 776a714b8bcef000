/** JSON as it travels between Slack and an app. */
export type Json = string | number | boolean | null | Json[] | JsonObject;

/** An object of JSON; fields that are `undefined` are not sent. */
export type JsonObject = {
  [key: string]: Json | undefined;
};

/** Parses JSON text; `undefined` when it is malformed. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** True for an object, false for null and for a list. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object under `key`, or an empty one. */
export function objectAt(source: JsonObject, key: string): JsonObject {
  const value = source[key];
  return isObject(value) ? value : {};
}

/** The objects of the list under `key`; anything else in the list is left out. */
export function objectsAt(source: JsonObject, key: string): JsonObject[] {
  const value = source[key];
  return Array.isArray(value) ? value.filter((item) => isObject(item)) : [];
}

/** The string under `key`, or an empty one. */
export function textAt(source: JsonObject, key: string): string {
  const value = source[key];
  return typeof value === 'string' ? value : '';
}

/** True for `true` and for the words a form uses for it. */
export function flagAt(source: JsonObject, key: string): boolean {
  const value = source[key];
  return value === true || value === 'true' || value === '1' || value === 1;
}

/** An argument that may arrive as an object or, in a form, as JSON text. `undefined` when absent or malformed. */
export function jsonArgument(args: JsonObject, key: string): Json | undefined {
  const value = args[key];
  return typeof value === 'string' ? parseJson(value) : value;
}
