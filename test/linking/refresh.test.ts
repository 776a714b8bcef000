import { describe, expect, it, onTestFinished } from 'vitest';
import type { PortalFailure } from '../../src/domain/failure.ts';
import { failed, type Result, success } from '../../src/domain/result.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { TokenExchange } from '../../src/linking/ports.ts';
import { createRefreshing, type RefreshingDeps } from '../../src/linking/refresh.ts';
import { recordingLog } from '../bitrix24/harness.ts';
import { createTestDatabase } from '../support/postgres.ts';
import { testKey } from '../support/test-key.ts';
import { anna, connected, type LinkingHarness, newFolder, openLinkingHarness, openTestStorage } from './harness.ts';

function refreshingOf(harness: LinkingHarness, changed: Partial<RefreshingDeps> = {}) {
  return createRefreshing({
    identities: harness.storage.identities,
    lock: harness.storage.personLock,
    tokens: harness.tokens,
    portals: { allows: () => true },
    moves: harness.storage.portalMoves,
    pauseMs: 0,
    clock: { monotonic: () => performance.now() },
    log: recordingLog([]),
    ...changed,
  });
}

describe('refreshing an expired token', () => {
  it('stores the rotated tokens before anybody uses them; the identity stays the same one', async () => {
    const harness = await openLinkingHarness();
    const expired = await connected(harness);
    const renewed = await refreshingOf(harness).refresh(anna, expired);
    const stored = await harness.linking.find(anna);
    if (!renewed.ok || renewed.value?.credential.kind !== 'oauth' || stored?.credential.kind !== 'oauth') {
      throw new Error('Nothing was renewed');
    }
    expect(stored).toMatchObject({ id: expired.id, account: expired.account, linkedAt: expired.linkedAt });
    expect(stored.credential.refreshToken.reveal()).toBe(renewed.value.credential.refreshToken.reveal());
    expect(stored.credential.accessToken.reveal()).toBe(renewed.value.credential.accessToken.reveal());
  });

  it('asks the token server once, however many ask for it at once', async () => {
    const harness = await openLinkingHarness();
    const expired = await connected(harness);
    const { refresh } = refreshingOf(harness);
    const renewed = await Promise.all(Array.from({ length: 10 }, () => refresh(anna, expired)));
    expect(new Set(renewed.map(tokenOf)).size).toBe(1);
    expect(harness.portal.oauth.counts).toMatchObject({ refreshCalls: 1, refused: 0 });
  });

  it('asks it once for two replicas on one PostgreSQL database', async () => {
    const harness = await openLinkingHarness();
    const expired = await connected(harness);
    const database = await createTestDatabase();
    onTestFinished(database.drop);
    const encryptionKeys = [new Secret(testKey(7).toString('base64'))];
    const config = { databaseUrl: new Secret(database.url), dataDir: newFolder(), encryptionKeys };
    const replicas = [await openTestStorage(config), await openTestStorage(config)];
    await replicas[0]?.identities.save(anna, expired);
    const renewed = await Promise.all(
      replicas.flatMap(({ identities, personLock: lock }) => {
        const { refresh } = refreshingOf(harness, { identities, lock });
        return [refresh(anna, expired), refresh(anna, expired), refresh(anna, expired)];
      }),
    );
    expect(new Set(renewed.map(tokenOf)).size).toBe(1);
    expect(renewed.every(({ ok }) => ok)).toBe(true);
    expect(harness.portal.oauth.counts).toMatchObject({ refreshCalls: 1, refused: 0 });
  });

  it('does nothing for a webhook', async () => {
    const harness = await openLinkingHarness();
    const oauth = await connected(harness);
    const webhook = {
      ...oauth,
      credential: { kind: 'webhook' as const, portal: harness.origin, webhookUserId: '7', secret: new Secret('x') },
    };
    expect(await refreshingOf(harness).refresh(anna, webhook)).toEqual(failed({ kind: 'token-expired' }));
    expect(harness.portal.oauth.counts.refreshCalls).toBe(0);
  });

  it('wants a new link where the application is not set up any more', async () => {
    const harness = await openLinkingHarness();
    const { refresh } = refreshingOf(harness, { tokens: undefined });
    expect(await refresh(anna, await connected(harness))).toEqual(failed({ kind: 'token-expired' }));
  });

  it('gives what is linked now, when the person has linked again or unlinked meanwhile', async () => {
    const harness = await openLinkingHarness();
    const { refresh } = refreshingOf(harness);
    const first = await connected(harness);
    const second = await connected(harness);
    expect(await refresh(anna, first)).toMatchObject({ ok: true, value: { id: second.id } });
    await harness.linking.unlink(anna);
    expect(await refresh(anna, second)).toEqual(success(undefined));
    expect(harness.portal.oauth.counts.refreshCalls).toBe(0);
  });

  it('says that the person must link again when the refresh token is over', async () => {
    const harness = await openLinkingHarness();
    const expired = await connected(harness);
    harness.portal.oauth.expireRefreshTokens();
    expect(await refreshingOf(harness).refresh(anna, expired)).toEqual(failed({ kind: 'credential-rejected' }));
    expect(tokenOf(success(await harness.linking.find(anna)))).toBe(tokenOf(success(expired)));
  });

  it('leaves a token server that gives no answer alone for a while, and asks it again after that', async () => {
    const harness = await openLinkingHarness();
    const expired = await connected(harness);
    let now = 0;
    const { refresh } = refreshingOf(harness, { pauseMs: 5_000, clock: { monotonic: () => now } });
    harness.portal.oauth.failNext({ kind: 'reset', moment: 'before' });
    const unavailable = failed({ kind: 'authorisation-unavailable' });
    expect(await refresh(anna, expired)).toEqual(unavailable);
    now = 4_999;
    expect(await refresh(anna, expired)).toEqual(unavailable);
    now = 5_000;
    expect(await refresh(anna, expired)).toMatchObject({ ok: true, value: { id: expired.id } });
    expect(harness.portal.oauth.counts.refreshCalls).toBe(1);
  });

  it('does not lose what it got when the storage fails to keep it', async () => {
    const harness = await openLinkingHarness();
    const expired = await connected(harness);
    let isBroken = true;
    const identities = {
      ...harness.storage.identities,
      save: async (...given: Parameters<typeof harness.storage.identities.save>) => {
        if (isBroken) {
          throw new Error('The disk is full');
        }
        return harness.storage.identities.save(...given);
      },
    };
    const { refresh } = refreshingOf(harness, { identities });
    await expect(refresh(anna, expired)).rejects.toThrow('The disk is full');
    await expect(refresh(anna, expired)).rejects.toThrow('The disk is full');
    isBroken = false;
    const renewed = await refresh(anna, expired);
    expect(tokenOf(renewed)).toBe(tokenOf(success(await harness.linking.find(anna))));
    expect(tokenOf(renewed)).not.toBe(tokenOf(success(expired)));
    expect(harness.portal.oauth.counts.refreshCalls).toBe(1);
  });
});

describe('a call that is made as somebody', () => {
  const expired = failed<PortalFailure>({ kind: 'token-expired' });

  it('is made once more with the fresh token when the old one has expired', async () => {
    const harness = await openLinkingHarness();
    const identity = await connected(harness);
    const tokens: string[] = [];
    const answers: Result<string, PortalFailure>[] = [expired, success('found')];
    const answer = await refreshingOf(harness).actAs(anna, identity, async (credential) => {
      tokens.push(credential.kind === 'oauth' ? credential.accessToken.reveal() : '');
      return answers.shift() ?? expired;
    });
    expect(answer).toEqual(success('found'));
    expect(tokens).toEqual([tokenOf(success(identity)), tokenOf(success(await harness.linking.find(anna)))]);
  });

  it('is not repeated for anything else, nor a third time', async () => {
    const harness = await openLinkingHarness();
    const identity = await connected(harness);
    const calls = { count: 0 };
    const answering = (failure: PortalFailure) => async () => {
      calls.count += 1;
      return failed(failure);
    };
    const { actAs } = refreshingOf(harness);
    expect(await actAs(anna, identity, answering({ kind: 'no-access' }))).toEqual(failed({ kind: 'no-access' }));
    expect(calls.count).toBe(1);
    expect(await actAs(anna, identity, answering({ kind: 'token-expired' }))).toEqual(expired);
    expect(calls.count).toBe(3);
    expect(harness.portal.oauth.counts.refreshCalls).toBe(1);
  });

  it('fails with what kept the token from being renewed', async () => {
    const harness = await openLinkingHarness();
    const identity = await connected(harness);
    const tokens: Pick<TokenExchange, 'refresh'> = {
      refresh: async () => failed({ kind: 'authorisation-unavailable' }),
    };
    const { actAs } = refreshingOf(harness, { tokens });
    expect(await actAs(anna, identity, async () => expired)).toEqual(failed({ kind: 'authorisation-unavailable' }));
  });
});

function tokenOf(result: Awaited<ReturnType<ReturnType<typeof createRefreshing>['refresh']>>): string {
  if (!result.ok || result.value?.credential.kind !== 'oauth') {
    return 'none';
  }
  return result.value.credential.accessToken.reveal();
}
