import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { HostAddress } from '../../src/bitrix24/host-lookup.ts';
import { proxiesOf } from '../../src/domain/proxies.ts';
import { Secret } from '../../src/domain/secret.ts';
import { makeCertificate } from '../../src/sandbox/bitrix24/certificate.ts';
import { manualClock } from '../support/manual-clock.ts';
import { startOutgoingProxy } from '../support/outgoing-proxy.ts';
import { type HarnessOptions, openHarness, originOf } from './harness.ts';
import { closed, httpAnswer, startWire, type WireRequest } from './wire.ts';

const answer = ({ socket }: WireRequest) => socket.write(httpAnswer(200, '{"result":true}'));
const host = 'portal.example.org';

function throughProxy(address: string, except = '') {
  return proxiesOf(new Secret(address), new Secret(address), except);
}

function call(
  origin: string,
  proxy: string,
  { except = '', ...options }: HarnessOptions & { readonly except?: string },
) {
  const proxies = throughProxy(proxy, except);
  const { caller } = openHarness({ ...options, ...(proxies ? { proxies } : {}) });
  return caller.call({
    origin,
    path: new Secret('/rest/1/hush/profile'),
    contentType: 'application/json',
    body: new Secret('{}'),
    leaveWithinMs: 5_000,
    answerWithinMs: 5_000,
  });
}

/** A portal over TLS whose certificate is trusted. */
async function startPortal() {
  const tls = await makeCertificate([host]);
  const before = getCACertificates('default');
  setDefaultCACertificates([...before, tls.cert]);
  onTestFinished(() => setDefaultCACertificates(before));
  const wire = await startWire(answer, { tls });
  return { wire, origin: `https://${host}:${wire.port}` };
}

/** A resolver that knows one answer, and what it was asked. */
function resolver(...addresses: readonly string[]) {
  const asked: string[] = [];
  const lookup = async (hostname: string): Promise<HostAddress[]> => {
    asked.push(hostname);
    if (addresses.length === 0) {
      throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
    }
    return addresses.map((address) => ({ address, family: 4 }));
  };
  return { asked, lookup };
}

const refusedHere = { kind: 'not-sent', cause: 'ADDRESS_REFUSED' };

describe('a portal behind a proxy of ours', () => {
  it('is called through a tunnel to its name, with the credentials of the proxy, and checked by its certificate', async () => {
    const { wire, origin } = await startPortal();
    const proxy = await startOutgoingProxy();
    const address = `http://anna:s%20ecret@127.0.0.1:${proxy.port}`;
    const { asked, lookup } = resolver();
    expect(await call(origin, address, { portals: [originOf(origin)], lookup })).toMatchObject({ kind: 'answered' });
    const authorization = `Basic ${Buffer.from('anna:s ecret').toString('base64')}`;
    expect(proxy.asked).toEqual([{ target: `CONNECT ${host}:${wire.port}`, authorization }]);
    expect(wire.requests[0]?.head).not.toMatch(/proxy-authorization/i);
    // The administrator named it: the proxy may be the only one who can resolve it.
    expect(asked).toEqual([]);
    const other = `https://other.example.org:${wire.port}`;
    expect(await call(other, proxy.url, { portals: [originOf(other)], lookup })).toEqual({
      kind: 'not-sent',
      cause: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
  });

  it.each([
    ['is public', ['192.0.2.1'], undefined],
    ['is public in one address and private in another', ['192.0.2.1', '10.0.0.1'], refusedHere],
    ['is private', ['10.0.0.1'], refusedHere],
    ['is not to be found', [], { kind: 'not-sent', cause: 'ENOTFOUND' }],
  ])('is checked here before, where nobody named it and it %s', async (_, addresses, refusal) => {
    const { wire, origin } = await startPortal();
    const proxy = await startOutgoingProxy();
    const { asked, lookup } = resolver(...addresses);
    const isPublic = (address: string) => address === '192.0.2.1';
    const result = await call(origin, proxy.url, { portals: undefined, lookup, isPublic });
    expect(asked).toEqual([host]);
    expect(result).toMatchObject(refusal ?? { kind: 'answered' });
    expect(proxy.asked).toHaveLength(refusal ? 0 : 1);
    expect(wire.requests).toHaveLength(refusal ? 0 : 1);
  });

  it.each(['https://127.0.0.1:8443', 'http://portal.example.org', 'https://portal.internal'])(
    'is not called as %s, which is inside',
    async (origin) => {
      const proxy = await startOutgoingProxy();
      expect(await call(origin, proxy.url, { portals: undefined })).toEqual(refusedHere);
      expect(proxy.asked).toEqual([]);
    },
  );

  it('is called directly where NO_PROXY says so, and still only where it may be', async () => {
    const { wire, origin } = await startPortal();
    const proxy = await startOutgoingProxy();
    const outside = { portals: undefined, lookup: resolver('127.0.0.1').lookup, except: '.example.org, localhost' };
    expect(await call(origin, proxy.url, { ...outside, isPublic: () => true })).toMatchObject({ kind: 'answered' });
    expect(await call(origin, proxy.url, outside)).toEqual(refusedHere);
    expect(wire.requests).toHaveLength(1);
    expect(proxy.asked).toEqual([]);
  });

  it('over plain http is handed to the proxy whole', async () => {
    const wire = await startWire(answer);
    const proxy = await startOutgoingProxy();
    const origin = `http://bitrix.intranet:${wire.port}`;
    expect(await call(origin, proxy.url, { portals: [originOf(origin)] })).toMatchObject({ kind: 'answered' });
    expect(proxy.asked).toMatchObject([{ target: `POST ${origin}` }]);
  });

  it.each([403, 407, 502])('was not sent to when the proxy opens no tunnel: %i', async (refuse) => {
    const { wire, origin } = await startPortal();
    const proxy = await startOutgoingProxy({ refuse });
    expect(await call(origin, proxy.url, { portals: [originOf(origin)] })).toMatchObject({ kind: 'not-sent' });
    expect(wire.requests).toEqual([]);
  });

  it('was not sent to when nobody is at the address of the proxy', async () => {
    const { origin } = await startPortal();
    expect(await call(origin, 'http://127.0.0.1:1', { portals: [originOf(origin)] })).toEqual({
      kind: 'not-sent',
      cause: 'ECONNREFUSED',
    });
  });

  it('over plain http may have been sent to when the proxy asks for a password', async () => {
    const proxy = await startOutgoingProxy({ refuse: 407 });
    const origin = 'http://bitrix.intranet';
    expect(await call(origin, proxy.url, { portals: [originOf(origin)] })).toMatchObject({ kind: 'lost' });
  });

  it('is given up in time when the proxy does not answer', async () => {
    const { origin } = await startPortal();
    const silent = await startWire();
    const clock = manualClock();
    const calling = call(origin, `http://127.0.0.1:${silent.port}`, { portals: [originOf(origin)], clock });
    const { socket } = await silent.take();
    clock.advance(5_000);
    expect(await calling).toEqual({ kind: 'not-sent', cause: 'LEAVE_TIMEOUT' });
    socket.destroy();
    await closed(socket);
  });
});
