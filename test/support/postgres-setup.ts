import { chmodSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { type PostgresServer, startPostgres } from './postgres-server.ts';

declare module 'vitest' {
  // biome-ignore lint/style/useConsistentTypeDefinitions: only an interface can add to the one that vitest declares.
  export interface ProvidedContext {
    /** Address on loopback that answers with the address of a PostgreSQL server, starting one if need be. */
    postgresDoor: string;
  }
}

let door: Server | undefined;
let server: Promise<PostgresServer> | undefined;

const memory = '/dev/shm';

const neededBytes = 2 * 2 ** 30;

/** Where programs can be executed; that may be forbidden in the folder of the run. */
const programs = tmpdir();

/**
 * Everything that tests write goes below this folder, and with it at the end. Every SQLite commit waits for its disk,
 * and nearly every test has a database or two.
 */
const runFolder = mkdtempSync(join(roomyFolder(), 'b24task-run-'));

/**
 * Makes the folder of the run the one for temporary files, and opens the door; a server is started only when a test asks
 * for it, and once for the whole run.
 */
export async function setup(project: TestProject): Promise<void> {
  // As /tmp is: some programs run as another user.
  chmodSync(runFolder, 0o1777);
  process.env['TMPDIR'] = runFolder;
  const opened = createServer((_, response) => {
    addressOfServer().then(
      (url) => response.end(url),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  door = opened;
  await new Promise<void>((resolve) => opened.listen(0, '127.0.0.1', resolve));
  const address = opened.address();
  if (!address || typeof address === 'string') {
    throw new Error('The door has no port');
  }
  project.provide('postgresDoor', `http://127.0.0.1:${address.port}/`);
}

/** Stops the server that this run started. */
export async function teardown(): Promise<void> {
  door?.close();
  door?.closeAllConnections();
  const started = await server?.catch(() => undefined);
  await started?.stop();
  rmSync(runFolder, { recursive: true, force: true });
}

async function addressOfServer(): Promise<string> {
  const given = process.env['TEST_DATABASE_URL'];
  if (given) {
    return given;
  }
  server ??= startPostgres(runFolder, programs);
  return (await server).url;
}

/** In memory where there is room. */
function roomyFolder(): string {
  try {
    const { bavail, bsize } = statfsSync(memory);
    return bavail * bsize > neededBytes ? memory : tmpdir();
  } catch {
    return tmpdir();
  }
}
