import { afterEach, describe, expect, it } from 'vitest';
import type { NameDirectory } from '../../src/delivery/ports.ts';
import { acme, fakeUseCases, identity, openStage, portal, type Stage, type StageOptions } from './stage.ts';

describe('the directory of names', () => {
  let stage: Stage;
  const open = async (options: StageOptions = {}) => {
    stage = await openStage(options);
    return stage.slack;
  };
  const resolve = (references: Partial<Parameters<NameDirectory['resolve']>[0]>, at = acme) => {
    const { id: user, teamId: team } = stage.slack.directory.person('anna');
    const route = { team, user, locale: 'en', place: { channel: '' } } as const;
    const context = { person: { tenant: team, user }, portal: at, route };
    return stage.directory.names.resolve({ users: [], channels: [], groups: [], ...references }, context);
  };
  afterEach(() => stage.close());

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
      user === stage.slack.directory.person('bob').id ? bobs : undefined;
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
    expect(names).toEqual({ users: new Map(), channels: new Map(), groups: new Map() });
  });

  it('asks for at most fifty names of a kind, and for few at the same time', async () => {
    const slack = await open();
    await resolve({ users: Array.from({ length: 200 }, (_, index) => `U0NOBODY${index}`) });
    expect(slack.calls.filter(({ method }) => method === 'users.info')).toHaveLength(50);
  });
});
