import { statfsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
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

/** Opens the door; a server is started only when a test asks for it, and once for the whole run. */
export async function setup(project: TestProject): Promise<void> {
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
}

async function addressOfServer(): Promise<string> {
  const given = process.env['TEST_DATABASE_URL'];
  if (given) {
    return given;
  }
  server ??= startPostgres(roomyFolder());
  return (await server).url;
}

const memory = '/dev/shm';

const neededBytes = 2 * 2 ** 30;

/** In memory where there is room: nearly every test makes and drops a database, which is hundreds of files. */
function roomyFolder(): string {
  try {
    const { bavail, bsize } = statfsSync(memory);
    return bavail * bsize > neededBytes ? memory : tmpdir();
  } catch {
    return tmpdir();
  }
}
