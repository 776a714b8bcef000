import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import type { Environment } from '../../src/settings/environment.ts';

/** The settings that a service needs at least, as they look in earnest. */
export const least = {
  SLACK_SIGNING_SECRET: '8f742231b10e8888abcd99caffeebabe',
  SLACK_BOT_TOKEN: 'xoxb-2222222222-token-for-tests',
};

/** A folder that is gone after the test. */
export function openFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'b24task-settings-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** What is wrong with these settings, each in one text. */
export function problemsWith(env: Environment): readonly string[] {
  const loaded = loadConfig(env);
  return 'problems' in loaded ? loaded.problems.map(({ setting, message }) => `${setting} ${message}`) : [];
}

/** The settings, which have to be in order. */
export function configOf(env: Environment) {
  const loaded = loadConfig(env);
  if ('problems' in loaded) {
    throw new Error(JSON.stringify(loaded.problems));
  }
  return loaded.config;
}
