import { describe, expect, it } from 'vitest';
import { anna, asked, openLinkingHarness } from './harness.ts';

describe('a link that lacks one of the permissions', () => {
  it.each([
    ['tasks alone', ['tasks'], ['tasks'], { searches: false, seesChats: false }],
    ['tasks and chats', ['im', 'tasks'], ['tasks'], { searches: false }],
    ['task alone, where that is enough', ['task'], ['task', 'tasks'], { seesChats: false }],
    ['what sending needs', ['task', 'tasks'], ['tasks'], { seesChats: false }],
    ['all', ['task', 'tasks', 'im'], ['tasks'], {}],
  ])('is taken where it may send: %s', async (_, scopes, chatScopes, lacking) => {
    const harness = await openLinkingHarness({ chatScopes });
    const { url } = harness.portal.createWebhook({ userId: 7, scopes });
    const linked = await harness.linking.linkWebhook(anna, url);
    const account = { portal: harness.origin, userId: '7', name: 'Anna Petrova' };
    expect(linked).toEqual({ ok: true, value: { account, resumed: 0, cancelled: 0, ...lacking } });
    expect(await harness.linking.find(anna)).toMatchObject({ account, scopes });
  });

  it.each([
    ['nothing at all', [], ['task', 'tasks']],
    ['something else', ['im'], ['task', 'tasks']],
    ['task, where that is not enough', ['task'], ['tasks']],
  ])('is not taken where it may not send, and what is missing is named: %s', async (_, scopes, missing) => {
    const harness = await openLinkingHarness();
    const { url } = harness.portal.createWebhook({ userId: 7, scopes });
    const refused = { ok: false, failure: { kind: 'missing-scope', scopes: missing } };
    expect(await harness.linking.linkWebhook(anna, url)).toEqual(refused);
    expect(await harness.linking.find(anna)).toBeUndefined();
  });

  it('is taken by consent as well', async () => {
    const harness = await openLinkingHarness({ scopes: ['tasks'] });
    const { id } = await asked(harness);
    expect(await harness.connecting.confirm(anna, id, '4821')).toMatchObject({
      kind: 'linked',
      linked: { searches: false, seesChats: false },
    });
    expect(await harness.linking.find(anna)).toMatchObject({ scopes: ['tasks'] });
  });
});
