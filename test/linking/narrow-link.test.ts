import { describe, expect, it } from 'vitest';
import { anna, asked, openLinkingStage } from './stage.ts';

describe('a link that lacks one of the permissions', () => {
  it.each([
    ['tasks alone', ['tasks'], ['tasks'], { searches: false, seesChats: false }],
    ['tasks and chats', ['im', 'tasks'], ['tasks'], { searches: false }],
    ['task alone, where that is enough', ['task'], ['task', 'tasks'], { seesChats: false }],
    ['what sending needs', ['task', 'tasks'], ['tasks'], { seesChats: false }],
    ['all', ['task', 'tasks', 'im'], ['tasks'], {}],
  ])('is taken where it may send: %s', async (_, scopes, chatScopes, lacking) => {
    const stage = await openLinkingStage({ chatScopes });
    const { url } = stage.portal.createWebhook({ userId: 7, scopes });
    const linked = await stage.linking.linkWebhook(anna, url);
    const account = { portal: stage.origin, userId: '7', name: 'Anna Petrova' };
    expect(linked).toEqual({ ok: true, value: { account, resumed: 0, cancelled: 0, ...lacking } });
    expect(await stage.linking.find(anna)).toMatchObject({ account, scopes });
  });

  it.each([
    ['nothing at all', [], ['task', 'tasks']],
    ['something else', ['im'], ['task', 'tasks']],
    ['task, where that is not enough', ['task'], ['tasks']],
  ])('is not taken where it may not send, and what is missing is named: %s', async (_, scopes, missing) => {
    const stage = await openLinkingStage();
    const { url } = stage.portal.createWebhook({ userId: 7, scopes });
    const refused = { ok: false, failure: { kind: 'missing-scope', scopes: missing } };
    expect(await stage.linking.linkWebhook(anna, url)).toEqual(refused);
    expect(await stage.linking.find(anna)).toBeUndefined();
  });

  it('is taken by consent as well', async () => {
    const stage = await openLinkingStage({ scopes: ['tasks'] });
    const { id } = await asked(stage);
    expect(await stage.connecting.confirm(anna, id, '4821')).toMatchObject({
      kind: 'linked',
      linked: { searches: false, seesChats: false },
    });
    expect(await stage.linking.find(anna)).toMatchObject({ scopes: ['tasks'] });
  });
});
