import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Certificate } from './certificate.ts';

/** An HTTP server that can go down and come back on the same port. */
export type Listener = {
  readonly port: number;
  /** Refuses connections and drops the open ones; what has started goes on behind it. */
  down(): Promise<void>;
  /** Listens again, on the same port. */
  up(): Promise<void>;
};

/** Where to listen, and who answers. */
export type ListenerOptions = {
  readonly host: string;
  readonly port: number;
  readonly certificate: Certificate | undefined;
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void;
};

/** Starts to listen; rejects where the port is taken. Idle connections stay open for a minute, as a portal's do. */
export async function startListener(options: ListenerOptions): Promise<Listener> {
  let server = await listen(options, options.port);
  const port = portOf(server);
  let isUp = true;
  return {
    port,
    async down() {
      if (!isUp) {
        return;
      }
      isUp = false;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
    async up() {
      if (isUp) {
        return;
      }
      server = await listen(options, port);
      isUp = true;
    },
  };
}

function listen({ host, certificate, handle }: ListenerOptions, port: number): Promise<Server> {
  const server = certificate === undefined ? createHttpServer(handle) : createHttpsServer(certificate, handle);
  server.keepAliveTimeout = 60_000;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve(server);
    });
  });
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
