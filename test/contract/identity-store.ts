import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Identity } from '../../src/domain/identity.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { IdentityStore } from '../../src/linking/ports.ts';
import { acme } from './outbox-world.ts';

export type IdentityWorld = { readonly identities: IdentityStore; close(): Promise<void> };

/** What every store of identities does. */
export function identityStoreContract(engine: string, createWorld: () => Promise<IdentityWorld>): void {
  describe(`identities on ${engine}`, () => {
    let world: IdentityWorld;
    beforeAll(async () => {
      world = await createWorld();
    }, 60_000);
    afterAll(() => world.close());

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
      expect(await world.identities.find(person)).toBeUndefined();
      await world.identities.save(person, byWebhook);
      const found = await world.identities.find(person);
      expect(found).toEqual(byWebhook);
      expect(found?.credential.kind === 'webhook' && found.credential.secret.reveal()).toBe('webhook-secret');
      await world.identities.save(person, byOAuth);
      const renewed = await world.identities.find(person);
      expect(renewed).toEqual(byOAuth);
      expect(renewed?.credential.kind === 'oauth' && renewed.credential.refreshToken.reveal()).toBe('refresh');
    });

    it('keeps persons of different organisations apart', async () => {
      await world.identities.save({ tenant: 'T2', user: 'U1' }, byWebhook);
      expect(await world.identities.find({ tenant: 'E2', user: 'U1' })).toBeUndefined();
      expect(await world.identities.find({ tenant: 'T2', user: 'U2' })).toBeUndefined();
    });

    it('removes an identity, and says whether there was one', async () => {
      const person = { tenant: 'T3', user: 'U1' };
      await world.identities.save(person, byWebhook);
      expect(await world.identities.remove(person)).toBe(true);
      expect(await world.identities.find(person)).toBeUndefined();
      expect(await world.identities.remove(person)).toBe(false);
    });
  });
}
