import type { Json, JsonObject } from '../json.ts';

/** Collects what Slack would refuse, in the form of its `response_metadata.messages`. */
export type Problems = {
  readonly messages: string[];
  report(pointer: string, problem: string): void;
  /** A string of at most `max` characters; reported when absent and required. */
  text(pointer: string, value: Json | undefined, rule: { max: number; min?: number; required?: boolean }): void;
  /** Properties that this object may not have. */
  onlyKeys(pointer: string, value: JsonObject, allowed: readonly string[]): void;
  /** A value that may appear once: block ids in a view, action ids in a block. */
  once(pointer: string, seen: Set<string>, value: Json | undefined): void;
};

/** Creates an empty collection. */
export function createProblems(): Problems {
  const messages: string[] = [];
  const report = (pointer: string, problem: string): void => {
    messages.push(`[ERROR] ${problem} [json-pointer:${pointer}]`);
  };
  return {
    messages,
    report,
    text(pointer, value, { max, min = 1, required = false }) {
      if (value === undefined || value === null) {
        if (required) {
          report(pointer, 'missing required field');
        }
        return;
      }
      if (typeof value !== 'string') {
        report(pointer, 'must be a string');
      } else if (value.length > max) {
        report(pointer, `must be less than ${max + 1} characters`);
      } else if (value.length < min) {
        report(pointer, `must be more than ${min - 1} characters`);
      }
    },
    onlyKeys(pointer, value, allowed) {
      for (const key of Object.keys(value)) {
        if (!allowed.includes(key)) {
          report(pointer, `invalid additional property: ${key}`);
        }
      }
    },
    once(pointer, seen, value) {
      if (typeof value !== 'string') {
        return;
      }
      if (seen.has(value)) {
        report(pointer, `"${value}" already exists`);
      }
      seen.add(value);
    },
  };
}
