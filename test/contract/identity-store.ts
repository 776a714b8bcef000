import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Identity } from '../../src/domain/identity.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { IdentityStore } from '../../src/linking/ports.ts';
import { acme } from './outbox-harness.ts';

/** One store of identities under test. */
export type IdentityHarness = { readonly identities: IdentityStore; close(): Promise<void> };

/** What every store of identities does. */
export function identityStoreContract(engine: string, createHarness: () => Promise<IdentityHarness>): void {
  describe(`identities on ${engine}`, () => {
    let harness: IdentityHarness;
    beforeAll(async () => {
      harness = await createHarness();
    }, 60_000);
    afterAll(() => harness.close());

    const account = { portal: acme, userId: '7', name: 'Anna Petrova' };
    const byWebhook: Identity = {
      id: 'identity-1',
      account,
      linkedAt: 1_800_000_000_000,
      credential: { kind: 'webhook', portal: acme, webhookUserId: '7', secret: new Secret('webhook-secret') },
    };
    const byOAuth: Identity = {
      ...byWebhook,
      scopes: ['tasks', 'im'],
      credential: {
        kind: 'oauth',
        portal: acme,
        accessToken: new Secret('access'),
        refreshToken: new Secret('refresh'),
        memberId: 'member',
      },
    };

    it('finds what was saved last for a person, with its secrets', async () => {
      const person = { tenant: 'T1', user: 'U1' };
      expect(await harness.identities.find(person)).toBeUndefined();
      await harness.identities.save(person, byWebhook);
      const found = await harness.identities.find(person);
      expect(found).toEqual(byWebhook);
      expect(found?.credential.kind === 'webhook' && found.credential.secret.reveal()).toBe('webhook-secret');
      await harness.identities.save(person, byOAuth);
      const renewed = await harness.identities.find(person);
      expect(renewed).toEqual(byOAuth);
      expect(renewed?.credential.kind === 'oauth' && renewed.credential.refreshToken.reveal()).toBe('refresh');
    });

    it('keeps persons of different organisations apart', async () => {
      await harness.identities.save({ tenant: 'T2', user: 'U1' }, byWebhook);
      expect(await harness.identities.find({ tenant: 'E2', user: 'U1' })).toBeUndefined();
      expect(await harness.identities.find({ tenant: 'T2', user: 'U2' })).toBeUndefined();
    });

    it('removes an identity, and says whether there was one', async () => {
      const person = { tenant: 'T3', user: 'U1' };
      await harness.identities.save(person, byWebhook);
      expect(await harness.identities.remove(person)).toBe(true);
      expect(await harness.identities.find(person)).toBeUndefined();
      expect(await harness.identities.remove(person)).toBe(false);
    });
  });
}
