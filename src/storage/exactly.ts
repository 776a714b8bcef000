import type { z } from 'zod';
import type { Secret } from '../domain/secret.ts';

/**
 * Takes a schema of exactly this type. The compiler refuses one in which a kind, a field or a value is missing, also a
 * field that may be absent, or which has one too many: what it left out would be lost without a sound when it is
 * stored.
 */
export function exactly<Value>() {
  return <Schema extends z.ZodType<Value>>(
    schema: Schema & (IsSame<Written<Value>, Written<z.output<Schema>>> extends true ? unknown : NotExactly<Value>),
  ): z.ZodType<Value> => schema;
}

/** What the compiler names where a schema does not fit. */
type NotExactly<Value> = { readonly isNotExactly: Value };

/** True for one type only: types that can stand for each other may still differ in a field that may be absent. */
type IsSame<One, Other> =
  (<Type>() => Type extends One ? 1 : 2) extends <Type>() => Type extends Other ? 1 : 2 ? true : false;

/** The type without `readonly`, at every depth: zod's have none. */
type Written<Value> = Value extends string | number | boolean | null | undefined | Secret
  ? Value
  : { -readonly [Field in keyof Value]: Written<Value[Field]> };
