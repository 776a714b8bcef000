import { describe, expect, it } from 'vitest';
import { createAccountProbe } from '../../src/bitrix24/account-probe.ts';
import { createPortalCheck } from '../../src/bitrix24/portal-check.ts';
import type { Credential } from '../../src/domain/identity.ts';
import { openHarness } from './harness.ts';
import { openPortal, webhookOf } from './portals.ts';

function diagnose(credential: Credential) {
  const { reads } = openHarness({ portals: [credential.portal] });
  return createPortalCheck({ probe: createAccountProbe({ reads }) }).check({ credential });
}

describe('examining a portal', () => {
  it('finds the account, the scopes and the method, and changes nothing', async () => {
    const portal = await openPortal();
    expect(await diagnose(webhookOf(portal))).toEqual({
      account: {
        ok: true,
        value: { account: { portal: portal.origin, userId: '7', name: 'Anna Petrova' }, scopes: ['task', 'tasks'] },
      },
      taskChat: { ok: true, value: true },
    });
    expect(portal.counts.messages).toBe(0);
  });

  it.each(['flat', 'v3'] as const)('tells that it is too old for task chats (%s)', async (shape) => {
    const portal = await openPortal();
    portal.faults.set({ kind: 'too-old', shape });
    expect(await diagnose(webhookOf(portal))).toMatchObject({
      account: { ok: true },
      taskChat: { ok: false, failure: { kind: 'portal-too-old' } },
    });
  });

  it('tells that the scope for task chats is missing', async () => {
    const portal = await openPortal();
    expect(await diagnose(webhookOf(portal, ['task']))).toMatchObject({
      account: { ok: true, value: { scopes: ['task'] } },
      taskChat: { ok: false, failure: { kind: 'missing-scope' } },
    });
  });

  it('tells that the portal refuses the credential, and so is there', async () => {
    const portal = await openPortal();
    const credential = webhookOf(portal);
    portal.setUserActive(7, false);
    expect(await diagnose(credential)).toMatchObject({ account: { ok: false } });
  });

  it('tells that there is nobody', async () => {
    const portal = await openPortal();
    const credential = webhookOf(portal);
    await portal.down();
    const unreachable = { ok: false, failure: { kind: 'unreachable' } };
    expect(await diagnose(credential)).toEqual({ account: unreachable, taskChat: unreachable });
  });
});
