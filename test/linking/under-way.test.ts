import { describe, expect, it } from 'vitest';
import type { PortalFailure } from '../../src/domain/failure.ts';
import type { Credential, Identity } from '../../src/domain/identity.ts';
import { failed, success } from '../../src/domain/result.ts';
import { Secret } from '../../src/domain/secret.ts';
import { createForgetting } from '../../src/linking/forget.ts';
import { createRefreshing, type RefreshingDeps } from '../../src/linking/refresh.ts';
import { recordingLog } from '../bitrix24/harness.ts';
import { anna, asked, connected, forgettingOf, type LinkingHarness, openLinkingHarness } from './harness.ts';

describe('a link that changes while its token is being renewed', () => {
  it('is the new one when somebody confirms another connection', async () => {
    const harness = await openLinkingHarness();
    const expired = await connected(harness);
    const { id } = await asked(harness);
    const confirmed = await changedDuringRenewal(harness, expired, () => harness.connecting.confirm(anna, id, '4821'));
    expect(confirmed).toMatchObject({ kind: 'linked' });
    const found = await harness.linking.find(anna);
    expect(found?.credential.kind).toBe('oauth');
    expect(found?.id).not.toBe(expired.id);
  });

  it('is the new one when somebody links a webhook', async () => {
    const harness = await openLinkingHarness();
    const expired = await connected(harness);
    const webhook = webhookOf(harness);
    await changedDuringRenewal(harness, expired, async () =>
      harness.linking.keep(anna, webhook, await harness.linking.begin(anna)),
    );
    expect(await harness.linking.find(anna)).toEqual(webhook);
  });

  it('stays away when somebody unlinks', async () => {
    const harness = await openLinkingHarness();
    const expired = await connected(harness);
    const unlinked = await changedDuringRenewal(harness, expired, () => harness.linking.unlink(anna));
    expect(unlinked).toMatchObject({ removed: true });
    expect(await harness.linking.find(anna)).toBeUndefined();
  });

  it('stays away when somebody is forgotten', async () => {
    const harness = await openLinkingHarness();
    const expired = await connected(harness);
    await changedDuringRenewal(harness, expired, () => forgettingOf(harness).forgetPerson(anna));
    expect(await harness.linking.find(anna)).toBeUndefined();
    expect(await harness.storage.identities.list()).toEqual([]);
  });

  it('stays away when the app is removed from their workspace', async () => {
    const harness = await openLinkingHarness();
    const expired = await connected(harness);
    const forget = () => forgettingOf(harness).forgetInstallation({ id: anna.tenant });
    expect(await changedDuringRenewal(harness, expired, forget)).toEqual({ records: 1, deliveries: 0 });
    expect(await harness.storage.identities.list()).toEqual([]);
  });
});

describe('a link that is made while the app is removed from the workspace', () => {
  it.each(['before', 'after'] as const)('stays away, stored just %s the rest was deleted', async (moment) => {
    const harness = await openLinkingHarness();
    const { personalData: data, identities, installations, personLock: lock } = harness.storage;
    const wish = await harness.linking.begin(anna);
    const removal = createForgetting({
      installations,
      identities,
      lock,
      data: {
        ...data,
        async eraseTenant(tenant) {
          const erased = await data.eraseTenant(tenant);
          if (moment === 'after') {
            await harness.linking.keep(anna, webhookOf(harness), await harness.linking.begin(anna));
          }
          return erased;
        },
      },
      log: recordingLog([]),
    });
    const save = identities.save;
    identities.save = async (...given) => {
      if (moment === 'before') {
        await removal.forgetInstallation({ id: anna.tenant });
      }
      await save(...given);
    };
    if (moment === 'before') {
      expect(await harness.linking.keep(anna, webhookOf(harness), wish)).toMatchObject({
        failure: { kind: 'link-overtaken' },
      });
    } else {
      await removal.forgetInstallation({ id: anna.tenant });
    }
    expect(await harness.storage.identities.list()).toEqual([]);
  });
});

describe('a call whose token has expired', () => {
  it.each<[string, (harness: LinkingHarness) => Promise<unknown>]>([
    ['links somebody else', (harness) => connected(harness, anna, 9)],
    ['unlinks', (harness) => harness.linking.unlink(anna)],
  ])('is not made under another link where its person %s meanwhile', async (_, change) => {
    const harness = await openLinkingHarness();
    const expired = await connected(harness);
    const failure = failed<PortalFailure>({ kind: 'token-expired' });
    const used: Credential[] = [];
    const answer = await refreshingOf(harness, {}).actAs(anna, expired, async (credential) => {
      used.push(credential);
      await change(harness);
      return failure;
    });
    expect(answer).toEqual(failure);
    expect(used).toEqual([expired.credential]);
  });
});

describe('a renewed token that could not be stored', () => {
  it('does not come in the place of a link that was made since', async () => {
    const { harness, refresh } = await afterFailedSave();
    const second = await connected(harness, anna, 9);
    const renewed = await refresh(anna, second);
    expect(renewed).toMatchObject({ ok: true, value: { id: second.id, account: second.account } });
    expect(await harness.linking.find(anna)).toEqual(renewed.ok ? renewed.value : undefined);
    expect(harness.portal.oauth.counts.refreshCalls).toBe(2);
  });

  it('does not come in the place of a webhook that was linked since', async () => {
    const { harness, refresh, expired } = await afterFailedSave();
    const webhook = webhookOf(harness);
    await harness.linking.keep(anna, webhook, await harness.linking.begin(anna));
    expect(await refresh(anna, expired)).toEqual(success(webhook));
    expect(await harness.linking.find(anna)).toEqual(webhook);
  });

  it('does not bring back somebody who has unlinked since, nor comes up once they link again', async () => {
    const { harness, refresh, expired } = await afterFailedSave();
    await harness.linking.unlink(anna);
    expect(await refresh(anna, expired)).toEqual(success(undefined));
    expect(await harness.linking.find(anna)).toBeUndefined();
    const second = await connected(harness, anna, 9);
    expect(await refresh(anna, second)).toMatchObject({ ok: true, value: { id: second.id, account: { userId: '9' } } });
  });
});

/**
 * Begins `change` while the token server holds a renewal. Everything that does not wait for the renewal is written by the
 * time it ends: the storage writes in the order of asking, and much is asked of it in between.
 */
async function changedDuringRenewal<Value>(
  harness: LinkingHarness,
  expired: Identity,
  change: () => Promise<Value>,
): Promise<Value> {
  const [arrived, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const { refresh } = refreshingOf(harness, {
    tokens: {
      refresh: async (credential) => {
        arrived.resolve();
        await gate.promise;
        return harness.tokens.refresh(credential);
      },
    },
  });
  const renewal = refresh(anna, expired);
  await arrived.promise;
  const changing = change();
  for (let writes = 0; writes < 20; writes += 1) {
    await harness.storage.selfTest();
  }
  gate.resolve();
  expect(await renewal).toMatchObject({ ok: true });
  return changing;
}

/** Anna's token was renewed, and the storage failed just then; now it works again. */
async function afterFailedSave() {
  const harness = await openLinkingHarness();
  const expired = await connected(harness);
  let isBroken = true;
  const { identities } = harness.storage;
  const { refresh } = refreshingOf(harness, {
    identities: {
      ...identities,
      save: (...given) => (isBroken ? Promise.reject(new Error('The disk is full')) : identities.save(...given)),
    },
  });
  await expect(refresh(anna, expired)).rejects.toThrow('The disk is full');
  isBroken = false;
  return { harness, refresh, expired };
}

function refreshingOf({ storage, tokens }: LinkingHarness, changed: Partial<RefreshingDeps>) {
  return createRefreshing({
    identities: storage.identities,
    lock: storage.personLock,
    tokens,
    portals: { allows: () => true },
    moves: storage.portalMoves,
    pauseMs: 0,
    clock: { monotonic: () => 0 },
    log: recordingLog([]),
    ...changed,
  });
}

function webhookOf({ origin }: LinkingHarness): Identity {
  return {
    id: 'by-webhook',
    account: { portal: origin, userId: '9', name: 'Anna Petrova' },
    linkedAt: 0,
    credential: { kind: 'webhook', portal: origin, webhookUserId: '9', secret: new Secret('hush') },
  };
}
