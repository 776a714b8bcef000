import { BlockList, isIPv4, isIPv6 } from 'node:net';

/**
 * Networks that are not the public internet, or that only tests and translations use. Source: IANA special-purpose
 * registry.
 */
const refusedV4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const;

/**
 * Inside 2000::/3: protocol assignments with Teredo and benchmarking, documentation, 6to4, and the old test network.
 */
const refusedV6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3ffe::', 16],
  ['3fff::', 20],
] as const;

const refused = new BlockList();
for (const [network, prefix] of refusedV4) {
  refused.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of refusedV6) {
  refused.addSubnet(network, prefix, 'ipv6');
}

/** All global unicast IPv6; what lies outside (mapped, compatible, NAT64, local, multicast) is never public. */
const globalV6 = new BlockList();
globalV6.addSubnet('2000::', 3, 'ipv6');

/** Whether an IP address, as DNS or `URL.hostname` without brackets gives it, is on the public internet. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) {
    return !refused.check(address, 'ipv4');
  }
  if (!isIPv6(address) || address.includes('%')) {
    return false;
  }
  return globalV6.check(address, 'ipv6') && !refused.check(address, 'ipv6');
}
