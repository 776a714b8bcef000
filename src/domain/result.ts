import type { Failure } from './failure.ts';

/** The result of a use case: a value, or an expected failure. Bugs are exceptions. */
export type Result<Value, Reason extends Failure = Failure> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly failure: Reason };

/** A result that holds `value`. */
export function success<Value>(value: Value): { readonly ok: true; readonly value: Value } {
  return { ok: true, value };
}

/** A result that holds an expected failure. */
export function failed<Reason extends Failure>(failure: Reason): { readonly ok: false; readonly failure: Reason } {
  return { ok: false, failure };
}
