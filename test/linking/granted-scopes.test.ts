import { describe, expect, it } from 'vitest';
import type { Identity } from '../../src/domain/identity.ts';
import { createGrantedScopes } from '../../src/linking/granted-scopes.ts';
import { recordingLog } from '../bitrix24/harness.ts';
import { anna, openLinkingHarness } from './harness.ts';

/** Anna has a webhook, and what the app knows of its permissions may be behind. */
async function open(scopes: readonly string[] = ['task', 'tasks']) {
  const harness = await openLinkingHarness();
  const { identities, personLock: lock } = harness.storage;
  const webhook = harness.portal.createWebhook({ userId: 7, scopes });
  await harness.linking.linkWebhook(anna, webhook.url);
  const known = createGrantedScopes({
    identities,
    probe: harness.probe,
    actAs: (_, { credential }, call) => call(credential),
    lock,
    log: recordingLog([]),
  });
  const identity = await identities.find(anna);
  if (!identity) {
    throw new Error('Anna is not linked');
  }
  return { ...harness, known, webhook, identity, scopesNow: async () => (await identities.find(anna))?.scopes };
}

describe('what a portal grants', () => {
  it.each([
    ['more', ['task', 'tasks', 'im']],
    ['less', ['tasks']],
    ['nothing', []],
  ])('is learnt when it has become %s', async (_, scopes) => {
    const { known, webhook, scopesNow } = await open();
    webhook.setScopes(scopes);
    await known.learn(anna);
    expect(await scopesNow()).toEqual(scopes);
  });

  it('is learnt of a link that an earlier release has made', async () => {
    const { known, identity, storage, scopesNow } = await open();
    const { scopes: _, ...earlier } = identity;
    await storage.identities.save(anna, earlier);
    await known.learn(anna);
    expect(await scopesNow()).toEqual(['task', 'tasks']);
  });

  it('stays as it is known while the portal does not answer', async () => {
    const { known, portal, scopesNow } = await open();
    await portal.down();
    await known.learn(anna);
    expect(await scopesNow()).toEqual(['task', 'tasks']);
  });

  it('is noted beside a token that was renewed meanwhile', async () => {
    const { known, identity, storage, scopesNow } = await open();
    const renewed: Identity = { ...identity, account: { ...identity.account, name: 'Renewed' } };
    await storage.identities.save(anna, renewed);
    await known.note(anna, identity, ['tasks', 'im']);
    expect(await scopesNow()).toEqual(['tasks', 'im']);
    expect((await storage.identities.find(anna))?.account.name).toBe('Renewed');
  });

  it('is not noted with another link, nor where there is none any more', async () => {
    const { known, identity, storage, linking, scopesNow } = await open();
    await storage.identities.save(anna, { ...identity, id: 'another' });
    await known.note(anna, identity, ['im']);
    expect(await scopesNow()).toEqual(['task', 'tasks']);
    await linking.unlink(anna);
    await known.note(anna, identity, ['im']);
    await known.learn(anna);
    expect(await storage.identities.find(anna)).toBeUndefined();
  });
});
