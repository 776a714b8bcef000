import { type ChildProcess, fork, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Actor, speakWith } from './conversation.ts';

/** A program under measurement: the service, or what it is compared with. */
export type Program = {
  readonly url: string;
  /** From the start of the process to the first answer that says ready. */
  readonly readyAfterMs: number;
  /** Resident memory in MiB. */
  rss(): number;
  /** Processor time used so far, in ms, by all its threads. */
  processorMs(): number;
  /** Of its main thread alone. */
  mainThreadMs(): number;
  /** Stops its threads where they are, until `resume`. */
  pause(): void;
  resume(): void;
  /** Throws when it has ended by itself. */
  check(): void;
  /** Asks it to end (SIGTERM) and waits until it has. */
  stop(): Promise<void>;
};

/** A program that runs in a process of its own. */
export type ProgramOptions = {
  /** A path below this folder, or an address of a file. */
  readonly file: string;
  readonly env: Readonly<Record<string, string>>;
  readonly nodeOptions?: readonly string[];
  /** Whether this status of `GET /health/ready` means that it takes requests. */
  readonly isReady: (status: number) => boolean;
};

/** Every process of a run, so that none outlives it. */
export type Programs = {
  start(options: ProgramOptions): Promise<Program>;
  startActor(file: string, nodeOptions?: readonly string[]): Actor;
  /** Ends everything at once. */
  killAll(): void;
};

const readyWithinMs = 60_000;
const stopWithinMs = 20_000;
const askEveryMs = 2;
const keptErrorText = 4_000;

/** Creates the keeper of processes. `env` is given to all of them, and nothing else is inherited. */
export function createPrograms(env: Readonly<Record<string, string>>): Programs {
  const running = new Set<ChildProcess>();

  return {
    start,
    startActor(file, nodeOptions = []) {
      const child = fork(pathOf(file), {
        env: { ...env },
        execArgv: [...nodeOptions],
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      });
      keep(child);
      return speakWith(child, file);
    },
    killAll() {
      for (const child of running) {
        child.kill('SIGKILL');
      }
    },
  };

  async function start({ file, env: own, nodeOptions = [], isReady }: ProgramOptions): Promise<Program> {
    const port = await freePort();
    const startedAt = performance.now();
    const child = spawn(process.execPath, [...nodeOptions, pathOf(file)], {
      env: { ...env, ...own, HOST: '127.0.0.1', PORT: String(port) },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const { check, stop } = attend(child, file);
    const url = `http://127.0.0.1:${port}`;
    while (!isReady(await statusOf(`${url}/health/ready`))) {
      check();
      if (performance.now() - startedAt > readyWithinMs) {
        throw new Error(`${file} does not become ready`);
      }
      await sleep(askEveryMs);
    }
    return {
      url,
      readyAfterMs: performance.now() - startedAt,
      rss: () => residentMiB(child.pid),
      processorMs: () => processorMs(child.pid),
      mainThreadMs: () => mainThreadMs(child.pid),
      pause: () => void child.kill('SIGSTOP'),
      resume: () => void child.kill('SIGCONT'),
      check,
      stop,
    };
  }

  function keep(child: ChildProcess): void {
    running.add(child);
    child.once('exit', () => running.delete(child));
  }

  function attend(child: ChildProcess, file: string) {
    let lastWords = '';
    keep(child);
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      lastWords = (lastWords + text).slice(-keptErrorText);
    });
    const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));

    return {
      check() {
        const end = child.exitCode ?? child.signalCode;
        if (end !== null) {
          throw new Error(`${file} ended by itself (${end})\n${lastWords}`);
        }
      },
      async stop() {
        child.kill('SIGTERM');
        const timer = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
        await exited;
        clearTimeout(timer);
      },
    };
  }
}

/** A port of 127.0.0.1 that nobody listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

function pathOf(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}

/** The status of a GET on a connection of its own; 0 when nobody answers. */
function statusOf(url: string): Promise<number> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.once('error', () => resolve(0));
  });
}

/** Source: proc(5), VmRSS of /proc/pid/status. */
function residentMiB(pid: number | undefined): number {
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kibibytes) / 1024;
}

/** Source: proc(5), utime and stime of /proc/pid/stat, the 14th and 15th field, in ticks of 10 ms. */
function processorMs(pid: number | undefined): number {
  const [, behindName = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
  const [user, system] = behindName.split(' ').slice(11, 13);
  return (Number(user) + Number(system)) * 10;
}

/** Linux: schedstat of a process is of its main thread, and begins with the ns it ran. Source: sched-stats.rst of the kernel. */
function mainThreadMs(pid: number | undefined): number {
  return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
}
