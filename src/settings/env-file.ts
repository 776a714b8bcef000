import { lstatSync } from 'node:fs';
import { parseEnv } from 'node:util';
import type { Environment, Problem } from './environment.ts';
import { readTextFile } from './read-text-file.ts';

/** The variables of a process together with those of its `.env`, and what is wrong with that file. */
export type FullEnvironment = { readonly env: Environment; readonly problems: readonly Problem[] };

/**
 * Adds the file `.env` of the current folder to `env`, where there is one; what `env` has goes first. Other than
 * `process.loadEnvFile` it knows a byte order mark, which would become a part of the first name (Node 24.21).
 */
export function withEnvFile(env: Environment, path = '.env'): FullEnvironment {
  const file = readTextFile(path);
  if ('text' in file) {
    return { env: { ...parseEnv(file.text), ...env }, problems: [] };
  }
  if (file.missing && !isLink(path)) {
    return { env, problems: [] };
  }
  return {
    env,
    problems: [{ setting: path, message: file.missing ? 'leads to a file that does not exist' : file.problem }],
  };
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}
