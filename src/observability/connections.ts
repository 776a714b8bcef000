import type { IncomingMessage, RequestListener, Server, ServerOptions, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * How long a client may take, in ms. Slack gives up after 3 s, so a request that is not here after 5 s is nobody's that
 * matters. Connections without any byte count as well: Node's clock for headers starts with the connection (Node 24,
 * `server.headersTimeout`). Kept connections outlive the 60 s after which load balancers commonly let theirs go, so
 * that it is never this side that closes one which is just being used.
 */
export const serverOptions: ServerOptions = {
  headersTimeout: 5_000,
  requestTimeout: 5_000,
  connectionsCheckingInterval: 500,
  keepAliveTimeout: 65_000,
  maxHeaderSize: 16 * 1024,
};

const limits = {
  connections: 512,
  headers: 100,
  /** While a request is worked on and nothing moves: who does not take the answer. In ms. */
  silenceMs: 30_000,
  /** How long a request that is still on its way may take to arrive after the end was decided, in ms. */
  arriveMs: 3_000,
};

/** The connections of one server. */
export type Connections = {
  /** In front of the handler: refuses what no client of this service sends, and knows what is being answered. */
  guard(handler: RequestListener): RequestListener;
  /** From now on every answer says `Connection: close`. */
  drain(): void;
  /** Ends what has not arrived as a whole a while after the server was closed; what is being answered is left alone. */
  end(): void;
};

type Exchange = { readonly request: IncomingMessage; readonly response: ServerResponse };

/**
 * Bounds the connections of a server. Where one more comes than there may be, the one goes that has been longest
 * without a request to answer: Node's own `maxConnections` would turn away the newcomer, so that a stranger with many
 * connections could keep everybody out. No request is taken before the one before it on its connection is answered:
 * browsers, proxies and Slack do not pipeline.
 */
export function limitConnections(server: Server): Connections {
  const open = new Map<Socket, Exchange | undefined>();
  let isDraining = false;
  server.maxHeadersCount = limits.headers;
  server.timeout = limits.silenceMs;
  server.on('connection', (socket) => {
    open.set(socket, undefined);
    socket.once('close', () => open.delete(socket));
    if (open.size > limits.connections) {
      (longestUseless() ?? socket).destroy();
    }
  });
  return { guard, drain, end };

  function guard(handler: RequestListener): RequestListener {
    return (request, response) => {
      const { socket } = request;
      if (socket.destroyed || open.get(socket)) {
        socket.destroy();
        return;
      }
      open.set(socket, { request, response });
      response.once('close', () => rest(socket));
      response.shouldKeepAlive &&= !isDraining;
      const refusal = refusalOf(request);
      if (refusal) {
        response.writeHead(refusal, { connection: 'close' }).end();
      } else {
        handler(request, response);
      }
    };
  }

  /** Goes to the end of the line of those that may have to go. */
  function rest(socket: Socket): void {
    if (open.delete(socket) && !socket.destroyed) {
      open.set(socket, undefined);
    }
  }

  function longestUseless(): Socket | undefined {
    for (const [socket, exchange] of open) {
      if (!exchange?.request.complete && !socket.destroyed) {
        return socket;
      }
    }
    return undefined;
  }

  function drain(): void {
    isDraining = true;
    for (const exchange of open.values()) {
      if (exchange && !exchange.response.headersSent) {
        exchange.response.shouldKeepAlive = false;
      }
    }
  }

  function end(): void {
    // Node looks for slow requests no longer once its server is closed.
    const timer = setTimeout(() => {
      for (const [socket, exchange] of open) {
        if (!exchange?.request.complete) {
          socket.destroy();
        }
      }
    }, limits.arriveMs);
    server.once('close', () => clearTimeout(timer));
  }
}

/**
 * Bodies come with POST only, and with their length: elsewhere they would pile up unread while the answer is worked on,
 * and each piece of a chunked one costs as much as a kilobyte in one. Slack's requests have a length, as recorded ones
 * show.
 */
function refusalOf({ method, headers }: IncomingMessage): 400 | 411 | undefined {
  if (headers['transfer-encoding'] !== undefined) {
    return 411;
  }
  return method !== 'POST' && Number(headers['content-length'] ?? 0) > 0 ? 400 : undefined;
}
