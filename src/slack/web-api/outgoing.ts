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

/** How requests to Slack leave: how hosts are looked up, and through which proxies. */
export type SlackRoute = { readonly lookup: LookupFunction; readonly proxies?: Proxies | undefined };

/**
 * Sends everything that goes to Slack this way. Its Web API and its response URLs use the one dispatcher that undici
 * keeps for the process, so this holds for the process.
 */
export function routeToSlack({ lookup, proxies }: SlackRoute): void {
  const connect = { lookup };
  setGlobalDispatcher(proxies ? throughProxies(connect, proxies) : new Agent({ connect }));
}

/** One message of a web socket. Slack's are some kilobytes; HTTP has the same limit. */
const webSocket = { maxPayloadSize: 1024 * 1024 };

/** What a web socket is opened with. */
export type SocketRoute = {
  readonly dispatcher: Dispatcher;
  /** Ends connections of web sockets at once: who does not answer would keep theirs. */
  cut(): void;
};

/**
 * The way of a web socket to Slack, whose messages have a megabyte at the most. Bolt makes one of its own where it is
 * given none, which takes 128 MiB into one message (undici, `defaultWebSocketMaxPayloadSize`) and ends the connection
 * of a server that does not say goodbye; so this one ends them as well. Through a proxy that is the proxy's affair.
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
 * A web socket needs HTTP/1.1. Undici's agent reads the environment only where it is given nothing: so all three are
 * given.
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
