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
    const problems = unreadableLines(file.text).map((line) => ({
      setting: path,
      message: `has a line that is not NAME=value: number ${line}`,
    }));
    return { env: { ...parseEnv(file.text), ...env }, problems };
  }
  if (file.missing && !isLink(path)) {
    return { env, problems: [] };
  }
  return {
    env,
    problems: [{ setting: path, message: file.missing ? 'leads to a file that does not exist' : file.problem }],
  };
}

/** With a value in quotes, which may go over several lines. */
const quotedAssignment = /^[ \t]*(?:export[ \t]+)?[\w.-]+[ \t]*=[ \t]*(["'`])[\s\S]*?\1/gm;

/** Numbers of the lines that `parseEnv` passes over in silence: a setting would be missing, and nobody knew. */
function unreadableLines(text: string): readonly number[] {
  const lines = text.replaceAll(quotedAssignment, (found) => found.replaceAll(/[^\n]/g, '#')).split('\n');
  return lines.flatMap((line, index) => (/^\s*(?:$|#|(?:export\s+)?[\w.-]+\s*=)/.test(line) ? [] : [index + 1]));
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}
