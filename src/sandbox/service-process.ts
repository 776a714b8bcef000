import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The service in a process of its own, started as an administrator starts it. */
export type ServiceProcess = {
  readonly port: number;
  /** SIGTERM; SIGKILL where that takes too long. */
  stop(): Promise<void>;
  /** SIGKILL: whatever it was doing, it does no more. */
  kill(): Promise<void>;
};

const stopWithinMs = 12_000;
const startWithinMs = 30_000;

const source = [fileURLToPath(new URL('../main.ts', import.meta.url))];

/** Starts the service with these settings alone. Each line of its log goes to `log`. Rejects with what it said instead. */
export async function startServiceProcess(
  environment: Readonly<Record<string, string>>,
  log: (line: string) => void,
  program: readonly string[] = source,
): Promise<ServiceProcess> {
  const port = await freePort();
  const child = spawn(process.execPath, [...program], {
    env: { ...environment, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  createInterface({ input: child.stdout }).on('line', log);
  const said: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => said.push(line));
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    const timer = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
    await ended;
    clearTimeout(timer);
  };
  process.once('exit', () => child.kill('SIGKILL'));
  if (!(await isUp(child, port))) {
    await end('SIGKILL');
    throw new Error(said.join('\n') || 'The service did not start');
  }
  return { port, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') };
}

/** It takes commands once it is ready; false when it ends before. */
async function isUp(child: ChildProcess, port: number): Promise<boolean> {
  const until = Date.now() + startWithinMs;
  while (child.exitCode === null && child.signalCode === null && Date.now() < until) {
    const isReady = await fetch(`http://127.0.0.1:${port}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) {
      return true;
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return false;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}
