import { describe, expect, it } from 'vitest';
import { anna, asked, bob, forgettingOf, type LinkingHarness, openLinkingHarness } from './harness.ts';

const overtaken = { ok: false, failure: { kind: 'link-overtaken' } };
const linkedAs = (userId: string) => ({ ok: true, value: { account: { userId } } });

function urlOf({ portal }: LinkingHarness, userId = 7): string {
  return portal.createWebhook({ userId, scopes: ['task', 'tasks'] }).url;
}

describe('while the check of a link runs slowly', () => {
  it('unlinking wins: nothing is linked afterwards', async () => {
    const harness = await openLinkingHarness();
    harness.duringNextCheck(() => harness.linking.unlink(anna));
    expect(await harness.linking.linkWebhook(anna, urlOf(harness))).toMatchObject(overtaken);
    expect(await harness.linking.find(anna)).toBeUndefined();
  });

  it('being forgotten wins, and leaves no trace', async () => {
    const harness = await openLinkingHarness();
    harness.duringNextCheck(() => forgettingOf(harness).forgetPerson(anna));
    expect(await harness.linking.linkWebhook(anna, urlOf(harness))).toMatchObject(overtaken);
    expect(await harness.storage.identities.list()).toEqual([]);
  });

  it('the end of the app in their workspace wins', async () => {
    const harness = await openLinkingHarness();
    harness.duringNextCheck(() => forgettingOf(harness).forgetInstallation({ id: anna.tenant }));
    expect(await harness.linking.linkWebhook(anna, urlOf(harness))).toMatchObject(overtaken);
    expect(await harness.storage.identities.list()).toEqual([]);
  });

  it('a later form wins, although its check ends first', async () => {
    const harness = await openLinkingHarness();
    harness.duringNextCheck(async () => {
      expect(await harness.linking.linkWebhook(anna, urlOf(harness, 9))).toMatchObject(linkedAs('9'));
    });
    expect(await harness.linking.linkWebhook(anna, urlOf(harness, 7))).toMatchObject(overtaken);
    expect(await harness.linking.find(anna)).toMatchObject({ account: { userId: '9' } });
  });

  it('a connection that is confirmed wins', async () => {
    const harness = await openLinkingHarness();
    const { id } = await asked(harness, anna, 9);
    harness.duringNextCheck(() => harness.connecting.confirm(anna, id, '4821'));
    expect(await harness.linking.linkWebhook(anna, urlOf(harness, 7))).toMatchObject(overtaken);
    expect(await harness.linking.find(anna)).toMatchObject({ account: { userId: '9' }, credential: { kind: 'oauth' } });
  });

  it('a link that somebody else makes or ends changes nothing', async () => {
    const harness = await openLinkingHarness();
    harness.duringNextCheck(async () => {
      await harness.linking.linkWebhook(bob, urlOf(harness, 9));
      await harness.linking.unlink(bob);
    });
    expect(await harness.linking.linkWebhook(anna, urlOf(harness))).toMatchObject(linkedAs('7'));
  });
});

describe('linking again after unlinking', () => {
  it('succeeds, also where the unlinking is still under way', async () => {
    const harness = await openLinkingHarness();
    await harness.linking.linkWebhook(anna, urlOf(harness));
    const unlinking = harness.linking.unlink(anna);
    expect(await harness.linking.linkWebhook(anna, urlOf(harness, 9))).toMatchObject(linkedAs('9'));
    expect(await unlinking).toMatchObject({ removed: true });
    expect(await harness.linking.find(anna)).toMatchObject({ account: { userId: '9' } });
  });
});

describe('a confirmation and an unlinking at the same time', () => {
  it('end as the later one wants', async () => {
    const harness = await openLinkingHarness();
    const first = await asked(harness);
    const confirming = harness.connecting.confirm(anna, first.id, '4821');
    await harness.linking.unlink(anna);
    await confirming;
    expect(await harness.linking.find(anna)).toBeUndefined();

    const second = await asked(harness);
    const unlinking = harness.linking.unlink(anna);
    // Unlinking deletes what waits for an answer as well.
    expect(await harness.connecting.confirm(anna, second.id, '4821')).toEqual({ kind: 'gone' });
    await unlinking;
    expect(await harness.linking.find(anna)).toBeUndefined();
  });
});
