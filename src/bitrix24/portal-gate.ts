import { lookup as lookUpHost } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import { type PortalOrigin, portalOriginOf } from '../domain/portal.ts';
import type { PortalRules } from '../linking/ports.ts';
import { isPublicAddress } from './public-address.ts';

/** One address that a host name stands for. */
export type HostAddress = { readonly address: string; readonly family: number };

/** The dependencies of the portal gate. */
export type PortalGateDeps = {
  /** The origins that the administrator named (`BITRIX24_PORTALS`), or `undefined`: any public https host. */
  readonly portals: readonly PortalOrigin[] | undefined;
  /** Every address of a host name; rejects when there is none. The system's resolver by default. */
  readonly lookup?: (hostname: string) => Promise<readonly HostAddress[]>;
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
  lookup = everyAddress,
  isPublic = isPublicAddress,
}: PortalGateDeps): PortalGate {
  const named = portals && new Set<string>(portals);
  return { allows, connector };

  function allows(portal: string): boolean {
    const url = URL.canParse(portal) ? new URL(portal) : undefined;
    if (url === undefined || url.username + url.password !== '') {
      return false;
    }
    const origin = portalOriginOf(portal);
    return origin !== undefined && (named ? named.has(origin) : isPublicHost(url, isPublic));
  }

  function connector(trusted: readonly string[]): buildConnector.connector {
    const free = buildConnector({ allowH2: false, timeout: connectTimeoutMs, lookup: lookupWith(lookup) });
    const checked = buildConnector({
      allowH2: false,
      timeout: connectTimeoutMs,
      lookup: lookupWith(async (hostname) => (await lookup(hostname)).filter(({ address }) => isPublic(address))),
    });
    const known = new Set([...trusted, ...(named ?? [])]);
    return (options, callback) => {
      const origin = `${options.protocol}//${options.host}`;
      if (known.has(origin)) {
        free(options, callback);
      } else if (!named && allows(origin)) {
        checked(options, callback);
      } else {
        callback(new AddressRefusedError(), null);
      }
    };
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

function isPublicHost(url: URL, isPublic: (address: string) => boolean): boolean {
  if (url.protocol !== 'https:') {
    return false;
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(host) !== 0) {
    return isPublic(host);
  }
  const labels = host.replace(/\.$/, '').split('.');
  return labels.length > 1 && !labels.includes('') && !innerName.test(labels.join('.'));
}

/** Node asks in one of two forms: for all addresses, or for one. An address literal is never looked up. */
function lookupWith(find: (hostname: string) => Promise<readonly HostAddress[]>): LookupFunction {
  return (hostname, options, callback) => {
    find(hostname).then(
      (found) => {
        const [first] = found;
        if (!first) {
          callback(new AddressRefusedError(), '', 0);
        } else if (options.all) {
          callback(null, [...found]);
        } else {
          callback(null, first.address, first.family);
        }
      },
      (error: unknown) => callback(error instanceof Error ? error : new AddressRefusedError(), '', 0),
    );
  };
}

function everyAddress(hostname: string): Promise<HostAddress[]> {
  return lookUpHost(hostname, { all: true });
}
