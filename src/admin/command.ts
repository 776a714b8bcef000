import { randomUUID } from 'node:crypto';
import { type Config, loadConfig } from '../config.ts';
import { defaultTiming } from '../delivery/timing.ts';
import type { Log } from '../domain/log.ts';
import type { Environment } from '../settings/environment.ts';
import { lookAtSchema, openStorage, type Storage } from '../storage/open.ts';

/** What a command is given, and where it says something, line by line. */
export type CommandContext = {
  readonly env: Environment;
  readonly args: readonly string[];
  readonly print: (line: string) => void;
  /** Asks something that is answered with yes or no; absent where nobody can answer. */
  readonly ask?: (question: string) => Promise<boolean>;
  /** The storage of the service that carries the command out; without it the command opens it for itself. */
  readonly storage?: Storage;
};

/** A command of the administrator; gives its exit code. */
export type AdminCommand = (context: CommandContext) => Promise<number>;

/** Whether to go on: `isSure` without asking. Says how to go on where nobody can be asked. */
export async function confirm(context: CommandContext, isSure: boolean, question: string): Promise<boolean> {
  if (isSure) {
    return true;
  }
  if (context.ask) {
    return context.ask(question);
  }
  context.print(question);
  context.print('Nothing was done. Add --yes to do it without being asked.');
  return false;
}

/**
 * Gives `work` the storage of the running service, or opens it as the service would and closes it afterwards. What
 * cannot be opened or done is printed: code 1.
 */
export async function withStorage(
  context: CommandContext,
  work: (storage: Storage) => Promise<number>,
): Promise<number> {
  const { print, storage } = context;
  try {
    return await (storage ? work(storage) : withOwnStorage(context, work));
  } catch (error) {
    print(`Stopped: ${problemWith(error)}`);
    return 1;
  }
}

async function withOwnStorage(
  { env, print }: CommandContext,
  work: (storage: Storage) => Promise<number>,
): Promise<number> {
  const loaded = loadConfig(env);
  if ('problems' in loaded) {
    print('The settings are not complete; they must be those of the service:');
    for (const { setting, message } of loaded.problems) {
      print(`  ${setting} ${message}`);
    }
    return 1;
  }
  const storage = await openStorageOf(loaded.config, warningsInto(print));
  try {
    if (storage.damage !== undefined) {
      print(`${storage.damage}.`);
    }
    return await work(storage);
  } finally {
    await storage.close();
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
  return openStorage(storage, { timing: defaultTiming, rateOf: () => rates.standard, holder: randomUUID(), log });
}

/** What opening that storage would change in it. Rejects as `openStorage` does. */
export function lookAtSchemaOf({ storage, rates }: Pick<Config, 'storage' | 'rates'>, log: Log) {
  return lookAtSchema(storage, { timing: defaultTiming, rateOf: () => rates.standard, holder: randomUUID(), log });
}

/** What is wrong with the storage and what to do about it, for the administrator. */
export function problemWith(error: unknown): string {
  const name = error instanceof Error ? error.name : '';
  const message = error instanceof Error ? error.message : 'unknown reason';
  switch (name) {
    case 'AlreadyRunningError':
      return `${message}. It takes no commands, so it has to be stopped for this; its log says why.`;
    case 'DecryptionError':
      return `${message}. Put the missing key into ENCRYPTION_KEYS again, behind the first.`;
    case 'StorageUnavailableError':
      return `${message}.`;
    default:
      return message;
  }
}
