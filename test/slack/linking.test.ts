import { afterEach, describe, expect, it } from 'vitest';
import { textsIn } from '../../src/locales/locale.ts';
import { plain } from '../../src/locales/shown.ts';
import type { SandboxSlack } from '../../src/sandbox/slack/slack.ts';
import type { SurfaceDeps } from '../../src/slack/ports.ts';
import {
  acme,
  clockOfToday,
  fakeUseCases,
  type Harness,
  type HarnessOptions,
  identity,
  loggedReference,
  openHarness,
  until,
} from './harness.ts';

const { linking, commands } = textsIn('en');
const field = 'webhook-url';
const url = 'https://acme.bitrix24.com/rest/7/planted-secret/';
const { account } = identity();

type LinkWebhook = SurfaceDeps['linking']['linkWebhook'];
type LinkResult = Awaited<ReturnType<LinkWebhook>>;

describe.each(['http', 'socket'] as const)('the link window over %s', (mode) => {
  let harness: Harness;
  const open = async (linkWebhook: LinkWebhook, options: HarnessOptions['deps'] = {}) => {
    const deps = { linking: { ...fakeUseCases().linking, linkWebhook }, ...options };
    harness = await openHarness({ mode, deps });
    return harness.slack;
  };
  const openWindow = async (slack: SandboxSlack, name: string) => {
    await slack.as(name).command('/b24task link');
    return slack.as(name);
  };
  afterEach(async () => {
    expect(harness.slack.complaints).toEqual([]);
    expect(
      JSON.stringify([harness.log, harness.slack.seenBy('anna'), harness.slack.openView('anna')?.content ?? '']),
    ).not.toContain('planted-secret');
    await harness.close();
  });

  it('opens at once, asks for one thing, and says how to get it', async () => {
    const slack = await open(async () => ({ ok: true, value: { account, resumed: 0, cancelled: 0 } }));
    const answer = await slack.as('anna').command('/b24task link');
    expect(answer).toMatchObject({ status: 200, body: '' });
    const view = slack.openView('anna');
    expect(view?.blocks.filter(({ type }) => type === 'input')).toHaveLength(1);
    expect(JSON.stringify(view?.content)).toContain('Give it the permissions task, tasks and im');
  });

  it('says who you are on success, and what that means for what was waiting', async () => {
    const given: unknown[] = [];
    const slack = await open(async (person, text) => {
      given.push([person, text]);
      return { ok: true, value: { account, resumed: 2, cancelled: 1 } };
    });
    const anna = await openWindow(slack, 'anna');
    expect((await anna.submit({ [field]: url })).outcome).toBe('updated');
    const said = anna.view()?.blocks.map((block) => JSON.parse(JSON.stringify(block)).text.text);
    expect(said).toEqual([
      'Connected as Anna Petrova on acme.bitrix24.com.',
      '2 waiting messages will now be sent.',
      '1 waiting message will not be sent, because it was written as another Bitrix24 user. Each gets its own reply.',
      linking.nowWrite,
    ]);
    expect(given).toEqual([[{ tenant: anna.teamId, user: anna.id }, url]]);
  });

  it.each<[string, Extract<LinkResult, { ok: false }>['failure'], string]>([
    ['not a webhook', { kind: 'not-a-webhook-url' }, 'This is not the URL of an incoming webhook.'],
    [
      'a portal that is not allowed',
      { kind: 'portal-not-allowed', portal: acme },
      'acme.bitrix24.com may not be connected',
    ],
    ['a portal that is down', { kind: 'unreachable' }, 'acme.bitrix24.com cannot be reached.'],
    ['a wrong secret', { kind: 'credential-rejected' }, 'acme.bitrix24.com does not know this webhook'],
    ['a missing permission', { kind: 'missing-scope', scopes: ['tasks'] }, 'This webhook lacks the permission tasks.'],
  ])('shows at the field that it was %s, and can be submitted again', async (_, failure, text) => {
    let attempts = 0;
    const slack = await open(async () => {
      attempts += 1;
      return attempts === 1 ? { ok: false, failure } : { ok: true, value: { account, resumed: 0, cancelled: 0 } };
    });
    const anna = await openWindow(slack, 'anna');
    const refused = await anna.submit({ [field]: url });
    expect(refused.outcome).toBe('errors');
    expect(refused.errors[field]).toContain(text);
    expect((await anna.submit({ [field]: url })).outcome).toBe('updated');
  });

  it('speaks the language of the reader', async () => {
    const slack = await open(async () => ({ ok: false, failure: { kind: 'unreachable' } }));
    const bob = await openWindow(slack, 'bob');
    expect(JSON.stringify(bob.view()?.content)).toContain('Подключение Битрикс24');
    expect((await bob.submit({ [field]: url })).errors[field]).toContain('Портал acme.bitrix24.com недоступен');
  });

  it('shows a reference at the field when something breaks', async () => {
    const slack = await open(async () => {
      throw new Error('the disk is gone');
    });
    const anna = await openWindow(slack, 'anna');
    const { errors } = await anna.submit({ [field]: url });
    expect(errors[field]).toBe(commands.brokenPlain(plain.text(loggedReference(harness))));
  });

  describe('while the portal takes its time', () => {
    const slowly = async () => {
      const clock = clockOfToday();
      const portal = Promise.withResolvers<LinkResult>();
      let asked = false;
      const slack = await open(
        () => {
          asked = true;
          return portal.promise;
        },
        { clock },
      );
      const anna = await openWindow(slack, 'anna');
      const submitted = anna.submit({ [field]: url });
      await until(() => asked);
      clock.advance(2_500);
      expect((await submitted).outcome).toBe('updated');
      expect(JSON.stringify(anna.view()?.content)).toContain(linking.checking);
      return { anna, portal };
    };

    it('says so, and shows the result when it is there', async () => {
      const { anna, portal } = await slowly();
      portal.resolve({ ok: true, value: { account, resumed: 0, cancelled: 0 } });
      await anna.waitForView(({ content }) => JSON.stringify(content).includes('Connected as Anna Petrova'));
    });

    it('says so, and asks again when it failed', async () => {
      const { anna, portal } = await slowly();
      portal.resolve({ ok: false, failure: { kind: 'unexpected', code: '<!channel>', status: 500 } });
      const view = await anna.waitForView(({ content }) => content['callback_id'] === 'b24task.link');
      expect(JSON.stringify(view.content)).toContain(
        '*Not connected.* acme.bitrix24.com answered with something unexpected',
      );
      expect(JSON.stringify(view.content)).toContain('&lt;!channel&gt;');
    });

    it('tells the result as a message when the window was closed meanwhile', async () => {
      const { anna, portal } = await slowly();
      await anna.closeView();
      portal.resolve({ ok: true, value: { account, resumed: 0, cancelled: 0 } });
      const told = await anna.waitFor(({ via }) => via === 'postMessage');
      expect(told.text).toContain('Connected as Anna Petrova on acme.bitrix24.com.');
    });
  });

  it('is asked for again when Slack did not open it', async () => {
    const slack = await open(async () => ({ ok: false, failure: { kind: 'unreachable' } }));
    slack.fault('views.open', { error: 'expired_trigger_id' }, 1);
    expect((await slack.as('anna').command('/b24task link')).json['text']).toBe(commands.viewNotOpened);
    expect(slack.openView('anna')).toBeUndefined();
    const calls = slack.calls.filter(({ method }) => method === 'views.open');
    expect(calls).toHaveLength(1);
  });
});
