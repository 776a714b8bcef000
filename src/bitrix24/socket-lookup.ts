import type { LookupFunction } from 'node:net';
import type { HostAddress, HostLookup } from './host-lookup.ts';

/** Makes of `find` what sockets ask: for all addresses of a host, or for one. An address literal is never looked up. */
export function socketLookup(find: (hostname: string) => Promise<readonly HostAddress[]>): LookupFunction {
  return (hostname, options, callback) => {
    find(hostname).then(
      (found) => {
        const [first] = found;
        if (!first) {
          callback(new NoAddressError(), '', 0);
        } else if (options.all) {
          callback(null, [...found]);
        } else {
          callback(null, first.address, first.family);
        }
      },
      (error: unknown) => callback(error instanceof Error ? error : new NoAddressError(), '', 0),
    );
  };
}

/** The same for hosts that the administrator named. */
export function namedSocketLookup(lookup: HostLookup): LookupFunction {
  return socketLookup((hostname) => lookup(hostname, { named: true }));
}

/** A host has no address. Carries no name. */
class NoAddressError extends Error {
  override readonly name = 'NoAddressError';
  readonly code = 'ENOTFOUND';

  constructor() {
    super('the host has no address');
  }
}
