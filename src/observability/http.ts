import { once } from 'node:events';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { limitConnections, serverOptions } from './connections.ts';
import type { Metrics } from './metrics.ts';
import { withTrace } from './trace.ts';

/** A listening HTTP server. */
export type Listening = {
  readonly port: number;
  /** Goes on, but every answer tells its client to come over a new connection. */
  drain(): void;
  /** Takes no new requests, lets those in flight end, and drops idle connections. */
  close(): Promise<void>;
};

/**
 * Listens on `host:port` (0: any free one). Rejects with the system's error, for example `EADDRINUSE`. What a client
 * may take up in time and memory is bounded before the handler sees anything, whatever the address. `answered` is told
 * the status of every answer.
 */
export async function listen(
  host: string,
  port: number,
  handler: RequestListener,
  answered: (status: number) => void = () => {},
): Promise<Listening> {
  // An import reads every export, among them the WebSocket, for which Node loads a copy of undici: slow, and not
  // needed.
  const { createServer } = process.getBuiltinModule('node:http');
  const server = createServer(serverOptions);
  const connections = limitConnections(server);
  server.on('request', (_request, response) => response.once('finish', () => answered(response.statusCode)));
  const guarded = connections.guard(handler);
  server.on('request', (request, response) => withTrace(traceOf(request), () => guarded(request, response)));
  server.listen(port, host);
  await once(server, 'listening');
  return {
    port: portOf(server.address()),
    drain: connections.drain,
    close: () =>
      new Promise((resolve) => {
        connections.drain();
        server.close(() => resolve());
        connections.end();
      }),
  };
}

function traceOf({ headers }: IncomingMessage): string | undefined {
  const given = headers['traceparent'];
  return typeof given === 'string' ? given : undefined;
}

/**
 * Answers `/health/live` and `/health/ready`; anything else goes to `next`. `ready` rejects while nothing can be
 * accepted; who asks meanwhile waits for the same answer, so that strangers cannot make it ask more than one at a time.
 */
export function withHealth(ready: () => Promise<void>, next: RequestListener): RequestListener {
  let asking: Promise<void> | undefined;
  const ask = () => {
    asking ??= ready().finally(() => {
      asking = undefined;
    });
    return asking;
  };
  return (request, response) => {
    const path = request.url?.split('?')[0];
    if (path === '/health/live') {
      answer(response, 200, 'alive\n');
    } else if (path === '/health/ready') {
      void answerReady(ask, response);
    } else {
      next(request, response);
    }
  };
}

/** Serves the Prometheus text at `/metrics`. */
export function serveMetrics(metrics: Metrics): RequestListener {
  return (request: IncomingMessage, response) => {
    if (request.url?.split('?')[0] === '/metrics') {
      void answerMetrics(metrics, response);
    } else {
      notFound(request, response);
    }
  };
}

/** The answer for every address that does not exist. */
export function notFound(_request: IncomingMessage, response: ServerResponse): void {
  answer(response, 404, 'not found\n');
}

async function answerReady(ready: () => Promise<void>, response: ServerResponse): Promise<void> {
  try {
    await ready();
    answer(response, 200, 'ready\n');
  } catch {
    answer(response, 503, 'not ready\n');
  }
}

async function answerMetrics(metrics: Metrics, response: ServerResponse): Promise<void> {
  try {
    answer(response, 200, await metrics.expose(), metrics.contentType);
  } catch {
    answer(response, 503, 'metrics unavailable\n');
  }
}

function answer(response: ServerResponse, status: number, text: string, type = 'text/plain; charset=utf-8'): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(text);
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address ? address.port : 0;
}
