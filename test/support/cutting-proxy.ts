import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A TCP proxy in front of PostgreSQL that loses connections on demand. */
export type CuttingProxy = {
  readonly url: string;
  /**
   * The next connection that sends `text` is cut: before it is passed on, or when the answer to it comes, which names it
   * as COMMIT's does. Nothing that is answered before reaches the client either.
   */
  cutAt(text: string, when: 'before' | 'answer'): void;
  /** What clients have sent since this was asked for last. */
  sent(): string;
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
  let sent = '';

  const server = createServer((client) => {
    if (refusing) {
      client.destroy();
      return;
    }
    const upstream = connect(Number(target.port), target.hostname);
    let awaited: string | undefined;
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
      sent += chunk.toString('latin1');
      const hit = cut && chunk.includes(cut.text) ? cut : undefined;
      if (hit) {
        cut = undefined;
      }
      if (hit?.when === 'before') {
        client.destroy();
        return;
      }
      awaited ??= hit?.text;
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      if (awaited === undefined) {
        client.write(chunk);
      } else if (chunk.includes(awaited)) {
        client.destroy();
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
    sent() {
      const told = sent;
      sent = '';
      return told;
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
