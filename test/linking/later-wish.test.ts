import { describe, expect, it } from 'vitest';
import { anna, asked, bob, forgettingOf, type LinkingStage, openLinkingStage } from './stage.ts';

const overtaken = { ok: false, failure: { kind: 'link-overtaken' } };
const linkedAs = (userId: string) => ({ ok: true, value: { account: { userId } } });

function urlOf({ portal }: LinkingStage, userId = 7): string {
  return portal.createWebhook({ userId, scopes: ['task', 'tasks'] }).url;
}

describe('while the check of a link runs slowly', () => {
  it('unlinking wins: nothing is linked afterwards', async () => {
    const stage = await openLinkingStage();
    stage.duringNextCheck(() => stage.linking.unlink(anna));
    expect(await stage.linking.linkWebhook(anna, urlOf(stage))).toMatchObject(overtaken);
    expect(await stage.linking.find(anna)).toBeUndefined();
  });

  it('being forgotten wins, and leaves no trace', async () => {
    const stage = await openLinkingStage();
    stage.duringNextCheck(() => forgettingOf(stage).forgetPerson(anna));
    expect(await stage.linking.linkWebhook(anna, urlOf(stage))).toMatchObject(overtaken);
    expect(await stage.storage.identities.list()).toEqual([]);
  });

  it('the end of the app in their workspace wins', async () => {
    const stage = await openLinkingStage();
    stage.duringNextCheck(() => forgettingOf(stage).forgetInstallation({ id: anna.tenant }));
    expect(await stage.linking.linkWebhook(anna, urlOf(stage))).toMatchObject(overtaken);
    expect(await stage.storage.identities.list()).toEqual([]);
  });

  it('a later form wins, although its check ends first', async () => {
    const stage = await openLinkingStage();
    stage.duringNextCheck(async () => {
      expect(await stage.linking.linkWebhook(anna, urlOf(stage, 9))).toMatchObject(linkedAs('9'));
    });
    expect(await stage.linking.linkWebhook(anna, urlOf(stage, 7))).toMatchObject(overtaken);
    expect(await stage.linking.find(anna)).toMatchObject({ account: { userId: '9' } });
  });

  it('a connection that is confirmed wins', async () => {
    const stage = await openLinkingStage();
    const { id } = await asked(stage, anna, 9);
    stage.duringNextCheck(() => stage.connecting.confirm(anna, id, '4821'));
    expect(await stage.linking.linkWebhook(anna, urlOf(stage, 7))).toMatchObject(overtaken);
    expect(await stage.linking.find(anna)).toMatchObject({ account: { userId: '9' }, credential: { kind: 'oauth' } });
  });

  it('a link that somebody else makes or ends changes nothing', async () => {
    const stage = await openLinkingStage();
    stage.duringNextCheck(async () => {
      await stage.linking.linkWebhook(bob, urlOf(stage, 9));
      await stage.linking.unlink(bob);
    });
    expect(await stage.linking.linkWebhook(anna, urlOf(stage))).toMatchObject(linkedAs('7'));
  });
});

describe('a wish that comes after unlinking', () => {
  it('is fulfilled, also where the unlinking is still under way', async () => {
    const stage = await openLinkingStage();
    await stage.linking.linkWebhook(anna, urlOf(stage));
    const unlinking = stage.linking.unlink(anna);
    expect(await stage.linking.linkWebhook(anna, urlOf(stage, 9))).toMatchObject(linkedAs('9'));
    expect(await unlinking).toMatchObject({ removed: true });
    expect(await stage.linking.find(anna)).toMatchObject({ account: { userId: '9' } });
  });
});

describe('a confirmation and an unlinking at the same time', () => {
  it('end as the later one wants', async () => {
    const stage = await openLinkingStage();
    const first = await asked(stage);
    const confirming = stage.connecting.confirm(anna, first.id, '4821');
    await stage.linking.unlink(anna);
    await confirming;
    expect(await stage.linking.find(anna)).toBeUndefined();

    const second = await asked(stage);
    const unlinking = stage.linking.unlink(anna);
    // Unlinking deletes what waits for an answer as well.
    expect(await stage.connecting.confirm(anna, second.id, '4821')).toEqual({ kind: 'gone' });
    await unlinking;
    expect(await stage.linking.find(anna)).toBeUndefined();
  });
});
