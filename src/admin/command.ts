import { randomUUID } from 'node:crypto';
import { type Config, loadConfig } from '../config.ts';
import { defaultTiming } from '../delivery/timing.ts';
import type { Log } from '../domain/log.ts';
import { withEnvFile } from '../settings/env-file.ts';
import type { Environment } from '../settings/environment.ts';
import { openStorage, type Storage } from '../storage/open.ts';

/** What a command is given, and where it says something, line by line. */
export type CommandContext = {
  readonly env: Environment;
  readonly args: readonly string[];
  readonly print: (line: string) => void;
};

/** A command of the administrator; gives its exit code. */
export type AdminCommand = (context: CommandContext) => Promise<number>;

/** Runs a command in this process, with the settings that the service would have here. */
export async function runHere(command: AdminCommand): Promise<void> {
  const print = (line: string) => void process.stdout.write(`${line}\n`);
  const { env, problems } = withEnvFile(process.env);
  Object.assign(process.env, env);
  for (const { setting, message } of problems) {
    print(`${setting} ${message}`);
  }
  process.exitCode = problems.length > 0 ? 1 : await command({ env, args: process.argv.slice(2), print });
}

/**
 * Opens the storage as the service would, and closes it when `work` is done. What cannot be opened is printed: code 1.
 */
export async function withStorage(
  { env, print }: CommandContext,
  work: (storage: Storage, config: Config) => Promise<number>,
): Promise<number> {
  const loaded = loadConfig(env);
  if ('problems' in loaded) {
    print('The settings are not complete; they must be those of the service:');
    for (const { setting, message } of loaded.problems) {
      print(`  ${setting} ${message}`);
    }
    return 1;
  }
  const { config } = loaded;
  try {
    const storage = await openStorageOf(config, warningsInto(print));
    if (storage.damage !== undefined) {
      print(`${storage.damage}.`);
    }
    try {
      return await work(storage, config);
    } finally {
      await storage.close();
    }
  } catch (error) {
    print(`Stopped: ${problemWith(error)}`);
    return 1;
  }
}

/** A log of which only the warnings are told: what the storage found to be wrong, and has mended. */
export function warningsInto(tell: (message: string) => void): Log {
  return { debug() {}, info() {}, warn: (_, message) => tell(message), error() {} };
}

/**
 * The storage that these settings name. Rejects as `openStorage` does. `log` hears what it finds to be wrong and mends.
 */
export function openStorageOf({ storage, rates }: Pick<Config, 'storage' | 'rates'>, log: Log): Promise<Storage> {
  return openStorage(storage, {
    timing: defaultTiming,
    rateOf: () => rates.standard,
    holder: randomUUID(),
    log,
  });
}

/** What is wrong with the storage and what to do about it, for the administrator. */
export function problemWith(error: unknown): string {
  const name = error instanceof Error ? error.name : '';
  const message = error instanceof Error ? error.message : 'unknown reason';
  switch (name) {
    case 'AlreadyRunningError':
      return `${message}. The service has to be stopped for this (only on SQLite; with PostgreSQL it can go on).`;
    case 'DecryptionError':
      return `${message}. Put the missing key into ENCRYPTION_KEYS again, behind the first.`;
    case 'StorageUnavailableError':
      return `${message}.`;
    default:
      return message;
  }
}
