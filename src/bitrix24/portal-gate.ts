import { isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import { type PortalOrigin, portalOriginOf } from '../domain/portal.ts';
import { systemClock } from '../domain/system-clock.ts';
import type { PortalRules } from '../linking/ports.ts';
import { createHostLookup, type HostAddress, type HostLookup } from './host-lookup.ts';
import { isPublicAddress } from './public-address.ts';
import { namedSocketLookup, socketLookup } from './socket-lookup.ts';

/** The dependencies of the portal gate. */
export type PortalGateDeps = {
  /** The origins that the administrator named (`BITRIX24_PORTALS`), or `undefined`: any public https host. */
  readonly portals: readonly PortalOrigin[] | undefined;
  readonly lookup?: HostLookup;
  /** Whether an address is on the public internet. */
  readonly isPublic?: (address: string) => boolean;
};

/** The rule which portals may be talked to, both as text and at the moment of connecting. */
export type PortalGate = PortalRules & {
  /**
   * Opens connections for undici. A host that nobody named is connected to only over TLS and only at an address that
   * was just found public: the check and the connection use one and the same answer of DNS. Origins in `trusted` are
   * connected to as they are.
   */
  connector(trusted: readonly string[]): buildConnector.connector;
  /**
   * The check of origins that are called through a proxy. The proxy resolves names itself, so a host that nobody named
   * must be public in every address that is found here, and one that is not found is refused; what the name means to
   * the proxy is beyond this check. Rejects with the error code of why there is no call.
   */
  proxyCheck(trusted: readonly string[]): (origin: string) => Promise<void>;
  /** How the hosts of the proxies themselves are looked up. */
  readonly proxyLookup: LookupFunction;
};

/**
 * Names that never lead to the public internet, whatever a resolver makes of them. Source: RFC 6761, 6762, 8375, 9476.
 */
const innerName =
  /(?:^|\.)(?:localhost|local|internal|intranet|lan|home|corp|private|test|invalid|alt|onion|home\.arpa)$/;

/** A connecting socket that nobody waits for any more is given up after this. */
const connectTimeoutMs = 10_000;

/** Creates the gate. Tests pass a `lookup` and an `isPublic` of their own. */
export function createPortalGate({
  portals,
  lookup = createHostLookup({ clock: systemClock }),
  isPublic = isPublicAddress,
}: PortalGateDeps): PortalGate {
  const named = portals && new Set<string>(portals.flatMap(withHttps));
  return { allows, connector, proxyCheck, proxyLookup: namedSocketLookup(lookup) };

  function allows(portal: string): boolean {
    const url = URL.canParse(portal) ? new URL(portal) : undefined;
    if (url === undefined || url.username + url.password !== '') {
      return false;
    }
    const origin = portalOriginOf(portal);
    return origin !== undefined && (named ? named.has(origin) : isPublicHost(url, isPublic));
  }

  function connector(trusted: readonly string[]): buildConnector.connector {
    const free = buildConnector({ allowH2: false, timeout: connectTimeoutMs, lookup: namedSocketLookup(lookup) });
    const checked = buildConnector({
      allowH2: false,
      timeout: connectTimeoutMs,
      lookup: socketLookup(async (hostname) => refuseNone((await lookup(hostname)).filter(isPublicOne))),
    });
    const kindOf = kindsOfOrigins(trusted);
    return (options, callback) => {
      switch (kindOf(`${options.protocol}//${options.host}`)) {
        case 'named':
          return free(options, callback);
        case 'public':
          return checked(options, callback);
        case 'refused':
          return callback(new AddressRefusedError(), null);
      }
    };
  }

  function proxyCheck(trusted: readonly string[]): (origin: string) => Promise<void> {
    const kindOf = kindsOfOrigins(trusted);
    return async (origin) => {
      const kind = kindOf(origin);
      const { hostname } = new URL(origin);
      if (kind === 'named' || (kind === 'public' && isLiteral(hostname))) {
        return;
      }
      const found = kind === 'public' ? await lookup(hostname) : [];
      refuseNone(found.every(isPublicOne) ? found : []);
    };
  }

  function kindsOfOrigins(trusted: readonly string[]): (origin: string) => 'named' | 'public' | 'refused' {
    const known = new Set([...trusted, ...(named ?? [])]);
    return (origin) => {
      if (known.has(origin)) {
        return 'named';
      }
      return !named && allows(origin) ? 'public' : 'refused';
    };
  }

  function isPublicOne({ address }: HostAddress): boolean {
    return isPublic(address);
  }
}

/** The cause of an attempt that the gate stopped at the moment of connecting. */
export const addressRefused = 'ADDRESS_REFUSED';

/** There is no address that this host may be reached at. Carries neither the host nor its addresses. */
class AddressRefusedError extends Error {
  override readonly name = 'AddressRefusedError';
  readonly code = addressRefused;

  constructor() {
    super('the portal has no address that may be connected to');
  }
}

/** The addresses that mean the same portal: a host named with http is meant over https too, unless a port is given. */
function withHttps(portal: PortalOrigin): readonly string[] {
  const { host, port } = new URL(portal);
  return port === '' ? [portal, `https://${host}`] : [portal];
}

function isPublicHost(url: URL, isPublic: (address: string) => boolean): boolean {
  if (url.protocol !== 'https:') {
    return false;
  }
  const host = withoutBrackets(url.hostname);
  if (isIP(host) !== 0) {
    return isPublic(host);
  }
  const labels = host.replace(/\.$/, '').split('.');
  return labels.length > 1 && !labels.includes('') && !innerName.test(labels.join('.'));
}

function refuseNone(found: readonly HostAddress[]): readonly HostAddress[] {
  if (found.length === 0) {
    throw new AddressRefusedError();
  }
  return found;
}

function isLiteral(hostname: string): boolean {
  return isIP(withoutBrackets(hostname)) !== 0;
}

function withoutBrackets(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}
