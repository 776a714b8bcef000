import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { onTestFinished } from 'vitest';

/** A request as it came over the wire, and the connection to answer on. */
export type WireRequest = {
  readonly head: string;
  readonly body: string;
  readonly socket: Socket;
  /** Which connection of the server it came on, counted from 1. */
  readonly connection: number;
};

/** A server whose bytes a test reads and writes. */
export type Wire = {
  readonly port: number;
  readonly origin: string;
  readonly requests: readonly WireRequest[];
  /** Connections so far; over TLS, those whose handshake succeeded. */
  readonly connections: () => number;
  /** The next request that has not been taken yet. */
  take(): Promise<WireRequest>;
  close(): Promise<void>;
};

/** How the server listens: by default over TCP, on a free port of 127.0.0.1. */
export type WireOptions = {
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly host?: string;
  readonly port?: number;
  readonly onConnection?: (socket: Socket) => void;
};

/** A server that shows and writes bytes, closed at the end of the test. Without `answer` it stays silent. */
export async function startWire(answer?: (request: WireRequest) => void, options: WireOptions = {}): Promise<Wire> {
  const requests: WireRequest[] = [];
  const sockets = new Set<Socket>();
  const waiting: ((request: WireRequest) => void)[] = [];
  let connections = 0;
  let taken = 0;

  function accept(socket: Socket): void {
    connections += 1;
    const connection = connections;
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    options.onConnection?.(socket);
    let received: Buffer = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      for (let next = split(received); next; next = split(received)) {
        received = next.rest;
        const request = { head: next.head, body: next.body, socket, connection };
        requests.push(request);
        answer?.(request);
        const waiter = waiting.shift();
        if (waiter) {
          taken += 1;
          waiter(request);
        }
      }
    });
  }

  const server: Server = options.tls ? createTlsServer(options.tls, accept) : createServer(accept);
  server.listen(options.port ?? 0, options.host ?? '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;

  async function close(): Promise<void> {
    for (const socket of sockets) {
      socket.destroy();
    }
    await new Promise((resolve) => server.close(resolve));
  }
  onTestFinished(close);

  return {
    port,
    origin: `${options.tls ? 'https' : 'http'}://${options.host ?? '127.0.0.1'}:${port}`,
    requests,
    connections: () => connections,
    take() {
      const next = requests[taken];
      if (!next) {
        return new Promise((resolve) => waiting.push(resolve));
      }
      taken += 1;
      return Promise.resolve(next);
    },
    close,
  };
}

/** Settles when the connection is closed, in whatever way. */
export function closed(socket: Socket): Promise<void> {
  return socket.closed ? Promise.resolve() : new Promise((resolve) => socket.once('close', () => resolve()));
}

/** The bytes of an answer with this body. */
export function httpAnswer(status: number, body: string, headers: Readonly<Record<string, string>> = {}): string {
  const lines = Object.entries({ 'content-length': String(Buffer.byteLength(body)), ...headers });
  return `HTTP/1.1 ${status} Any\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`;
}

function split(received: Buffer): { head: string; body: string; rest: Buffer } | undefined {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) {
    return undefined;
  }
  const head = received.subarray(0, end).toString('latin1');
  const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? 0);
  const start = end + 4;
  if (received.length < start + length) {
    return undefined;
  }
  return {
    head,
    body: received.subarray(start, start + length).toString('utf8'),
    rest: received.subarray(start + length),
  };
}
