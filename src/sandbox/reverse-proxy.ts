import { once } from 'node:events';
import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';

/** An address that stays the same while the service behind it starts and stops. */
export type ReverseProxy = {
  readonly url: string;
  /** Where requests go from now on. */
  setTarget(serviceUrl: string): void;
  close(): Promise<void>;
};

/** Opens a reverse proxy on a free port, as it stands before a service in production. */
export async function startReverseProxy(): Promise<ReverseProxy> {
  let target: string | undefined;
  const server = createServer((incoming, outgoing) => {
    pass(incoming, outgoing, target).catch(() => outgoing.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (!address || typeof address === 'string') {
    throw new Error('The reverse proxy has no port');
  }
  return {
    url: `http://127.0.0.1:${address.port}`,
    setTarget(serviceUrl) {
      target = serviceUrl;
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function pass(incoming: IncomingMessage, outgoing: ServerResponse, target: string | undefined): Promise<void> {
  if (target === undefined) {
    return void outgoing.writeHead(502).end();
  }
  const { method, headers, url = '/' } = incoming;
  const onward = forward(new URL(url, target), { method, headers });
  const answered = once(onward, 'response');
  await Promise.all([pipeline(incoming, onward), answered]);
  const [answer]: IncomingMessage[] = await answered;
  if (!answer) {
    throw new Error('The service did not answer');
  }
  outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
  await pipeline(answer, outgoing);
}
