import { once } from 'node:events';
import { createServer, request as forward, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { onTestFinished } from 'vitest';

/** An HTTP proxy that records what it is asked for. */
export type OutgoingProxy = {
  readonly url: string;
  readonly port: number;
  /** What it was asked for: `CONNECT host:port` or `POST http://host:port/`, and the credentials that came along. */
  readonly asked: readonly { readonly target: string; readonly authorization: string | undefined }[];
};

/** `refuse`: the status that everything is answered with. `silent`: nothing is answered. */
export type ProxyManners = { readonly refuse?: number; readonly silent?: true };

/**
 * Starts a proxy as companies have them, closed at the end of the test: tunnels for https, forwarding for http. It
 * resolves every name as this machine.
 */
export async function startOutgoingProxy({ refuse, silent }: ProxyManners = {}): Promise<OutgoingProxy> {
  const asked: { target: string; authorization: string | undefined }[] = [];
  const sockets = new Set<Duplex>();
  const server = createServer((request, response) => {
    const { origin } = new URL(request.url ?? '');
    note(request, origin);
    if (refuse !== undefined) {
      response.writeHead(refuse).end();
    } else if (!silent) {
      const { method, headers } = request;
      const onward = forward(request.url ?? '', { method, headers, host: '127.0.0.1' }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      onward.on('error', () => response.writeHead(502).end());
      request.pipe(onward);
    }
  });
  server.on('connect', (request: IncomingMessage, client: Duplex) => {
    note(request, request.url ?? '');
    keep(client);
    if (refuse !== undefined) {
      client.end(`HTTP/1.1 ${refuse} No\r\ncontent-length: 0\r\n\r\n`);
    } else if (!silent) {
      const onward: Socket = connect(Number(request.url?.split(':').at(-1)), '127.0.0.1');
      keep(onward);
      onward.once('connect', () => client.write('HTTP/1.1 200 Connected\r\n\r\n'));
      onward.pipe(client);
      client.pipe(onward);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  onTestFinished(async () => {
    for (const socket of sockets) {
      socket.destroy();
    }
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${port}`, port, asked };

  function note({ method, headers }: IncomingMessage, target: string): void {
    asked.push({ target: `${method} ${target}`, authorization: headers['proxy-authorization'] });
  }

  function keep(socket: Duplex): void {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
  }
}
