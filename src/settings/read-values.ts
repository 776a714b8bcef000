import type { Environment, Problem } from './environment.ts';
import { readTextFile } from './read-text-file.ts';

/** The texts of the settings, without blanks at their ends. */
export type Values = {
  /** Names that were given in either way, also where the value could not be had. */
  readonly given: ReadonlySet<string>;
  readonly values: Environment;
  readonly problems: readonly Problem[];
};

/**
 * Takes the settings `names` from `env`, or from the files that `<NAME>_FILE` names. Compose files set variables that
 * nobody gave to "", so that an empty variable counts as absent, but not one of `neverEmpty`: without a restriction or
 * a secret the service would run otherwise than its administrator believes. An empty file is always a mistake: a secret
 * is mounted before it is filled.
 */
export function readValues(env: Environment, names: readonly string[], neverEmpty: ReadonlySet<string>): Values {
  const given = new Set<string>();
  const values: Record<string, string> = {};
  const problems: Problem[] = [];
  for (const setting of names) {
    const found = readValue(env, setting, neverEmpty.has(setting));
    if (found) {
      given.add(setting);
    }
    if (found?.value !== undefined) {
      values[setting] = found.value;
    }
    if (found?.problem) {
      problems.push(found.problem);
    }
  }
  return { given, values, problems };
}

type Found = { readonly value?: string; readonly problem?: Problem };

function readValue(env: Environment, setting: string, neverEmpty: boolean): Found | undefined {
  const fileSetting = `${setting}_FILE`;
  const { [setting]: text, [fileSetting]: file } = env;
  if (text && file) {
    return { problem: { setting, message: `is given twice: here and in ${fileSetting}` } };
  }
  if (file) {
    return readFile(fileSetting, file);
  }
  if (text) {
    return check(setting, text);
  }
  const empty = [setting, fileSetting].find((name) => env[name] === '');
  return neverEmpty && empty
    ? { problem: { setting: empty, message: 'is empty: give it a value, or remove it' } }
    : undefined;
}

function readFile(setting: string, path: string): Found {
  const file = readTextFile(path);
  return 'problem' in file
    ? { problem: { setting, message: `names a file that cannot be used: it ${file.problem}` } }
    : check(setting, file.text, 'names a file that is empty: fill it before the service starts');
}

function check(setting: string, text: string, whenBlank = 'is blank: give it a value, or remove it'): Found {
  const value = text.trim();
  if (value === '') {
    return { problem: { setting, message: whenBlank } };
  }
  if (/^(?<quote>["']).*\k<quote>$/s.test(value)) {
    return {
      problem: { setting, message: 'stands in quotes: remove them, Docker takes them for a part of the value' },
    };
  }
  return { value };
}
