import { describe, expect, it } from 'vitest';
import type { PortalFailure } from '../../src/domain/failure.ts';
import type { Identity } from '../../src/domain/identity.ts';
import type { PortalOrigin } from '../../src/domain/portal.ts';
import { failed, success } from '../../src/domain/result.ts';
import { Secret } from '../../src/domain/secret.ts';
import { createMoving } from '../../src/linking/moving.ts';
import { originOf, recordingLog } from '../bitrix24/harness.ts';
import { anna, newFolder, openTestStorage } from './harness.ts';

const old = originOf('https://old.example');
const now = originOf('https://new.example');
const middle = originOf('https://middle.example');

type Options = { readonly answer?: PortalFailure };

async function open({ answer }: Options = {}) {
  const storage = await openTestStorage({ dataDir: newFolder() });
  const asked: PortalOrigin[] = [];
  const moving = createMoving({
    moves: storage.portalMoves,
    deliveries: storage.outbox,
    probe: {
      probe: async ({ portal }) => {
        asked.push(portal);
        return answer ? failed(answer) : success({ account: webhookAt(portal).account, scopes: [] });
      },
    },
    log: recordingLog([]),
  });
  return { ...moving, asked, moves: storage.portalMoves };
}

function webhookAt(portal: PortalOrigin, userId = '7'): Identity {
  return {
    id: `at ${portal}`,
    account: { portal, userId, name: 'Anna' },
    linkedAt: 0,
    credential: { kind: 'webhook', portal, webhookUserId: userId, secret: new Secret('hush') },
  };
}

function oauthAt(portal: PortalOrigin, memberId: string): Identity {
  const tokens = { accessToken: new Secret('access'), refreshToken: new Secret('refresh') };
  return { ...webhookAt(portal), credential: { kind: 'oauth', portal, memberId, ...tokens } };
}

const http = originOf('http://portal.example');
const https = originOf('https://portal.example');
const otherPort = originOf('https://portal.example:8443');

describe('a new link shows that the portal has moved', () => {
  it.each<[string, boolean, Identity, Identity, Options?]>([
    ['the old address says so', true, webhookAt(old), webhookAt(now), { answer: { kind: 'moved', to: now } }],
    ['it names another address', false, webhookAt(old), webhookAt(now), { answer: { kind: 'moved', to: middle } }],
    ['it works as before', false, webhookAt(old), webhookAt(now)],
    ['it is silent', false, webhookAt(old), webhookAt(now), { answer: { kind: 'unreachable' } }],
    ['as another user', false, webhookAt(old, '8'), webhookAt(now), { answer: { kind: 'moved', to: now } }],
    [
      'it wants https there',
      true,
      webhookAt(http),
      webhookAt(otherPort),
      { answer: { kind: 'https-required', to: otherPort } },
    ],
    ['the same host over https', true, webhookAt(http), webhookAt(https), { answer: { kind: 'unreachable' } }],
    ['the same host without https', false, webhookAt(https), webhookAt(http)],
    ['the same member id', true, oauthAt(old, 'm1'), oauthAt(now, 'm1'), { answer: { kind: 'unreachable' } }],
    ['another member id', false, oauthAt(old, 'm1'), oauthAt(now, 'm2'), { answer: { kind: 'moved', to: now } }],
    ['a webhook before, consent now', true, webhookAt(old), oauthAt(now, 'm1'), { answer: { kind: 'moved', to: now } }],
  ])('%s: %s', async (_, isMoved, previous, next, options) => {
    const { learn, leads } = await open(options);
    await learn(anna, previous, next);
    expect(await leads(anna.tenant, previous.account.portal, next.account.portal)).toBe(isMoved);
    expect(await leads('T0OTHER000', previous.account.portal, next.account.portal)).toBe(
      isMoved && previous.account.portal === http && next.account.portal === https,
    );
  });

  it('also when the old address is silent meanwhile, and said so before', async () => {
    const { learn, leads, moves, asked } = await open({ answer: { kind: 'unreachable' } });
    await moves.noteRedirect(old, now);
    expect(await leads(anna.tenant, old, now)).toBe(false);
    await learn(anna, webhookAt(old), webhookAt(now));
    expect(await leads(anna.tenant, old, now)).toBe(true);
    expect(asked).toEqual([]);
  });

  it('through several names, and back', async () => {
    const { leads, moves } = await open();
    await moves.note(anna.tenant, old, middle);
    await moves.note(anna.tenant, middle, now);
    await moves.note(anna.tenant, now, old);
    expect(await leads(anna.tenant, old, now)).toBe(true);
    expect(await leads(anna.tenant, now, middle)).toBe(true);
    expect(await leads(anna.tenant, old, https)).toBe(false);
  });

  it('until there is a portal at the old address again, which is another one', async () => {
    const { learn, leads, moves } = await open();
    await moves.note(anna.tenant, old, now);
    await learn(anna, undefined, webhookAt(old));
    expect(await leads(anna.tenant, old, now)).toBe(false);
  });

  it('and a redirect alone lets addresses that people name lead there, but no messages', async () => {
    const { names, leads, moves } = await open();
    await moves.noteRedirect(old, now);
    expect([await names(anna.tenant, old, now), await leads(anna.tenant, old, now)]).toEqual([true, false]);
    expect([await names(anna.tenant, now, old), await names(anna.tenant, old, middle)]).toEqual([false, false]);
    expect([await names(anna.tenant, https, http), await names(anna.tenant, https, otherPort)]).toEqual([true, false]);
  });
});
