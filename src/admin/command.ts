import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { type Config, type Environment, loadConfig } from '../config.ts';
import { defaultTiming } from '../delivery/timing.ts';
import { createLog } from '../observability/log.ts';
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
  if (existsSync('.env')) {
    process.loadEnvFile('.env');
  }
  const print = (line: string) => void process.stdout.write(`${line}\n`);
  process.exitCode = await command({ env: process.env, args: process.argv.slice(2), print });
}

/** Opens the storage as the service would, and closes it when `work` is done. What cannot be opened is printed: code 1. */
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
    const storage = await openStorageOf(config);
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

/** The storage that these settings name. Rejects as `openStorage` does. */
export function openStorageOf({ storage, rates }: Pick<Config, 'storage' | 'rates'>): Promise<Storage> {
  return openStorage(storage, {
    timing: defaultTiming,
    rateOf: () => rates.standard,
    holder: randomUUID(),
    log: createLog('silent', process.stderr),
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
