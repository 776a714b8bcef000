import type { LookupFunction, Socket } from 'node:net';
import {
  Agent,
  buildConnector,
  type Dispatcher,
  EnvHttpProxyAgent,
  getGlobalDispatcher,
  setGlobalDispatcher,
} from 'undici';
import type { Proxies } from '../../domain/proxies.ts';

/** How requests to Slack are made. */
export type SlackRoute = {
  /** Resolves host names. */
  readonly lookup: LookupFunction;
  /** `undefined` connects directly. */
  readonly proxies?: Proxies | undefined;
};

/**
 * Sets the route of all requests to Slack. Calls of the Web API and of response URLs use undici's global dispatcher, so it
 * holds for the whole process.
 */
export function routeToSlack({ lookup, proxies }: SlackRoute): void {
  const connect = { lookup };
  setGlobalDispatcher(proxies ? throughProxies(connect, proxies) : new Agent({ connect }));
}

/** The limit of one WebSocket message, in bytes. Slack's have some kilobytes; requests over HTTP have the same limit. */
const webSocket = { maxPayloadSize: 1024 * 1024 };

/** How a WebSocket to Slack is opened. */
export type SocketRoute = {
  /** The option `dispatcher` of undici's `WebSocket`. */
  readonly dispatcher: Dispatcher;
  /** Destroys all open connections, because a server that does not answer the close would keep them open. */
  cut(): void;
};

/**
 * The route of WebSockets to Slack, with messages of a megabyte at the most. Without a dispatcher Bolt makes one that takes
 * 128 MiB in one message (undici, `defaultWebSocketMaxPayloadSize`) and destroys connections whose close is not answered, so
 * `cut` does the same here. Through a proxy `cut` does nothing.
 */
export function socketRoute(): SocketRoute {
  const used = getGlobalDispatcher();
  if (used instanceof EnvHttpProxyAgent) {
    return { dispatcher: used, cut() {} };
  }
  const sockets = new Set<Socket>();
  const connect = buildConnector({ allowH2: false });
  const dispatcher = new Agent({
    webSocket,
    connect: (options, done) =>
      connect(options, (...result) => {
        const [, socket] = result;
        if (socket) {
          sockets.add(socket);
          socket.once('close', () => sockets.delete(socket));
        }
        done(...result);
      }),
  });
  return {
    dispatcher,
    cut() {
      for (const socket of sockets) {
        socket.destroy();
      }
    },
  };
}

/**
 * HTTP/2 is off because a WebSocket needs HTTP/1.1. All three proxy options are given because `EnvHttpProxyAgent` reads the
 * environment for each one that is missing.
 */
function throughProxies(connect: { readonly lookup: LookupFunction }, { https, http, except }: Proxies) {
  return new EnvHttpProxyAgent({
    connect,
    webSocket,
    allowH2: false,
    proxyTls: connect,
    httpsProxy: https?.reveal() ?? '',
    httpProxy: http?.reveal() ?? '',
    noProxy: except,
  });
}
