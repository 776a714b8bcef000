import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { HostAddress } from '../../src/bitrix24/host-lookup.ts';
import { createPortalGate } from '../../src/bitrix24/portal-gate.ts';
import { Secret } from '../../src/domain/secret.ts';
import { makeCertificate } from '../../src/sandbox/bitrix24/certificate.ts';
import { openHarness, originOf } from './harness.ts';
import { httpAnswer, startWire, type WireRequest } from './wire.ts';

const success = '{"result":true}';
const closing = ({ socket }: WireRequest) => socket.end(httpAnswer(200, success));

function requestTo(origin: string) {
  return {
    origin,
    path: new Secret('/rest/profile'),
    contentType: 'application/json',
    body: new Secret('{}'),
    leaveWithinMs: 5_000,
    answerWithinMs: 5_000,
  };
}

/** A resolver that gives each of these answers once, and the last one for ever. */
function resolver(...answers: readonly (readonly string[])[]) {
  const asked: string[] = [];
  const lookup = (hostname: string): Promise<HostAddress[]> => {
    const answer = answers[Math.min(asked.push(hostname), answers.length) - 1] ?? [];
    return Promise.resolve(answer.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
  };
  return { asked, lookup };
}

async function trustedCertificate(...hosts: readonly string[]) {
  const certificate = await makeCertificate(hosts);
  const before = getCACertificates('default');
  setDefaultCACertificates([...before, certificate.cert]);
  onTestFinished(() => setDefaultCACertificates(before));
  return certificate;
}

describe('without a list of portals', () => {
  const { allows } = createPortalGate({ portals: undefined });

  it.each([
    'https://acme.bitrix24.com',
    'https://acme.bitrix24.com/',
    'https://portal.example.org:8443',
    'https://xn--cme-5cd.bitrix24.com',
    'https://8.8.8.8',
    'https://[2606:4700::1111]:8443',
  ])('%s may be linked', (portal) => {
    expect(allows(portal)).toBe(true);
  });

  it.each([
    ['plain http', 'http://acme.bitrix24.com'],
    ['another scheme', 'ftp://acme.bitrix24.com'],
    ['user-info', 'https://acme.bitrix24.com@evil.example'],
    ['user-info with a password', 'https://a:b@acme.bitrix24.com'],
    ['loopback', 'https://127.0.0.1'],
    ['loopback in decimal', 'https://2130706433'],
    ['loopback in hexadecimal', 'https://0x7f000001'],
    ['loopback in octal', 'https://0177.0.0.1'],
    ['loopback shortened', 'https://127.1'],
    ['loopback with a trailing dot', 'https://127.0.0.1.'],
    ['loopback in full-width digits', 'https://１２７.0.0.1'],
    ['loopback in IPv6', 'https://[::1]'],
    ['loopback mapped into IPv6', 'https://[::ffff:127.0.0.1]'],
    ['loopback compatible with IPv6', 'https://[::127.0.0.1]'],
    ['loopback through NAT64', 'https://[64:ff9b::7f00:1]'],
    ['loopback through 6to4', 'https://[2002:7f00:1::]'],
    ['a private network', 'https://192.168.0.10'],
    ['the metadata address', 'https://169.254.169.254'],
    ['the metadata address mapped', 'https://[::ffff:a9fe:a9fe]'],
    ['a unique local address', 'https://[fd00::1]'],
    ['the unspecified address', 'https://0.0.0.0'],
    ['zero', 'https://0'],
    ['localhost', 'https://localhost'],
    ['a name under localhost', 'https://portal.localhost'],
    ['localhost with a trailing dot', 'https://localhost.'],
    ['a name without a dot', 'https://intranet'],
    ['a name of the local network', 'https://portal.local'],
    ['an internal name', 'https://metadata.google.internal'],
    ['empty labels', 'https://acme..com'],
    ['two trailing dots', 'https://acme.com..'],
    ['no host', 'https://'],
    ['no URL', 'acme.bitrix24.com'],
    ['nothing', ''],
  ])('%s may not be connected: %s', (_, portal) => {
    expect(allows(portal)).toBe(false);
  });
});

describe('with a list of portals', () => {
  const portals = [
    originOf('https://acme.bitrix24.com'),
    originOf('http://192.168.0.10:8080'),
    originOf('http://b24.lan'),
  ];
  const { allows } = createPortalGate({ portals });

  it.each([
    'https://acme.bitrix24.com',
    'https://acme.bitrix24.com.',
    'https://ACME.bitrix24.com:443/',
    'http://192.168.0.10:8080',
    'http://b24.lan',
    'https://b24.lan',
  ])('%s may be linked', (portal) => {
    expect(allows(portal)).toBe(true);
  });

  it.each([
    'http://acme.bitrix24.com',
    'https://acme.bitrix24.com:8443',
    'https://sub.acme.bitrix24.com',
    'https://acme.bitrix24.com.evil.example',
    'https://acme.bitrix24.com@evil.example',
    'https://x@acme.bitrix24.com',
    'https://аcme.bitrix24.com',
    'https://192.168.0.10:8080',
    'http://192.168.0.10',
    'https://other.bitrix24.com',
  ])('%s may not be connected', (portal) => {
    expect(allows(portal)).toBe(false);
  });

  it('an empty one allows nothing', () => {
    expect(createPortalGate({ portals: [] }).allows('https://acme.bitrix24.com')).toBe(false);
  });
});

describe('a connection', () => {
  it('is not made to a private address, however public the name looks', async () => {
    const wire = await startWire(closing, { tls: await trustedCertificate('portal.example.org') });
    const { asked, lookup } = resolver(['127.0.0.1', '::1', '10.0.0.1', '::ffff:127.0.0.1']);
    const { caller } = openHarness({ portals: undefined, lookup });
    const result = await caller.call(requestTo(`https://portal.example.org:${wire.port}`));
    expect(result).toEqual({ kind: 'not-sent', cause: 'ADDRESS_REFUSED' });
    expect(asked).toEqual(['portal.example.org']);
    expect(wire.connections()).toBe(0);
  });

  it('is not made to a private address written in the URL, whoever calls', async () => {
    const wire = await startWire(closing, { tls: await trustedCertificate('127.0.0.1') });
    const { caller } = openHarness({ portals: undefined });
    for (const origin of [wire.origin, `http://127.0.0.1:${wire.port}`, `https://[::ffff:127.0.0.1]:${wire.port}`]) {
      expect(await caller.call(requestTo(origin))).toEqual({ kind: 'not-sent', cause: 'ADDRESS_REFUSED' });
    }
    expect(wire.connections()).toBe(0);
  });

  it('is not made to a portal that is not listed', async () => {
    const wire = await startWire(closing);
    const { caller } = openHarness({ portals: [originOf('https://acme.bitrix24.com')] });
    expect(await caller.call(requestTo(wire.origin))).toEqual({ kind: 'not-sent', cause: 'ADDRESS_REFUSED' });
    expect(wire.connections()).toBe(0);
  });

  it('is made to the very address that was checked, each time anew: a name that moves inside is refused', async () => {
    // Stands for the internet here: 127.0.0.2 is public, 127.0.0.1 is inside. Both answer on the same port.
    const tls = await trustedCertificate('portal.example.org');
    // In this order: what is free on the first address, which everybody uses, is free on the second as well.
    const inside = await startWire(closing, { tls, host: '127.0.0.1' });
    const outside = await startWire(closing, { tls, host: '127.0.0.2', port: inside.port });
    const { asked, lookup } = resolver(['127.0.0.2'], ['127.0.0.1']);
    const { caller } = openHarness({ portals: undefined, lookup, isPublic: (address) => address === '127.0.0.2' });
    const request = requestTo(`https://portal.example.org:${outside.port}`);
    expect(await caller.call(request)).toMatchObject({ kind: 'answered' });
    expect(asked).toHaveLength(1);
    expect(await caller.call(request)).toEqual({ kind: 'not-sent', cause: 'ADDRESS_REFUSED' });
    expect(asked).toHaveLength(2);
    expect([outside.connections(), inside.connections()]).toEqual([1, 0]);
  });

  it('uses only the public ones of several addresses', async () => {
    const tls = await trustedCertificate('portal.example.org');
    // In this order: what is free on the first address, which everybody uses, is free on the second as well.
    const inside = await startWire(closing, { tls, host: '127.0.0.1' });
    const outside = await startWire(closing, { tls, host: '127.0.0.2', port: inside.port });
    const { lookup } = resolver(['127.0.0.1', '127.0.0.2']);
    const { caller } = openHarness({ portals: undefined, lookup, isPublic: (address) => address === '127.0.0.2' });
    expect(await caller.call(requestTo(`https://portal.example.org:${outside.port}`))).toMatchObject({
      kind: 'answered',
    });
    expect([outside.connections(), inside.connections()]).toEqual([1, 0]);
  });

  it.each([
    ['IPv4', '127.0.0.1'],
    ['mapped IPv6', '::ffff:127.0.0.1'],
    ['mapped IPv6 in hexadecimal', '::ffff:7f00:1'],
  ])('does not fall back on a private %s address where the public one before it is closed', async (_, address) => {
    // Stands for the internet here: 127.0.0.2 is public, and nobody listens there.
    const inside = await startWire(closing, { tls: await trustedCertificate('portal.example.org') });
    const { lookup } = resolver(['127.0.0.2', address]);
    const { caller } = openHarness({ portals: undefined, lookup, isPublic: (found) => found === '127.0.0.2' });
    expect(await caller.call(requestTo(`https://portal.example.org:${inside.port}`))).toEqual({
      kind: 'not-sent',
      cause: 'ECONNREFUSED',
    });
    expect(inside.connections()).toBe(0);
  });

  it('is made to none of what a name has gained since it was checked, where the first address has closed', async () => {
    const tls = await trustedCertificate('portal.example.org');
    const inside = await startWire(closing, { tls, host: '127.0.0.1' });
    const outside = await startWire(closing, { tls, host: '127.0.0.2', port: inside.port });
    const { asked, lookup } = resolver(['127.0.0.2'], ['127.0.0.2', '127.0.0.1'], []);
    const { caller } = openHarness({ portals: undefined, lookup, isPublic: (address) => address === '127.0.0.2' });
    const request = requestTo(`https://portal.example.org:${outside.port}`);
    expect(await caller.call(request)).toMatchObject({ kind: 'answered' });
    await outside.close();
    expect(await caller.call(request)).toEqual({ kind: 'not-sent', cause: 'ECONNREFUSED' });
    expect(await caller.call(request)).toEqual({ kind: 'not-sent', cause: 'ADDRESS_REFUSED' });
    expect(asked).toHaveLength(3);
    expect(inside.connections()).toBe(0);
  });

  it('is not made where a redirect leads inside, by address or by a name that stands for one', async () => {
    const tls = await trustedCertificate('portal.example.org', '127.0.0.1');
    const inside = await startWire(closing, { tls, host: '127.0.0.1' });
    const locations = [inside.origin, `https://moved.example.org:${inside.port}`];
    for (const location of locations) {
      const answer = httpAnswer(307, '', { location: `${location}/rest/profile` });
      const outside = await startWire(({ socket }) => socket.end(answer), { tls, host: '127.0.0.2' });
      const { asked, lookup } = resolver(['127.0.0.2'], ['127.0.0.1']);
      const { caller } = openHarness({ portals: undefined, lookup, isPublic: (address) => address === '127.0.0.2' });
      expect(await caller.call(requestTo(`https://portal.example.org:${outside.port}`))).toMatchObject({
        kind: 'answered',
        answer: { status: 307 },
      });
      expect(asked).toEqual(['portal.example.org']);
    }
    expect(inside.connections()).toBe(0);
  });

  it('checks the certificate against the name of the portal', async () => {
    const wire = await startWire(closing, { tls: await trustedCertificate('other.example.org') });
    const { lookup } = resolver(['127.0.0.1']);
    const { caller } = openHarness({ portals: undefined, lookup, isPublic: () => true });
    expect(await caller.call(requestTo(`https://portal.example.org:${wire.port}`))).toEqual({
      kind: 'not-sent',
      cause: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
    expect(wire.requests).toEqual([]);
  });

  it('is made to a listed portal wherever it is, also over http', async () => {
    const wire = await startWire(closing);
    const { lookup } = resolver(['127.0.0.1']);
    const origin = `http://bitrix.intranet:${wire.port}`;
    const { caller } = openHarness({ portals: [originOf(origin)], lookup });
    expect(await caller.call(requestTo(origin))).toMatchObject({ kind: 'answered' });
  });

  it('finds names through the resolver of the system', async () => {
    const wire = await startWire(closing);
    const origin = `http://localhost:${wire.port}`;
    const { caller } = openHarness({ portals: [originOf(origin)] });
    expect(await caller.call(requestTo(origin))).toMatchObject({ kind: 'answered' });
  });

  it('is made to a token server that the administrator named, which is no portal for that', async () => {
    const wire = await startWire(closing);
    const { caller } = openHarness({ portals: undefined, trusted: [wire.origin] });
    expect(await caller.call(requestTo(wire.origin))).toMatchObject({ kind: 'answered' });
    expect(createPortalGate({ portals: undefined }).allows(wire.origin)).toBe(false);
  });
});
