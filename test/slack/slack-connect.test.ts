import { describe, expect, it, onTestFinished } from 'vitest';
import { personKey } from '../../src/domain/person.ts';
import { fakeUseCases, identity, openStage } from './stage.ts';

/** Eve, of another organisation, in a channel that is shared with the workspace that has the app. */
const workspaces = [
  {
    domain: 'acme',
    people: [{ name: 'anna' }, { name: 'eve', homeTeamId: 'T0OTHER000' }],
    channels: [{ name: 'shared', shared: true, withApp: true }],
  },
];

describe('somebody of another organisation in a shared channel', () => {
  it('is the same person whatever they do', async () => {
    const asked: string[] = [];
    const { linking } = fakeUseCases();
    const stage = await openStage({
      slack: { workspaces },
      deps: {
        linking: {
          ...linking,
          async find(person) {
            asked.push(personKey(person));
            return identity();
          },
          async linkWebhook(person) {
            asked.push(personKey(person));
            return { ok: true, value: { account: identity().account, resumed: 0, cancelled: 0 } };
          },
        },
      },
    });
    onTestFinished(() => stage.close());
    const eve = stage.slack.as('eve');
    await eve.command('/b24task link');
    await eve.waitForView(() => true);
    await eve.submit({ 'webhook-url': 'https://acme.bitrix24.com/rest/7/a-secret/' });
    await eve.closeView({ all: true });

    await eve.command('/b24task');
    const form = await eve.waitForView(({ content }) => content['submit'] !== undefined);
    await eve.suggest('task', '51');
    await eve.submit({}, { view: form, force: true });
    await eve.openHome();
    const home = await eve.waitForHome(() => true);
    await eve.click('Disconnect', { on: home });
    await stage.surface.stop();

    expect(new Set(asked)).toEqual(new Set([`T0ACME0000:${eve.id}`]));
    expect(stage.log.filter(({ level }) => level === 'error')).toEqual([]);
  });
});
