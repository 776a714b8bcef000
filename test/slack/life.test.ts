import { afterEach, describe, expect, it } from 'vitest';
import type { Accepted } from '../../src/delivery/submission.ts';
import { Secret } from '../../src/domain/secret.ts';
import { systemClock } from '../../src/domain/system-clock.ts';
import { startSlack } from '../../src/sandbox/slack/slack.ts';
import type { SlackSettings } from '../../src/slack/ports.ts';
import { createSlackDirectory } from '../../src/slack/slack-directory.ts';
import { createSlackSurface } from '../../src/slack/surface.ts';
import { standingPortals } from '../support/standing-portals.ts';
import {
  acme,
  clockOfToday,
  collectInto,
  fakeUseCases,
  type Harness,
  type LogLine,
  loggedReference,
  openHarness,
  settingsFor,
  task,
  until,
} from './harness.ts';

describe('the start', () => {
  const starting = async (mode: 'http' | 'socket', change: (settings: SlackSettings) => SlackSettings) => {
    const slack = await startSlack();
    const log: LogLine[] = [];
    const settings = change(settingsFor(slack, mode));
    const deps = { ...fakeUseCases(), clock: systemClock, log: collectInto(log) };
    const directory = createSlackDirectory(settings, {
      ...deps,
      findIdentity: deps.linking.find,
      leads: standingPortals.leads,
    });
    const surface = createSlackSurface(settings, directory, deps);
    const failure = await surface.start().then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    await surface.stop();
    await slack.close();
    return { failure, log };
  };

  it.each(['http', 'socket'] as const)(
    'fails with one clear message when the bot token is wrong, over %s',
    async (mode) => {
      const { failure, log } = await starting(mode, (settings) => ({
        ...settings,
        access: { kind: 'one-workspace', botToken: new Secret('xoxb-wrong-planted') },
      }));
      expect(failure).toBe('Slack does not accept the bot token: invalid_auth');
      expect(JSON.stringify(log)).not.toContain('planted');
    },
  );

  it('fails with one clear message when the app token is wrong', async () => {
    const { failure, log } = await starting('socket', (settings) => ({
      ...settings,
      transport: { mode: 'socket', appToken: new Secret('xapp-wrong-planted') },
    }));
    expect(failure).toBe('Slack does not open a Socket Mode connection: invalid_auth');
    expect(JSON.stringify(log)).not.toContain('planted');
  });

  it.each(['http', 'socket'] as const)(
    'goes on while Slack cannot be reached, and is ready when it can, over %s',
    async (mode) => {
      const clock = clockOfToday();
      const slack = await startSlack();
      const log: LogLine[] = [];
      const settings = settingsFor(slack, mode);
      const deps = { ...fakeUseCases(), clock, log: collectInto(log) };
      const directory = createSlackDirectory(settings, {
        ...deps,
        findIdentity: deps.linking.find,
        leads: standingPortals.leads,
      });
      const surface = createSlackSurface(settings, directory, deps);
      const ends = [slack.fault('auth.test', { reset: true }), slack.fault('apps.connections.open', { status: 503 })];
      await surface.start();
      expect(surface.isReady()).toBe(false);
      expect(log.at(-1)?.message).toBe('Slack cannot be reached: not ready, trying again');
      for (const end of ends) {
        end();
      }
      clock.advance(1_000);
      await until(surface.isReady);
      await surface.stop();
      await slack.close();
    },
  );

  it('logs that Slack refuses the token once it can be reached, and asks again', async () => {
    const clock = clockOfToday();
    const slack = await startSlack();
    const log: LogLine[] = [];
    const deps = { ...fakeUseCases(), clock, log: collectInto(log) };
    const settings = settingsFor(slack, 'http');
    const directory = createSlackDirectory(settings, {
      ...deps,
      findIdentity: deps.linking.find,
      leads: standingPortals.leads,
    });
    const surface = createSlackSurface(settings, directory, deps);
    slack.fault('auth.test', { reset: true }, 1);
    slack.fault('auth.test', { error: 'account_inactive' }, 1);
    await surface.start();
    clock.advance(1_000);
    await until(() => log.some(({ level }) => level === 'error'));
    expect(log.at(-1)).toMatchObject({
      fields: { problem: 'Slack does not accept the bot token: account_inactive' },
    });
    await until(() => clock.waiting().length > 0);
    clock.advance(2_000);
    await until(surface.isReady);
    await surface.stop();
    await slack.close();
  });

  it('works with tokens of an installation', async () => {
    const { failure } = await starting('http', (settings) => ({
      ...settings,
      access: { kind: 'installations', find: async () => undefined },
    }));
    expect(failure).toBeUndefined();
  });
});

describe('the running Slack surface', () => {
  let harness: Harness;
  afterEach(() => harness.close());

  it('answers an unreadable request with a reference, in both languages', async () => {
    harness = await openHarness();
    const answer = await harness.slack.signedRequest('command=%2Fb24task&text=help');
    expect(answer.status).toBe(200);
    const [english, russian] = String(answer.json['text']).split('\n');
    const reference = loggedReference(harness);
    expect(english).toContain(`administrator this reference: \`${reference}\``);
    expect(russian).toContain(`администратору этот код: \`${reference}\``);
  });

  it('answers an unreadable request over a socket with a reference', async () => {
    harness = await openHarness({ mode: 'socket' });
    const unreadable = {
      type: 'slash_commands',
      payload: { command: '/b24task', text: 'help' },
      settle: () => {},
    } as const;
    const answer = await harness.slack.redeliver(unreadable);
    expect(answer.json['text']).toContain(`\`${loggedReference(harness)}\``);
  });

  it('uses the token of the workspace that an interaction comes from, and no other', async () => {
    const people = [{ name: 'anna' }];
    const channels = [{ name: 'general', withApp: true }];
    const workspaces = ['one', 'two'].map((domain) => ({ domain, people, channels, botToken: `xoxb-${domain}` }));
    const find = async ({ team }: { readonly team: string }) => {
      const token = team === harness.slack.directory.team('two').id ? 'xoxb-two' : 'xoxb-one';
      const bot = { token: new Secret(token), userId: 'U1', scopes: [] };
      return { id: team, name: team, bot, installedAt: 0 };
    };
    harness = await openHarness({ slack: { workspaces }, settings: { access: { kind: 'installations', find } } });
    for (const team of ['one', 'two', 'one']) {
      const person = harness.slack.as('anna', { team });
      await person.command('/b24task link');
      expect(person.view()?.content['callback_id']).toBe('b24task.link');
      await person.closeView();
    }
    expect(harness.slack.calls.filter(({ error }) => error !== undefined)).toEqual([]);
  });

  it.each(['refresh_requested', 'warning', 'a cut'] as const)('connects again at once after %s', async (reason) => {
    const clock = clockOfToday();
    harness = await openHarness({ mode: 'socket', deps: { clock } });
    const { slack } = harness;
    const opened = () => slack.calls.filter(({ method }) => method === 'apps.connections.open').length;
    const before = opened();
    if (reason === 'a cut') {
      slack.socketMode.drop();
    } else {
      slack.socketMode.askToReconnect(reason);
    }
    await until(() => clock.waiting().includes(0));
    clock.advance(0);
    await until(() => opened() > before && slack.socketMode.connections === 1);
    expect((await slack.as('anna').command('/b24task help')).status).toBe(200);
  });

  it('goes on trying to connect while Slack cannot be reached', async () => {
    const clock = clockOfToday();
    harness = await openHarness({ mode: 'socket', deps: { clock } });
    const { slack } = harness;
    const end = slack.fault('apps.connections.open', { status: 503 });
    slack.socketMode.drop();
    const failures = () => harness.log.filter(({ message }) => message === 'no connection to Slack').length;
    for (let attempt = 1; attempt <= 4; attempt += 1) {
      await until(() => clock.waiting().some((ms) => ms < 60_000));
      clock.advance(60_000);
      await until(() => failures() === attempt);
    }
    end();
    await until(() => clock.waiting().some((ms) => ms < 60_000));
    clock.advance(60_000);
    await until(() => slack.socketMode.connections === 1);
    expect((await slack.as('anna').command('/b24task help')).status).toBe(200);
  });

  it.each(['http', 'socket'] as const)('lets what is in flight be answered before it stops, over %s', async (mode) => {
    const hanging = Promise.withResolvers<Accepted>();
    let asked = false;
    const accept = () => {
      asked = true;
      return hanging.promise;
    };
    harness = await openHarness({ mode, deps: { accept } });
    const answer = harness.slack.as('anna').command('/b24task 51 hello');
    await until(() => asked);
    let stopped = false;
    const stop = harness.surface.stop().then(() => {
      stopped = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(stopped).toBe(false);
    hanging.resolve({ kind: 'accepted', id: 'd', portal: acme, task: task(51), bitrixUserId: '7' });
    expect(await answer).toMatchObject({ status: 200, body: '' });
    await stop;
    await until(() => harness.slack.socketMode.connections === 0);
    await harness.surface.stop();
  });
});
