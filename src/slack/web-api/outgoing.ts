import type { LookupFunction } from 'node:net';
import { Agent, EnvHttpProxyAgent, getGlobalDispatcher, setGlobalDispatcher } from 'undici';
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

/**
 * What Bolt's web socket is opened with. Without proxies nothing: the dispatcher that it makes for itself ends a dead
 * connection at once, which it cannot do with another one. Source: `SlackWebSocketOptions` of @slack/socket-mode.
 */
export function socketDispatcher(): EnvHttpProxyAgent | undefined {
  const dispatcher = getGlobalDispatcher();
  return dispatcher instanceof EnvHttpProxyAgent ? dispatcher : undefined;
}

/**
 * A web socket needs HTTP/1.1. Undici's agent reads the environment only where it is given nothing: so all three are
 * given.
 */
function throughProxies(connect: { readonly lookup: LookupFunction }, { https, http, except }: Proxies) {
  return new EnvHttpProxyAgent({
    connect,
    allowH2: false,
    proxyTls: connect,
    httpsProxy: https?.reveal() ?? '',
    httpProxy: http?.reveal() ?? '',
    noProxy: except,
  });
}
