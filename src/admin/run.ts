import { createInterface } from 'node:readline/promises';
import { loadConfig } from '../config.ts';
import { withEnvFile } from '../settings/env-file.ts';
import { type AdminCommand, type CommandContext, problemWith } from './command.ts';
import { runInService } from './control/client.ts';
import { controlAddress } from './control/protocol.ts';

/** Runs a command in this process, with the settings that the service would have here. */
export async function runHere(command: AdminCommand): Promise<void> {
  process.exitCode = await inThisProcess(command);
}

/**
 * Has the service carry out the command where it runs here on SQLite, and else runs it in this process: PostgreSQL is
 * shared with the service, and a stopped one is in nobody's way.
 */
export async function runBesideService(name: string, command: AdminCommand): Promise<void> {
  process.exitCode = await inThisProcess(async (context) => {
    const address = addressIn(context.env);
    const code = address === undefined ? undefined : await relay(address, name, context);
    return code ?? command(context);
  });
}

async function relay(address: string, name: string, context: CommandContext): Promise<number | undefined> {
  try {
    return await runInService(address, name, context);
  } catch (error) {
    context.print(`Stopped: ${problemWith(error)}`);
    return 1;
  }
}

function addressIn(env: CommandContext['env']): string | undefined {
  const loaded = loadConfig(env);
  if ('problems' in loaded || loaded.config.storage.databaseUrl) {
    return undefined;
  }
  return controlAddress(loaded.config.storage.dataDir);
}

async function inThisProcess(command: AdminCommand): Promise<number> {
  // As `| head` does: who has read enough is no error.
  process.stdout.on('error', () => process.exit());
  const print = (line: string) => void process.stdout.write(`${line}\n`);
  const { env, problems } = withEnvFile(process.env);
  Object.assign(process.env, env);
  for (const { setting, message } of problems) {
    print(`${setting} ${message}`);
  }
  if (problems.length > 0) {
    return 1;
  }
  const args = process.argv.slice(2);
  return command({ env, args, print, ...(process.stdin.isTTY ? { ask: askAtTerminal } : {}) });
}

async function askAtTerminal(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(?:es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}
