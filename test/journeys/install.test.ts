import { describe, expect, it } from 'vitest';
import { openInstallHarness, serviceClock, storedText, workspace } from './install-harness.ts';

const engine = 'PostgreSQL';
const hour = 3_600_000;

describe('one service for many workspaces', () => {
  it('is installed to two workspaces, and used in both, each with its own token', async () => {
    const harness = await openInstallHarness({ engine });
    const { slack, portal, install, link, log } = harness;
    for (const team of ['acme', 'other']) {
      const page = await install(team);
      expect(page.status).toBe(200);
      expect(page.html).toContain(`Installed in ${team.toUpperCase()}`);
    }
    await link('anna', 'acme', 7);
    await link('anna', 'other', 9);
    for (const team of ['acme', 'other']) {
      const anna = slack.as('anna', { team });
      await anna.command(`/b24task 51 from ${team}`);
      await anna.waitFor(({ text }) => text.startsWith('Sent'));
    }
    expect(portal.chat(51)).toMatchObject([
      { author: { id: 7 }, text: 'from acme' },
      { author: { id: 9 }, text: 'from other' },
    ]);
    expect(slack.calls.filter(({ error }) => error !== undefined)).toEqual([]);
    const everything = `${await storedText(harness)} ${log.join('\n')}`;
    for (const secret of [
      slack.botToken('acme'),
      slack.botToken('other'),
      'planted-state-secret',
      slack.app.clientSecret,
    ]) {
      expect(everything).not.toContain(secret);
    }
  });

  it('is installed to a whole organisation, and serves all its workspaces', async () => {
    const enterprise = { id: 'E0GRID0000', name: 'Grid' };
    const workspaces = [workspace('acme', { enterprise }), workspace('other', { enterprise })];
    const { slack, portal, install, link } = await openInstallHarness({ engine, workspaces });
    expect((await install('acme', { org: true })).html).toContain('Installed in Grid');
    await link('anna', 'acme', 7);
    await link('bob', 'other', 9);
    await slack.as('anna', { team: 'acme' }).command('/b24task 51 from acme');
    await slack.as('bob', { team: 'other' }).command('/b24task 52 from other');
    await slack.as('anna', { team: 'acme' }).waitFor(({ text }) => text.startsWith('Sent'));
    await slack.as('bob', { team: 'other' }).waitFor(({ text }) => text.startsWith('Sent'));
    expect(portal.chat(51)).toMatchObject([{ author: { id: 7 } }]);
    expect(portal.chat(52)).toMatchObject([{ author: { id: 9 } }]);
  });

  it('deletes everything of a workspace that removes the app, at once, and nothing of another', async () => {
    const harness = await openInstallHarness({ engine });
    const { slack, portal, install, link } = harness;
    for (const team of ['acme', 'other']) {
      await install(team);
    }
    await link('anna', 'acme', 7);
    await link('anna', 'other', 9);
    await slack.as('anna', { team: 'other' }).command('/b24task 51 from other');
    await slack.as('anna', { team: 'other' }).waitFor(({ text }) => text.startsWith('Sent'));
    await portal.down();
    await slack.as('anna', { team: 'acme' }).command('/b24task 51 waits');
    expect(await storedText(harness)).toContain('T0ACME0000');

    await slack.uninstall('acme');
    await gone(harness, 'T0ACME0000');

    expect(await storedText(harness)).toContain('T1OTHER000');
    const answer = await slack.as('anna', { team: 'acme' }).command('/b24task status');
    expect(String(answer.json['text'])).toContain('not installed in this workspace');
    expect(String(answer.json['text'])).toContain('не установлено');
    const other = await slack.as('anna', { team: 'other' }).command('/b24task status');
    expect(String(other.json['text'])).toContain('Connected as');
    await portal.up();
    expect(portal.chat(51)).toHaveLength(1);
  });
});

describe('the news that the app was removed', () => {
  it('may come in any order and twice', async () => {
    const harness = await openInstallHarness();
    const { slack, install, link } = harness;
    await install('acme');
    await link('anna', 'acme', 7);
    const bot = [slack.directory.team('acme').botUserId];
    await slack.uninstall('acme');
    await slack.sendEvent('tokens_revoked', { tokens: { bot, oauth: [] } }, { team: 'acme' });
    await slack.sendEvent('app_uninstalled', {}, { team: 'acme' });
    await gone(harness, 'T0ACME0000');
    expect(harness.log.filter((line) => line.includes('"level":50'))).toEqual([]);
  });

  it('has no effect when only the token of a person was revoked', async () => {
    const harness = await openInstallHarness();
    const { slack, install, link } = harness;
    await install('acme');
    await link('anna', 'acme', 7);
    await slack.sendEvent('tokens_revoked', { tokens: { oauth: ['U0ANNA0000'], bot: [] } }, { team: 'acme' });
    const answer = await slack.as('anna', { team: 'acme' }).command('/b24task status');
    expect(String(answer.json['text'])).toContain('Connected as');
  });

  it('does not end an installation that was made anew before it came', async () => {
    const harness = await openInstallHarness();
    const { slack, install, link } = harness;
    await install('acme');
    await slack.uninstall('acme');
    await install('acme');
    await link('anna', 'acme', 7);
    const bot = [slack.directory.team('acme').botUserId];
    await slack.sendEvent('tokens_revoked', { tokens: { bot, oauth: [] } }, { team: 'acme' });
    await slack.sendEvent('app_uninstalled', {}, { team: 'acme' });
    const answer = await slack.as('anna', { team: 'acme' }).command('/b24task status');
    expect(String(answer.json['text'])).toContain('Connected as');
  });

  it('ends an organisation with all its people when its one installation ends', async () => {
    const enterprise = { id: 'E0GRID0000', name: 'Grid' };
    const harness = await openInstallHarness({ workspaces: [workspace('acme', { enterprise })] });
    await harness.install('acme', { org: true });
    await harness.link('anna', 'acme', 7);
    expect(await storedText(harness)).toContain('E0GRID0000');
    await harness.slack.uninstall('acme');
    await gone(harness, 'E0GRID0000');
  });

  it('leaves the people of an organisation while another of its workspaces has the app', async () => {
    const enterprise = { id: 'E0GRID0000', name: 'Grid' };
    const workspaces = [workspace('acme', { enterprise }), workspace('other', { enterprise })];
    const harness = await openInstallHarness({ workspaces });
    for (const team of ['acme', 'other']) {
      await harness.install(team);
    }
    await harness.link('anna', 'acme', 7);
    await harness.link('bob', 'other', 9);
    await harness.slack.uninstall('acme');
    await gone(harness, 'installation/T0ACME0000');
    const bob = await harness.slack.as('bob', { team: 'other' }).command('/b24task status');
    expect(String(bob.json['text'])).toContain('Connected as');
  });

  it('is caught up on once a day where it was missed', async () => {
    const clock = serviceClock();
    const harness = await openInstallHarness({ clock, overrides: { clock } });
    for (const team of ['acme', 'other']) {
      await harness.install(team);
    }
    await harness.link('anna', 'acme', 7);
    await harness.link('anna', 'other', 9);
    harness.slack.connectHttp('http://127.0.0.1:1/');
    await harness.slack.uninstall('acme');
    harness.reach(0);
    clock.advance(hour);
    await gone(harness, 'T0ACME0000');
    expect(await storedText(harness)).toContain('identity/T1OTHER000');
  });
});

describe('tokens that expire', () => {
  it('are renewed by one of two replicas, for both', async () => {
    const clock = serviceClock();
    const options = { engine: 'PostgreSQL', replicas: 2, app: { tokenRotation: true }, clock } as const;
    const harness = await openInstallHarness({ ...options, overrides: { clock } });
    const { slack, install } = harness;
    await install('acme');
    const { interaction } = await slack.as('anna', { team: 'acme' }).command('/b24task help');
    clock.stall(10.5 * hour);
    const before = slack.calls.length;
    slack.fault('oauth.v2.access', { slowMs: 200 });
    const at = harness.replicas.map(({ url }) => `${url}/slack/events`);
    const answers = await Promise.all(
      [...at, ...at].map((to, count) =>
        slack.redeliver(interaction && { ...interaction, payload: { ...interaction.payload, count } }, { to }),
      ),
    );
    expect(answers.map(({ status, body }) => [status, String(body).includes('/b24task connect')])).toEqual(
      answers.map(() => [200, true]),
    );
    const renewals = slack.calls.slice(before).filter(({ method }) => method === 'oauth.v2.access');
    expect(renewals.map(({ ok }) => ok)).toEqual([true]);
    clock.stall(3 * hour);
    for (const replica of [0, 1]) {
      harness.reach(replica);
      const answer = await slack.as('bob', { team: 'acme' }).command('/b24task link');
      expect(answer.status).toBe(200);
      expect(slack.as('bob', { team: 'acme' }).view()?.content['callback_id']).toBe('b24task.link');
      await slack.as('bob', { team: 'acme' }).closeView({ all: true });
    }
    expect(slack.calls.filter(({ error }) => error === 'token_expired')).toEqual([]);
  });

  it('stay in use while Slack issues no others, and are renewed later', async () => {
    const clock = serviceClock();
    const harness = await openInstallHarness({ app: { tokenRotation: true }, clock, overrides: { clock } });
    const { slack, install } = harness;
    await install('acme');
    clock.stall(11 * hour);
    const mend = slack.fault('oauth.v2.access', { status: 503 });
    const bob = slack.as('bob', { team: 'acme' });
    for (const _ of [1, 2]) {
      await bob.command('/b24task link');
      expect(bob.view()?.content['callback_id']).toBe('b24task.link');
      await bob.closeView({ all: true });
    }
    const tried = slack.calls.filter(({ method, ok }) => method === 'oauth.v2.access' && !ok);
    expect(tried).toHaveLength(1);
    mend();
    clock.stall(2 * hour);
    await bob.command('/b24task link');
    expect(bob.view()?.content['callback_id']).toBe('b24task.link');
  });
});

/** Waits until nothing that is stored names `id` any more. */
async function gone(harness: Awaited<ReturnType<typeof openInstallHarness>>, id: string): Promise<void> {
  await expect.poll(() => storedText(harness)).not.toContain(id);
}
