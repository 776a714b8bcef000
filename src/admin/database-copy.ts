import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { type AdminCommand, withStorage } from './command.ts';

const usage = [
  'Usage: npm run backup -- <file>',
  '  <file>  where the copy goes: a whole path, of a file that does not exist yet',
];

/**
 * `npm run backup -- <file>`: copies the SQLite database while the service goes on. The key is not in it: without that
 * nobody can read the copy, and with it anybody can, so the two are kept apart.
 */
export const backup: AdminCommand = async (context) => {
  const { args, print } = context;
  const [file = '', ...more] = args;
  if (file === '' || more.length > 0 || !isAbsolute(file)) {
    for (const line of usage) {
      print(line);
    }
    return 2;
  }
  return withStorage(context, async ({ copyTo }) => {
    if (!copyTo) {
      print('The data is in PostgreSQL: back it up with its own means, such as pg_dump. docs/operations.md says how.');
      return 1;
    }
    if (existsSync(file)) {
      print(`${file} exists already; nothing was written.`);
      return 1;
    }
    await copyTo(file);
    print(`Copied to ${file}.`);
    print('The key is not in it: keep a copy of encryption.key in DATA_DIR, or of ENCRYPTION_KEYS, somewhere else.');
    return 0;
  });
};
