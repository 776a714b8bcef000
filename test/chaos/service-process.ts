import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { compiled } from '../support/compiled.ts';

/** How a process ended. */
export type Exit = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

/** One running instance of the service, in a process of its own. */
export type ServiceProcess = {
  readonly pid: number;
  readonly port: number;
  /** The last lines of its log. */
  readonly log: readonly string[];
  /** Resolves when it has ended, for whatever reason. */
  readonly ended: Promise<Exit>;
  /** SIGKILL. */
  kill(): Promise<Exit>;
  /** SIGTERM. */
  stop(): Promise<Exit>;
};

/** The environment variables of a service. */
export type Settings = Readonly<Record<string, string>>;

/** What runs: the product as it is, or with the timing of the chaos runs. */
export type Program = 'product' | 'chaos';

const files: Record<Program, URL> = {
  product: new URL('../../src/main.ts', import.meta.url),
  chaos: new URL('run-service.ts', import.meta.url),
};

const keptLines = 400;

/** Starts the service. Rejects with `DidNotStart` when it ends instead. */
export async function startServiceProcess(settings: Settings, program: Program = 'chaos'): Promise<ServiceProcess> {
  const child = fork(fileURLToPath(files[program]), {
    env: { ...compiled, ...settings, LOG_LEVEL: 'info' },
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const { lines, started } = readLog(child);
  const ended = once(child, 'close').then((): Exit => ({ code: child.exitCode, signal: child.signalCode }));
  const first = await Promise.race([started, ended]);
  if (typeof first !== 'number') {
    throw new DidNotStart(first, lines.join('\n'));
  }
  const signal = (name: NodeJS.Signals): Promise<Exit> => {
    child.kill(name);
    return ended;
  };
  const own = { pid: child.pid ?? 0, port: first, log: lines };
  return { ...own, ended, kill: () => signal('SIGKILL'), stop: () => signal('SIGTERM') };
}

/** The process ended before it could take a request. Its message is what it wrote. */
export class DidNotStart extends Error {
  override readonly name = 'DidNotStart';
  readonly exit: Exit;

  constructor(exit: Exit, said: string) {
    super(said);
    this.exit = exit;
  }
}

/** `started` resolves with the port in the line that tells where the service listens. */
function readLog({ stdout, stderr }: ChildProcess) {
  const lines: string[] = [];
  const { promise: started, resolve } = Promise.withResolvers<number>();
  for (const stream of [stdout, stderr]) {
    if (!stream) {
      continue;
    }
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      if (lines.length > keptLines) {
        lines.shift();
      }
      const port = /"port":(\d+).*"msg":"started"/.exec(line)?.[1];
      if (port !== undefined) {
        resolve(Number(port));
      }
    });
  }
  return { lines, started };
}
