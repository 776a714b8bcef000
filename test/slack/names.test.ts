import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import type { NameDirectory } from '../../src/delivery/ports.ts';
import { textsIn } from '../../src/locales/locale.ts';
import { faultOf } from '../../src/slack/web-api/slack-fault.ts';
import {
  acme,
  clockOfToday,
  fakeUseCases,
  type Harness,
  type HarnessOptions,
  identity,
  openHarness,
  portal,
} from './harness.ts';

describe('the directory of names', () => {
  let harness: Harness;
  const open = async (options: HarnessOptions = {}) => {
    harness = await openHarness(options);
    return harness.slack;
  };
  const resolve = (references: Partial<Parameters<NameDirectory['resolve']>[0]>, at = acme, asker = 'anna') => {
    const { id: user, teamId: team } = harness.slack.directory.person(asker);
    const route = { team, user, locale: 'en', place: { channel: '' } } as const;
    const context = { person: { tenant: team, user }, portal: at, route };
    return harness.directory.names.resolve({ users: [], channels: [], groups: [], ...references }, context);
  };
  afterEach(() => harness.close());

  it('knows what people are called, asking Slack once for each', async () => {
    const slack = await open();
    const ids = ['bob', 'carol'].map((name) => slack.directory.person(name).id);
    await resolve({ users: ids });
    const { users } = await resolve({ users: ids });
    expect([...users.values()]).toEqual([
      { kind: 'named', name: 'bob' },
      { kind: 'named', name: 'carol' },
    ]);
    expect(slack.calls.filter(({ method }) => method === 'users.info')).toHaveLength(2);
  });

  it('knows who is linked on the portal that the text goes to', async () => {
    const bobs = identity({ userId: '9', name: 'Борис Иванов' });
    const find = async ({ user }: { user: string }) =>
      user === harness.slack.directory.person('bob').id ? bobs : undefined;
    const slack = await open({ deps: { linking: { ...fakeUseCases().linking, find } } });
    const { id } = slack.directory.person('bob');
    expect((await resolve({ users: [id] })).users.get(id)).toEqual({
      kind: 'linked',
      bitrixUserId: '9',
      name: 'Борис Иванов',
    });
    const elsewhere = await resolve({ users: [id] }, portal('https://other.bitrix24.com'));
    expect(elsewhere.users.get(id)).toEqual({ kind: 'named', name: 'bob' });
  });

  it('knows what channels are called, where the app may see them', async () => {
    const slack = await open();
    const [general, secret] = ['general', 'secret'].map((name) => slack.directory.channel(name).id);
    const { channels } = await resolve({ channels: [general ?? '', secret ?? '', 'C0NOWHERE0'] });
    expect([...channels]).toEqual([[general, 'general']]);
  });

  it('leaves out what it cannot find, and never fails', async () => {
    const find = async () => {
      throw new Error('the disk is gone');
    };
    const slack = await open({ deps: { linking: { ...fakeUseCases().linking, find } } });
    slack.fault('*', { status: 500 });
    const names = await resolve({ users: ['U1'], channels: ['C1'], groups: ['S1'] });
    expect(names).toMatchObject({ users: new Map(), channels: new Map(), groups: new Map() });
    expect(names.places).toEqual(textsIn('en').message.places);
  });

  it('tells the name of a private channel to its members only, though the app is in it', async () => {
    const slack = await open();
    slack.join('secret', 'app');
    const { id } = slack.directory.channel('secret');
    expect([...(await resolve({ channels: [id] }, acme, 'bob')).channels]).toEqual([[id, 'secret']]);
    expect([...(await resolve({ channels: [id] }, acme, 'carol')).channels]).toEqual([]);
  });

  it.each([{ isRestricted: true }, { homeTeamId: 'T0OTHER000' }])(
    'hides from guests the names of channels that they are not in: %j',
    async (change) => {
      const channels = [{ name: 'ours', members: ['bob', 'anna'] }, { name: 'shared' }];
      const people = [{ name: 'anna' }, { name: 'bob' }, { name: 'carol' }];
      const slack = await open({ slack: { workspaces: [{ domain: 'acme', people, channels }] } });
      slack.changePerson('carol', change);
      const ids = channels.map(({ name }) => slack.directory.channel(name).id);
      expect([...(await resolve({ channels: ids }, acme, 'carol')).channels.values()]).toEqual(['shared']);
      expect([...(await resolve({ channels: ids }, acme, 'bob')).channels.values()]).toEqual(['ours', 'shared']);
    },
  );

  it('leaves room in the limits of Slack for people who act, however many are mentioned', async () => {
    const slack = await open();
    slack.limit('users.info', 100);
    const mentioned = (from: number) => Array.from({ length: 50 }, (_, index) => `U0NOBODY${from + index}`);
    for (const [from, asker] of [
      [0, 'anna'],
      [50, 'anna'],
      [100, 'anna'],
      [150, 'bob'],
      [200, 'bob'],
    ] as const) {
      await resolve({ users: mentioned(from) }, acme, asker);
    }
    expect(slack.calls.filter(({ method }) => method === 'users.info')).toHaveLength(40);
    const carol = slack.directory.person('carol');
    expect(await harness.directory.people.findSoon({ team: carol.teamId }, carol.id)).toMatchObject({ name: 'carol' });
  });

  it('asks for more names when a minute has passed', async () => {
    const clock = clockOfToday();
    const slack = await open({ deps: { clock } });
    const users = (from: number) => Array.from({ length: 50 }, (_, index) => `U0NOBODY${from + index}`);
    await resolve({ users: users(0) });
    clock.advance(60_000);
    await resolve({ users: users(50) });
    expect(slack.calls.filter(({ method }) => method === 'users.info')).toHaveLength(35);
  });
});

describe('a method that Slack limits', () => {
  it('is left alone until Slack takes it again, while the others go on', async () => {
    const clock = clockOfToday();
    const harness = await openHarness({ deps: { clock } });
    onTestFinished(() => harness.close());
    const { slack, directory } = harness;
    const [anna, bob] = ['anna', 'bob'].map((name) => slack.directory.person(name));
    const workspace = { team: anna?.teamId ?? '' };
    const ask = (user: string | undefined) => directory.people.findAgain(workspace, user ?? '');
    const asked = () => slack.calls.filter(({ method }) => method === 'users.info').length;
    slack.fault('users.info', { rateLimitedSeconds: 20 }, 1);
    expect([await ask(anna?.id), await ask(anna?.id), await ask(bob?.id), asked()]).toEqual([
      undefined,
      undefined,
      undefined,
      1,
    ]);
    const client = await directory.clients.prompt(workspace);
    expect(await client.auth.test()).toMatchObject({ ok: true });
    clock.advance(20_000);
    expect(await ask(anna?.id)).toMatchObject({ name: 'anna' });
  });

  it('counts as rate limited even without Retry-After', async () => {
    const harness = await openHarness();
    onTestFinished(() => harness.close());
    harness.slack.fault('users.info', { status: 429 });
    const client = await harness.directory.clients.prompt({ team: harness.slack.directory.team().id });
    const failed = await client.users.info({ user: 'U1' }).catch((error: unknown) => error);
    expect(faultOf(failed)).toEqual({ kind: 'again', reason: 'ratelimited', afterMs: 1_000 });
  });
});
