import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { runInService } from '../../src/admin/control/client.ts';
import { controlAddress } from '../../src/admin/control/protocol.ts';
import { compiled } from '../support/compiled.ts';
import type { Harness } from '../support/harness.ts';
import type { Ran } from './run-command.ts';

const run = promisify(execFile);

/** Runs a command as an administrator does, in a process of its own beside the running service. */
export async function administer(
  { environment }: Pick<Harness, 'environment'>,
  name: string,
  ...args: readonly string[]
): Promise<Ran> {
  const command = [`src/admin/${name}.ts`, ...args];
  const ran = await run(process.execPath, command, {
    env: { ...compiled, ...environment },
    maxBuffer: 10_000_000,
  }).then(
    ({ stdout }) => ({ code: 0, text: stdout }),
    (error: { code?: unknown; stdout?: unknown }) => ({ code: Number(error.code), text: String(error.stdout) }),
  );
  return { ...ran, lines: ran.text.trimEnd().split('\n') };
}

/** The same through the socket of a service on SQLite, without a process of its own. */
export async function askService(
  { dataDir }: Pick<Harness, 'dataDir'>,
  name: string,
  ...args: readonly string[]
): Promise<Ran> {
  const lines: string[] = [];
  const context = { env: {}, args, print: (line: string) => void lines.push(line) };
  const code = await runInService(controlAddress(dataDir) ?? '', name, context);
  if (code === undefined) {
    throw new Error('No service takes commands');
  }
  return { code, lines, text: lines.join('\n') };
}
