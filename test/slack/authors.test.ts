import { afterEach, describe, expect, it } from 'vitest';
import { type Harness, openHarness } from './harness.ts';

describe('the directory of authors', () => {
  let harness: Harness;
  afterEach(() => harness.close());

  const open = async () => {
    harness = await openHarness();
    const { slack, directory } = harness;
    const { id: user, teamId: team } = slack.directory.person('anna');
    return {
      slack,
      app: slack.directory.teams.get(team)?.botId ?? '',
      find: (bot: string) => directory.authors.find({ bot: { id: bot } }, { tenant: team, user }, { team }),
      asked: () => slack.calls.filter(({ method }) => method === 'bots.info').length,
    };
  };

  it("asks Slack for an app once, within the person's share of lookups; cached names are free", async () => {
    const { slack, app, find, asked } = await open();
    expect(await find(app)).toEqual({ kind: 'app', name: slack.app.name });
    for (let number = 10; number < 30; number += 1) {
      expect(await find(`B${number}`)).toEqual({ kind: 'app' });
    }
    expect(asked()).toBe(10);
    expect(await find(app)).toEqual({ kind: 'app', name: slack.app.name });
    expect(asked()).toBe(10);
  });

  it('names the user as the author when Slack does not answer', async () => {
    const { slack } = await open();
    slack.fault('*', { status: 500 });
    const posted = { user: { id: 'U5' }, bot: { id: 'B2' } };
    const found = await harness.directory.authors.find(posted, { tenant: 'T1', user: 'U1' }, { team: 'T1' });
    expect(found).toEqual({ kind: 'user', id: 'U5' });
  });
});
