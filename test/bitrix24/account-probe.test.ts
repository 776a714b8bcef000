import { describe, expect, it } from 'vitest';
import { createAccountProbe } from '../../src/bitrix24/account-probe.ts';
import type { Pacer } from '../../src/delivery/ports.ts';
import type { Credential } from '../../src/domain/identity.ts';
import { Secret } from '../../src/domain/secret.ts';
import { manualClock } from '../support/manual-clock.ts';
import { freePacer, type HarnessOptions, openHarness, originOf } from './harness.ts';
import { openPortal, webhookOf } from './portals.ts';
import { httpAnswer, startWire } from './wire.ts';

function probe(credential: Credential, options: HarnessOptions = {}) {
  const { reads } = openHarness({ portals: [credential.portal], ...options });
  return createAccountProbe({ reads }).probe(credential);
}

function credentialFor(origin: string): Credential {
  return { kind: 'webhook', portal: originOf(origin), webhookUserId: '7', secret: new Secret('hush') };
}

/** Answers `profile` with one body and `scope` with another. */
function startAnswering(profile: string, scope: string) {
  return startWire(({ head, socket }) => socket.end(httpAnswer(200, /\/profile /.test(head) ? profile : scope)));
}

describe('the owner of a credential', () => {
  it('of a webhook is known by name, with the scopes', async () => {
    const portal = await openPortal();
    expect(await probe(webhookOf(portal, ['task', 'im']))).toEqual({
      ok: true,
      value: { account: { portal: portal.origin, userId: '7', name: 'Anna Petrova' }, scopes: ['task', 'im'] },
    });
  });

  it('of a token is known by name, with the scopes', async () => {
    const portal = await openPortal({ oauth: { clientId: 'local.1', clientSecret: 'shh', scopes: ['task', 'tasks'] } });
    const accessToken = new Secret(portal.oauth.grant(9).accessToken);
    const result = await probe({ kind: 'oauth', portal: originOf(portal.origin), accessToken });
    expect(result).toMatchObject({ ok: true, value: { account: { name: 'Boris Weber' }, scopes: ['task', 'tasks'] } });
  });

  it.each([
    ['a number and no last name', '{"result":{"ID":7,"NAME":"Anna","LAST_NAME":null}}', { userId: '7', name: 'Anna' }],
    ['no name at all', '{"result":{"ID":"7","NAME":"","LAST_NAME":""}}', { userId: '7', name: '7' }],
  ])('is read from %s', async (_, profile, account) => {
    const wire = await startAnswering(profile, '{"result":["task"]}');
    expect(await probe(credentialFor(wire.origin))).toMatchObject({ ok: true, value: { account } });
  });

  it('has scopes also when the portal numbers them', async () => {
    const wire = await startAnswering('{"result":{"ID":"7"}}', '{"result":{"0":"task","2":"tasks"}}');
    expect(await probe(credentialFor(wire.origin))).toMatchObject({ value: { scopes: ['task', 'tasks'] } });
  });

  it.each(['{}', '[]'])('who was dismissed is answered as %s, and the credential counts as rejected', async (empty) => {
    const wire = await startAnswering(`{"result":${empty}}`, '{"result":["task"]}');
    const rejected = { ok: false, failure: { kind: 'credential-rejected' } };
    expect(await probe(credentialFor(wire.origin))).toEqual(rejected);
  });

  it.each(['"<!channel>"', '"7/../1"', '"0"', '""', '-7', '7.5', `"${'7'.repeat(1_000)}"`])(
    'is unknown when the portal gives %s for its number',
    async (id) => {
      const wire = await startAnswering(`{"result":{"ID":${id},"NAME":"Anna"}}`, '{"result":["task"]}');
      expect(await probe(credentialFor(wire.origin))).toMatchObject({ ok: false, failure: { kind: 'unexpected' } });
    },
  );

  it('has its name cut to a length', async () => {
    const wire = await startAnswering(`{"result":{"ID":7,"NAME":"${'a'.repeat(9_000)}"}}`, '{"result":["task"]}');
    expect(await probe(credentialFor(wire.origin))).toMatchObject({ value: { account: { name: 'a'.repeat(100) } } });
  });

  it('stays unknown when the answer is not what it should be', async () => {
    const wire = await startAnswering('{"result":true}', '{"result":["task"]}');
    expect(await probe(credentialFor(wire.origin))).toMatchObject({ ok: false, failure: { kind: 'unexpected' } });
  });
});

describe('a probe that fails', () => {
  it('because the webhook was revoked says so', async () => {
    const portal = await openPortal();
    const credential = webhookOf(portal);
    const stranger = { ...credential, secret: new Secret('wrong') };
    expect(await probe(stranger)).toEqual({ ok: false, failure: { kind: 'credential-rejected' } });
  });

  it('because the portal is off says that it is unreachable', async () => {
    const portal = await openPortal();
    const credential = webhookOf(portal);
    await portal.down();
    expect(await probe(credential)).toEqual({ ok: false, failure: { kind: 'unreachable' } });
  });

  it('because its host has no address that may be connected to says so, and warns the administrator', async () => {
    const lookup = async () => [{ address: '10.0.0.1', family: 4 }];
    const { reads, logged } = openHarness({ portals: undefined, lookup });
    const credential = credentialFor('https://bitrix.acme.example');
    expect(await createAccountProbe({ reads }).probe(credential)).toEqual({
      ok: false,
      failure: { kind: 'unreachable', addressRefused: true },
    });
    expect(logged).toContainEqual({
      level: 'warn',
      fields: { portal: 'https://bitrix.acme.example' },
      message: 'the app may not connect to the address of this portal',
    });
  });

  it('because there is no portal at this address says what came instead', async () => {
    const wire = await startWire(({ socket }) => socket.end(httpAnswer(404, '<html></html>')));
    expect(await probe(credentialFor(wire.origin))).toMatchObject({
      failure: { kind: 'intermediary-refused', status: 404 },
    });
  });

  it('asks both questions at once and ends within two seconds', async () => {
    const clock = manualClock();
    const wire = await startWire();
    const probing = probe(credentialFor(wire.origin), { clock });
    await wire.take();
    await wire.take();
    clock.advance(2_000);
    expect(await probing).toEqual({ ok: false, failure: { kind: 'no-answer' } });
  });
});

describe('the bucket of the portal', () => {
  it('is drawn from once per question, waiting for room while time allows', async () => {
    const clock = manualClock();
    const portal = await openPortal();
    const waits = [300, 0, 0];
    const { promise: asked, resolve: allAsked } = Promise.withResolvers<void>();
    let draws = 0;
    const pacer: Pacer = {
      ...freePacer(),
      draw() {
        draws += 1;
        if (draws === 2) {
          allAsked();
        }
        return Promise.resolve({ waitMs: waits.shift() ?? 0 });
      },
    };
    const probing = probe(webhookOf(portal), { clock, pacer });
    await asked;
    await Promise.resolve();
    clock.advance(300);
    expect(await probing).toMatchObject({ ok: true });
    expect(draws).toBe(3);
  });

  it('without room in time means throttled, and nothing is sent', async () => {
    const portal = await openPortal();
    const pacer: Pacer = { ...freePacer(), draw: () => Promise.resolve({ waitMs: 2_000 }) };
    expect(await probe(webhookOf(portal), { clock: manualClock(), pacer })).toEqual({
      ok: false,
      failure: { kind: 'throttled' },
    });
    expect(portal.requests).toHaveLength(0);
  });

  it('learns that the portal says it is full', async () => {
    const portal = await openPortal();
    portal.faults.set({ kind: 'throttle' });
    const full: string[] = [];
    const pacer: Pacer = { ...freePacer(), markFull: (origin) => Promise.resolve(void full.push(origin)) };
    expect(await probe(webhookOf(portal), { pacer })).toMatchObject({ failure: { kind: 'throttled' } });
    expect(full).toEqual([portal.origin, portal.origin]);
  });

  it('that cannot be asked is an error, not an answer', async () => {
    const portal = await openPortal();
    const pacer: Pacer = { ...freePacer(), draw: () => Promise.reject(new Error('storage is gone')) };
    await expect(probe(webhookOf(portal), { pacer })).rejects.toThrow('storage is gone');
  });
});
