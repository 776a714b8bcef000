import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { generate } from 'selfsigned';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createAccountProbe } from '../../src/bitrix24/account-probe.ts';
import { createMessenger } from '../../src/bitrix24/messenger.ts';
import type { Pacer } from '../../src/delivery/ports.ts';
import { Secret } from '../../src/domain/secret.ts';
import { makeCertificate } from '../../src/sandbox/bitrix24/certificate.ts';
import { manualClock } from '../support/manual-clock.ts';
import { freePacer, type Harness, openHarness, originOf } from './harness.ts';
import { httpAnswer, startWire, type WireRequest } from './wire.ts';

const delivered = ({ socket }: WireRequest) => socket.end(httpAnswer(200, '{"result":{"result":true}}'));

const credentialFor = (origin: string) =>
  ({ kind: 'webhook', portal: originOf(origin), webhookUserId: '7', secret: new Secret('hush') }) as const;

function send({ rest }: Harness, origin: string) {
  return createMessenger({ rest, timeoutMs: 5_000 }).send({
    credential: credentialFor(origin),
    key: 'key.1',
    request: '{"fields":{}}',
    leaveWithinMs: 5_000,
  });
}

async function expiredCertificate() {
  const made = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
    keyType: 'ec',
    notBeforeDate: new Date('2020-01-01'),
    notAfterDate: new Date('2020-02-01'),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
    ],
  });
  return { key: made.private, cert: made.cert };
}

function trust(cert: string): void {
  const before = getCACertificates('default');
  setDefaultCACertificates([...before, cert]);
  onTestFinished(() => setDefaultCACertificates(before));
}

describe('a certificate that is not accepted', () => {
  it.each(['untrusted', 'expired', 'other-host'] as const)('because it is %s is told as that', async (problem) => {
    const tls = problem === 'expired' ? await expiredCertificate() : await makeCertificate(['127.0.0.2']);
    if (problem !== 'untrusted') {
      trust(tls.cert);
    }
    const wire = await startWire(delivered, { tls });
    const harness = openHarness({ portals: [originOf(wire.origin)] });
    expect(await send(harness, wire.origin)).toEqual({
      kind: 'failed',
      failure: { kind: 'certificate', problem },
      left: false,
      sinceLeftMs: 0,
    });
    expect(wire.requests).toEqual([]);
  });

  it('is told to the administrator once, and again when it has been in order in between', async () => {
    const bad = await startWire(delivered, { tls: await makeCertificate(['127.0.0.1']) });
    const harness = openHarness({ portals: [originOf(bad.origin)] });
    const warnings = () => harness.logged.filter(({ level }) => level === 'warn');
    await send(harness, bad.origin);
    await send(harness, bad.origin);
    expect(warnings()).toEqual([
      {
        level: 'warn',
        fields: { portal: bad.origin, problem: 'untrusted' },
        message: 'the certificate of this portal is not accepted',
      },
    ]);
    await bad.close();
    const tls = await makeCertificate(['127.0.0.1']);
    trust(tls.cert);
    const good = await startWire(delivered, { tls, port: bad.port });
    expect(await send(harness, good.origin)).toMatchObject({ kind: 'delivered' });
    await good.close();
    await startWire(delivered, { tls: await makeCertificate(['127.0.0.1']), port: bad.port });
    await send(harness, bad.origin);
    expect(warnings()).toHaveLength(2);
  });
});

describe('a portal that asks to be left alone', () => {
  it('is not called before, whoever wants to, and then is', async () => {
    const clock = manualClock();
    const answers = [httpAnswer(503, '<html>', { 'retry-after': '30' })];
    const wire = await startWire(({ socket }) =>
      socket.end(answers.shift() ?? httpAnswer(200, '{"result":{"result":true}}')),
    );
    let markedFull = 0;
    const pacer: Pacer = {
      ...freePacer(),
      markFull: async () => {
        markedFull += 1;
      },
    };
    const harness = openHarness({ portals: [originOf(wire.origin)], clock, pacer });
    const throttled = (retryAfterMs: number, left: boolean) => ({
      kind: 'failed',
      failure: { kind: 'throttled', retryAfterMs },
      left,
      sinceLeftMs: 0,
    });
    expect(await send(harness, wire.origin)).toEqual(throttled(30_000, true));
    clock.advance(10_000);
    expect(await send(harness, wire.origin)).toEqual(throttled(20_000, false));
    const probing = createAccountProbe({ reads: harness.reads }).probe(credentialFor(wire.origin));
    expect(await probing).toMatchObject({ failure: { kind: 'throttled' } });
    expect(wire.requests).toHaveLength(1);
    expect(markedFull).toBe(0);
    clock.advance(20_000);
    expect(await send(harness, wire.origin)).toMatchObject({ kind: 'delivered' });
  });

  it('for a year is called again after ten minutes', async () => {
    const clock = manualClock();
    const wire = await startWire(({ socket }) => socket.end(httpAnswer(429, '', { 'retry-after': '31536000' })));
    const harness = openHarness({ portals: [originOf(wire.origin)], clock });
    await send(harness, wire.origin);
    clock.advance(600_000);
    await send(harness, wire.origin);
    expect(wire.requests).toHaveLength(2);
  });
});

describe('an answer that is none of Bitrix24', () => {
  it.each([
    ['a page', '<!DOCTYPE html><html></html>'],
    ['a warning of PHP', '<br />\n<b>Warning</b>:  Undefined array key\n{"result":'],
    ['nothing', ''],
  ])('to "profile" is known as one: %s', async (_, body) => {
    const wire = await startWire(({ socket }) => socket.end(httpAnswer(200, body)));
    const { reads } = openHarness({ portals: [originOf(wire.origin)] });
    expect(await createAccountProbe({ reads }).probe(credentialFor(wire.origin))).toEqual({
      ok: false,
      failure: { kind: 'unreadable-answer' },
    });
  });

  it('is no answer at all when the connection broke under it', async () => {
    const wire = await startWire(({ socket }) => socket.end(httpAnswer(200, '{"resu', { 'content-length': '26' })));
    const harness = openHarness({ portals: [originOf(wire.origin)] });
    expect(await send(harness, wire.origin)).toMatchObject({ failure: { kind: 'no-answer' } });
  });
});
