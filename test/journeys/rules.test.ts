import { describe, expect, it } from 'vitest';
import type { WorkspaceSeed } from '../../src/sandbox/slack/options.ts';
import { type Harness, openHarness, openNoticeHarness } from '../support/harness.ts';
import type { ManualClock } from '../support/manual-clock.ts';
import { serviceClock, storedText } from './install-harness.ts';

const workspaces: readonly WorkspaceSeed[] = [
  {
    domain: 'acme',
    people: [
      { name: 'anna', isAdmin: true },
      { name: 'bob' },
      { name: 'gus', guest: 'restricted' },
      { name: 'uli', guest: 'ultra-restricted' },
      { name: 'sam', homeTeamId: 'T9STRANGE0' },
      { name: 'rita', homeTeamId: 'T9RIVAL000', homeEnterprise: { id: 'E9RIVAL000', name: 'Rival' } },
    ],
    channels: [{ name: 'general', withApp: true, shared: true }],
  },
];

const turnedAway = {
  gus: 'guests may not',
  uli: 'guests may not',
  sam: 'people of other organisations may not',
  rita: 'people of other organisations may not',
} as const;

function open(settings: Record<string, string> = {}, overrides = {}): Promise<Harness> {
  return openHarness('SQLite', { slack: { workspaces }, settings, overrides });
}

/** A harness whose time stands still. */
function openAt(clock: ManualClock): Promise<Harness> {
  return openHarness('SQLite', { slack: { workspaces, clock }, overrides: { clock } });
}

/** The hourly look at whether a check is due, and then whatever pauses the check makes. */
async function checkedDaily(harness: Harness, clock: ManualClock): Promise<void> {
  clock.advance(hour);
  const look = () => {
    // Time stands still for a portal that is being asked, or it would be left as silent.
    clock.advance(clock.waiting().includes(probeMs) ? 0 : 15_000);
    return harness.log.join('');
  };
  await expect.poll(look).toContain('looked for people who left Slack');
}

const hour = 3_600_000;
const probeMs = 2_000;

function stored({ dataDir }: Harness): Promise<string> {
  return storedText({ settings: { DATA_DIR: dataDir } });
}

describe('guests and people of other organisations', () => {
  it.each(Object.entries(turnedAway))('are told why they are denied, whatever %s does', async (name, reason) => {
    const harness = await open();
    const { slack, portal, link } = harness;
    await link('anna', 7);
    const person = slack.as(name);
    for (const line of ['51 hello', 'hello', 'link', 'unlink', 'status', 'default 51', 'doctor', 'help', '']) {
      const answer = await person.command(`/b24task ${line}`);
      expect([line, String(answer.json['text'])]).toEqual([line, expect.stringContaining(reason)]);
    }
    const message = await slack.as('anna').post('something to send');
    await person.shortcut('send_to_b24task', message);
    await person.waitFor(({ text }) => text.includes(reason));
    await person.openHome();
    const home = await person.waitForHome(() => true);
    expect(JSON.stringify(home.content)).toContain(reason);
    expect(JSON.stringify(home.content)).not.toContain('b24task.link');
    expect(person.view()).toBeUndefined();
    expect(portal.counts.messages).toBe(0);
    expect(await stored(harness)).not.toContain(person.id);
  });

  it('cannot go on with what they began before, nor press what others could', async () => {
    const harness = await openNoticeHarness({ slack: { workspaces } });
    const { slack, link, portal } = harness;
    await link('bob', 9);
    const bob = slack.as('bob');
    await portal.down();
    await bob.command('/b24task 51 waits');
    await harness.noticesAfter(1);
    const waiting = await bob.waitFor(({ text }) => text.includes('Not sent yet'));
    await bob.command('/b24task link');
    await bob.waitForView(() => true);
    slack.changePerson('bob', { isRestricted: true });
    await harness.restart();

    const submission = await bob.submit({ 'webhook-url': harness.webhookFor(12) });
    expect(submission.errors).toEqual({});
    await bob.waitForView(({ content }) => JSON.stringify(content).includes('guests may not'));
    await bob.closeView({ all: true });
    await bob.click('b24task.cancel', { on: waiting });
    await bob.waitFor(({ text }) => text.includes('guests may not'), { after: waiting });
    expect(await stored(harness)).toContain(`identity/T0ACME0000:${bob.id}`);
  });

  it('get no tasks suggested, and send nothing, from a form that was open before', async () => {
    const harness = await open();
    const { slack, link, portal } = harness;
    await link('bob', 9);
    const bob = slack.as('bob');
    await bob.shortcut('send_to_b24task', await slack.as('anna').post('to be sent'));
    await bob.waitForView(({ content }) => content['submit'] !== undefined);
    expect((await bob.suggest('task', '52')).options).toHaveLength(1);
    slack.changePerson('bob', { isRestricted: true });
    await harness.restart();
    expect((await bob.suggest('task', '52')).options).toEqual([]);
    await bob.submit({}, { force: true });
    await bob.waitForView(({ content }) => JSON.stringify(content).includes('guests may not'));
    expect(portal.counts.messages).toBe(0);
  });

  it('link and send where the administrator allows it', async () => {
    const { slack, portal, link } = await open({ ALLOW_GUESTS: 'true' });
    for (const [name, userId] of [
      ['gus', 7],
      ['sam', 9],
      ['rita', 12],
    ] as const) {
      await link(name, userId);
      await slack.as(name).command(`/b24task 51 from ${name}`);
      await slack.as(name).waitFor(({ text }) => text.startsWith('Sent'));
    }
    expect(portal.chat(51).map(({ text }) => text)).toEqual(['from gus', 'from sam', 'from rita']);
  });

  it('are let in at once when they become members', async () => {
    const { slack } = await open();
    const gus = slack.as('gus');
    expect(String((await gus.command('/b24task status')).json['text'])).toContain('guests may not');
    slack.changePerson('gus', { isRestricted: false });
    expect(String((await gus.command('/b24task status')).json['text'])).toContain('You are not connected');
  });
});

describe('a person about whom Slack does not answer', () => {
  it('is denied while they are not connected, and let in when they are', async () => {
    const harness = await open();
    const { slack, link, portal } = harness;
    await link('anna', 7);
    await harness.restart();
    slack.fault('users.info', { error: 'internal_error' });
    const bob = await slack.as('bob').command('/b24task link');
    expect(String(bob.json['text'])).toContain('does not tell the app right now who you are');
    expect(slack.as('bob').view()).toBeUndefined();
    await slack.as('anna').command('/b24task 51 hello');
    await slack.as('anna').waitFor(({ text }) => text.startsWith('Sent'));
    expect(portal.chat(51)).toHaveLength(1);
  });
});

describe('somebody who unlinks', () => {
  it('leaves nothing behind once they know how everything ended', async () => {
    const harness = await open();
    const { slack, link, portal } = harness;
    await link('bob', 9);
    const bob = slack.as('bob');
    await bob.command('/b24task default 51');
    await bob.command('/b24task 51 hello');
    await bob.waitFor(({ text }) => text.startsWith('Sent'));
    await bob.shortcut('send_to_b24task', await slack.as('anna').post('a draft of this'));
    await bob.waitForView(({ content }) => content['submit'] !== undefined);
    await bob.closeView({ all: true });
    for (const kind of ['identity', 'draft', 'person-tasks']) {
      expect(await stored(harness)).toContain(`${kind}/T0ACME0000:${bob.id}`);
    }
    await expect.poll(async () => (await stored(harness)).includes('"reported":"final"')).toBe(true);

    const answer = await bob.command('/b24task unlink');

    expect(String(answer.json['text'])).toContain('Disconnected');
    expect(await stored(harness)).not.toContain(bob.id);
    expect(portal.chat(51)).toHaveLength(1);
  });
});

describe('a workspace with one token', () => {
  it('keeps nothing once the app was removed from it', async () => {
    const harness = await open();
    await harness.link('bob', 9);
    await harness.slack.sendEvent('app_uninstalled', {}, { team: 'acme' });
    expect(String((await harness.slack.as('bob').command('/b24task status')).json['text'])).toContain('Connected as');
    await harness.slack.uninstall();
    await expect.poll(() => stored(harness)).not.toContain('T0ACME0000');
  });

  it('keeps everything where Slack refuses its token for another reason than that', async () => {
    const harness = await open();
    await harness.link('bob', 9);
    harness.slack.fault('auth.test', { error: 'invalid_auth' }, 1);
    await harness.slack.sendEvent('app_uninstalled', {}, { team: 'acme' });
    expect(String((await harness.slack.as('bob').command('/b24task status')).json['text'])).toContain('Connected as');
  });
});

describe('SLACK_TEAMS', () => {
  it('lets in the workspaces that it names, and tells the others', async () => {
    const named = await open({ SLACK_TEAMS: 'T1OTHER000, T0ACME0000' });
    expect(String((await named.slack.as('anna').command('/b24task status')).json['text'])).toContain('not connected');
    const other = await open({ SLACK_TEAMS: 'T1OTHER000' });
    const answer = await other.slack.as('anna').command('/b24task status');
    expect(String(answer.json['text'])).toContain('has not allowed this workspace');
  });

  it('lets in a workspace whose organisation it names', async () => {
    const enterprise = { id: 'E0GRID0000', name: 'Grid' };
    const grid = workspaces.map((workspace) => ({ ...workspace, enterprise }));
    const { slack } = await openHarness('SQLite', {
      slack: { workspaces: grid },
      settings: { SLACK_TEAMS: 'E0GRID0000' },
    });
    expect(String((await slack.as('anna').command('/b24task status')).json['text'])).toContain('not connected');
  });
});

describe('people who are deactivated in Slack', () => {
  it('lose their identity and what waits when they are seen', async () => {
    const harness = await open();
    const { slack, link, portal } = harness;
    await link('bob', 9);
    await harness.chooseLanguage('bob', 'en');
    await portal.down();
    await slack.as('bob').command('/b24task 51 waits');
    slack.changePerson('bob', { deleted: true });
    await harness.restart();
    const answer = await slack.as('bob').command('/b24task status');
    expect(String(answer.json['text'])).toContain('your Slack account is deactivated');
    expect(await stored(harness)).not.toMatch(new RegExp(`(?:identity|language)/T0ACME0000:${slack.as('bob').id}`));
  });

  it('lose it once a day otherwise; Slack is asked once for each who is linked, and again when it says to wait', async () => {
    const clock = serviceClock();
    const harness = await openAt(clock);
    const { slack, link } = harness;
    await link('anna', 7);
    await link('bob', 9);
    await harness.chooseLanguage('bob', 'ru');
    slack.changePerson('bob', { deleted: true });
    slack.fault('users.info', { rateLimitedSeconds: 30 }, 1);
    const before = slack.calls.length;

    await checkedDaily(harness, clock);

    const asked = slack.calls.slice(before).filter(({ method }) => method === 'users.info');
    expect(
      asked
        .filter(({ ok }) => ok)
        .map(({ args }) => args['user'])
        .toSorted(),
    ).toEqual([slack.as('anna').id, slack.as('bob').id].toSorted());
    expect(await stored(harness)).not.toMatch(new RegExp(`(?:identity|language)/T0ACME0000:${slack.as('bob').id}`));
    expect(await stored(harness)).toContain(`identity/T0ACME0000:${slack.as('anna').id}`);

    clock.advance(hour);
    await harness.restart();
    clock.advance(hour);
    await slack.as('anna').command('/b24task status');
    expect(harness.log.filter((line) => line.includes('looked for people'))).toHaveLength(1);
  });

  it('lose the language that they chose, also where they are not connected', async () => {
    const clock = serviceClock();
    const harness = await openAt(clock);
    const { slack } = harness;
    await harness.chooseLanguage('anna', 'ru');
    await harness.chooseLanguage('bob', 'ru');
    slack.changePerson('bob', { deleted: true });
    await checkedDaily(harness, clock);
    expect(await stored(harness)).toContain(`language/T0ACME0000:${slack.as('anna').id}`);
    expect(await stored(harness)).not.toContain(`language/T0ACME0000:${slack.as('bob').id}`);
  });

  it('do not affect others, whose portals are asked daily what they may do', async () => {
    const clock = serviceClock();
    const harness = await openAt(clock);
    const { slack, portal } = harness;
    const webhook = portal.createWebhook({ userId: 7, scopes: ['task', 'tasks'] });
    const anna = slack.as('anna');
    await anna.command('/b24task link');
    await anna.waitForView(() => true);
    await anna.submit({ 'webhook-url': webhook.url });
    const status = async () => JSON.stringify((await anna.command('/b24task status')).json);
    expect(await status()).toContain('The permission `im` is missing');
    webhook.setScopes(['task', 'tasks', 'im']);
    await checkedDaily(harness, clock);
    expect(await status()).toContain('Connected as Anna Petrova');
    expect(await status()).not.toContain('The permission `im` is missing');
  });

  it('keep theirs while Slack says nothing clear about them', async () => {
    const clock = serviceClock();
    const harness = await openAt(clock);
    await harness.link('bob', 9);
    harness.slack.changePerson('bob', { deleted: true });
    harness.slack.fault('users.info', { error: 'user_not_found' });
    await checkedDaily(harness, clock);
    expect(await stored(harness)).toContain(`identity/T0ACME0000:${harness.slack.as('bob').id}`);
  });
});
