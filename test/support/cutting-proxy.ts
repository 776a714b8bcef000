import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A TCP proxy in front of PostgreSQL that loses connections on demand. */
export type CuttingProxy = {
  readonly url: string;
  /** The next connection that sends `text` is cut: before it is passed on, or when the answer to it comes. */
  cutAt(text: string, when: 'before' | 'answer'): void;
  /** Cuts every connection, and refuses new ones until it is called with false. */
  refuse(refusing: boolean): void;
  close(): Promise<void>;
};

/** Stands between a client and the PostgreSQL server at `url`, and loses connections on demand. */
export async function startCuttingProxy(url: string): Promise<CuttingProxy> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  let cut: { readonly text: string; readonly when: 'before' | 'answer' } | undefined;
  let refusing = false;

  const server = createServer((client) => {
    if (refusing) {
      client.destroy();
      return;
    }
    const upstream = connect(Number(target.port), target.hostname);
    let silent = false;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (chunk) => {
      const hit = cut && chunk.includes(cut.text) ? cut : undefined;
      if (hit) {
        cut = undefined;
      }
      if (hit?.when === 'before') {
        client.destroy();
        return;
      }
      silent ||= hit?.when === 'answer';
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      if (silent) {
        client.destroy();
      } else {
        client.write(chunk);
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (!address || typeof address === 'string') {
    throw new Error('The proxy has no port');
  }
  const shown = new URL(url);
  shown.port = String(address.port);

  return {
    url: shown.href,
    cutAt(text, when) {
      cut = { text, when };
    },
    refuse(value) {
      refusing = value;
      if (value) {
        for (const socket of sockets) {
          socket.destroy();
        }
      }
    },
    async close() {
      for (const socket of sockets) {
        socket.destroy();
      }
      server.close();
      await once(server, 'close');
    },
  };
}
