import type { AdminCommand } from '../../src/admin/command.ts';

/** The exit code of a command, and what it wrote. */
export type Ran = { readonly code: number; readonly lines: readonly string[]; readonly text: string };

/** Runs a command as the administrator does, with these settings and words. */
export async function runCommand(
  command: AdminCommand,
  env: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<Ran> {
  const lines: string[] = [];
  const code = await command({ env, args, print: (line) => void lines.push(line) });
  return { code, lines, text: lines.join('\n') };
}

/** Settings that are complete, for commands that only need the storage. */
export function settingsFor(place: { readonly dataDir: string; readonly databaseUrl?: string }, ...keys: string[]) {
  return {
    SLACK_SIGNING_SECRET: '0123456789abcdef0123456789abcdef',
    SLACK_BOT_TOKEN: 'xoxb-1-planted-for-tests',
    DATA_DIR: place.dataDir,
    ...(place.databaseUrl ? { DATABASE_URL: place.databaseUrl } : {}),
    ...(keys.length > 0 ? { ENCRYPTION_KEYS: keys.join(',') } : {}),
  };
}
