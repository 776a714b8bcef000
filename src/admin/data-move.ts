import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { loadConfig } from '../config.ts';
import { Secret } from '../domain/secret.ts';
import { moveToPostgres } from '../storage/move.ts';
import { type AdminCommand, confirm, problemWith, warningsInto } from './command.ts';

const usage = [
  'Usage: npm run move -- --to postgres://user:password@host/database [--yes]',
  '  moves everything from SQLite in DATA_DIR to an empty PostgreSQL database; the service has to be stopped',
  '  --to -   reads the address from the input, where no list of processes shows it',
];

/** `npm run move -- --to postgres://…`: moves a stopped service's data from SQLite to PostgreSQL. */
export const move: AdminCommand = async (context) => {
  const { env, print } = context;
  const options = await optionsOf(context.args);
  if (!options) {
    for (const line of usage) {
      print(line);
    }
    return 2;
  }
  const loaded = loadConfig(env);
  if ('problems' in loaded || loaded.config.storage.databaseUrl) {
    print('The settings have to be those of the service on SQLite: complete, and without DATABASE_URL.');
    return 1;
  }
  const { dataDir, encryptionKeys } = loaded.config.storage;
  const question = `Move everything in ${dataDir} to that database? The service must be stopped, and starts with DATABASE_URL afterwards.`;
  if (!(await confirm(context, options.isSure, question))) {
    return 1;
  }
  try {
    const keys = encryptionKeys ?? (await keysBeside(dataDir));
    const from = { dataDir, encryptionKeys: keys };
    const deps = { log: warningsInto(print), holder: randomUUID() };
    const { records, deliveries, portals, keptAs } = await moveToPostgres(from, options.to, deps);
    print(`Moved: ${records} records, ${deliveries} messages, ${portals} portals.`);
    print(`The SQLite file is called ${keptAs} now, so that nothing in it is sent again.`);
    print('Start the service with DATABASE_URL, and with ENCRYPTION_KEYS: the same keys as before.');
    if (!encryptionKeys) {
      print(`They are in ${join(dataDir, 'encryption.key')}, one per line; with commas between them in the setting.`);
    }
    return 0;
  } catch (error) {
    print(`${howFarIt(error)}: ${problemWith(error)}`);
    return 1;
  }
};

/** Two failures leave something to end, which the same command does. */
function howFarIt(error: unknown): string {
  switch (error instanceof Error ? error.name : '') {
    case 'FileLeftError':
      return 'Everything was moved, but the SQLite file is not put away. Run this once more before the service starts';
    case 'StorageUncertainError':
      return 'Stopped, and it may be that everything was moved. Run this once more before the service starts';
    default:
      return 'Stopped, and nothing was moved';
  }
}

async function optionsOf(
  args: readonly string[],
): Promise<{ readonly to: Secret; readonly isSure: boolean } | undefined> {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { to: { type: 'string' }, yes: { type: 'boolean', default: false } },
    });
    const to = values.to === '-' ? (await text(process.stdin)).trim() : values.to;
    return to !== undefined && /^postgres(?:ql)?:\/\//.test(to)
      ? { to: new Secret(to), isSure: values.yes }
      : undefined;
  } catch {
    return undefined;
  }
}

async function keysBeside(dataDir: string): Promise<readonly Secret[]> {
  const lines = (await readFile(join(dataDir, 'encryption.key'), 'utf8')).split('\n');
  return lines.filter(Boolean).map((line) => new Secret(line));
}
