import { App, HTTPReceiver, type Installation, LogLevel } from '@slack/bolt';
import { afterEach, describe, expect, it } from 'vitest';
import type { SlackOptions, WorkspaceSeed } from '../../../src/sandbox/slack/options.ts';
import { type SandboxSlack, startSlack } from '../../../src/sandbox/slack/slack.ts';
import { accessRefusalOf, clientOf, manualClock } from './bolt-app.ts';

let slack: SandboxSlack | undefined;
let stopApp: (() => Promise<void>) | undefined;

afterEach(async () => {
  await stopApp?.();
  await slack?.close();
  stopApp = undefined;
});

const workspace = (domain: string, extra: Partial<WorkspaceSeed> = {}): WorkspaceSeed => ({
  domain,
  installed: false,
  people: [{ name: 'anna', isAdmin: true }],
  channels: [{ name: 'general' }],
  ...extra,
});

async function start(options: SlackOptions = {}): Promise<SandboxSlack> {
  slack = await startSlack({ workspaces: [workspace('acme'), workspace('other')], ...options });
  return slack;
}

const callbackUrl = 'http://127.0.0.1:9/slack/oauth_redirect';

function authorizeUrl(to: SandboxSlack, change: Record<string, string> = {}): string {
  const url = new URL(to.authorizeUrl);
  const query = { client_id: to.app.clientId, scope: 'commands,chat:write', redirect_uri: callbackUrl, state: 's' };
  for (const [key, value] of Object.entries({ ...query, ...change })) {
    url.searchParams.set(key, value);
  }
  return url.href;
}

function codeOf(location: string): string {
  return new URL(location).searchParams.get('code') ?? '';
}

const secretsOf = (of: SandboxSlack) => ({ client_id: of.app.clientId, client_secret: of.app.clientSecret });

describe('installing by OAuth', () => {
  it('brings Bolt through its whole flow, for two workspaces', async () => {
    const started = await start();
    const installations = new Map<string, Installation>();
    const clientOptions = { slackApiUrl: started.apiUrl };
    const receiver = new HTTPReceiver({
      signingSecret: started.app.signingSecret,
      clientId: started.app.clientId,
      clientSecret: started.app.clientSecret,
      stateSecret: 'state-secret',
      scopes: ['commands', 'chat:write'],
      logLevel: LogLevel.ERROR,
      installerOptions: { clientOptions, authorizationUrl: started.authorizeUrl, directInstall: true },
      installationStore: {
        async storeInstallation(installation) {
          installations.set(installation.team?.id ?? '', installation);
        },
        async fetchInstallation(query) {
          const found = installations.get(query.teamId ?? '');
          if (found === undefined) {
            throw new Error('not installed');
          }
          return found;
        },
      },
    });
    const app = new App({ receiver, clientOptions, convoStore: false, logLevel: LogLevel.ERROR });
    app.command('/b24task', async ({ ack, client }) => ack(`bot of ${(await client.auth.test()).team_id}`));
    const server = await receiver.start({ port: 0, host: '127.0.0.1' });
    stopApp = async () => {
      server.closeAllConnections();
      await receiver.stop();
    };
    const address = server.address();
    const base = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;

    for (const team of ['acme', 'other']) {
      const begun = await fetch(`${base}/slack/install`, { redirect: 'manual' });
      const consentUrl = new URL(begun.headers.get('location') ?? '');
      consentUrl.searchParams.set('redirect_uri', `${base}/slack/oauth_redirect`);
      const page = await fetch(consentUrl);
      expect(await page.text()).toContain(`Allow in ${team} as anna`);
      const callback = started.consent(consentUrl.href, { team, user: 'anna' });
      const cookie = begun.headers.getSetCookie()[0]?.split(';')[0] ?? '';
      expect((await fetch(callback, { headers: { cookie } })).status).toBe(200);
    }
    expect([...installations.keys()].toSorted()).toEqual(['T0ACME0000', 'T1OTHER000']);

    started.connectHttp(`${base}/slack/events`);
    const answers = await Promise.all(
      ['acme', 'other'].map((team) => started.as('anna', { team }).command('/b24task')),
    );
    expect(answers.map((answer) => answer.body)).toEqual(['bot of T0ACME0000', 'bot of T1OTHER000']);
  });

  it('gives the consent page to a browser, whose form leads back with a code', async () => {
    const started = await start();
    const response = await fetch(authorizeUrl(started), {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ team: 'T0ACME0000', user: 'U0ANNA0000' }),
    });
    const location = response.headers.get('location') ?? '';
    expect(location).toMatch(/^http:\/\/127\.0\.0\.1:9\/slack\/oauth_redirect\?state=s&code=/);
    const denied = started.consent(authorizeUrl(started), { denied: true });
    expect(new URL(denied).searchParams.get('error')).toBe('access_denied');
  });

  it('refuses foreign clients, addresses, codes and secrets', async () => {
    const started = await start({ app: { redirectUris: [callbackUrl] } });
    expect((await fetch(authorizeUrl(started, { client_id: 'x' }))).status).toBe(400);
    expect((await fetch(authorizeUrl(started, { redirect_uri: 'http://evil.example/' }))).status).toBe(400);
    const code = codeOf(started.consent(authorizeUrl(started)));
    const client = clientOf(started, null);
    const access = (args: Record<string, string>) => client.oauth.v2.access({ ...secretsOf(started), code, ...args });
    expect(await accessRefusalOf(access({ client_secret: 'x' }))).toMatchObject({ error: 'bad_client_secret' });
    expect(await accessRefusalOf(access({ client_id: 'x' }))).toMatchObject({ error: 'invalid_client_id' });
    expect(await access({})).toMatchObject({ team: { id: 'T0ACME0000' }, enterprise: null });
    expect(await accessRefusalOf(access({}))).toMatchObject({ error: 'invalid_code' });
    const another = codeOf(started.consent(authorizeUrl(started)));
    expect(await accessRefusalOf(access({ code: another, redirect_uri: 'http://evil.example/' }))).toMatchObject({
      error: 'bad_redirect_uri',
    });
  });

  it('rotates tokens where the app asks for it', async () => {
    const clock = manualClock();
    const started = await start({ clock, app: { tokenRotation: true } });
    const client = clientOf(started, null);
    const first = await client.oauth.v2.access({
      ...secretsOf(started),
      code: codeOf(started.consent(authorizeUrl(started))),
    });
    expect(first).toMatchObject({ expires_in: 43_200, refresh_token: expect.stringMatching(/^xoxe-1-/) });
    const old = clientOf(started, String(first.access_token));
    expect((await old.auth.test()).ok).toBe(true);
    clock.advance(43_200_000);
    expect(await accessRefusalOf(old.auth.test())).toMatchObject({ error: 'token_expired' });

    const renew = () =>
      client.oauth.v2.access({
        ...secretsOf(started),
        grant_type: 'refresh_token',
        refresh_token: String(first.refresh_token),
      });
    const second = await renew();
    expect((await clientOf(started, String(second.access_token)).auth.test()).team_id).toBe('T0ACME0000');
    expect(await accessRefusalOf(renew())).toMatchObject({ error: 'invalid_refresh_token' });
  });

  it('installs in a whole organisation, whose one token works in its workspaces', async () => {
    const enterprise = { id: 'E0GRID0000', name: 'Grid' };
    const started = await start({
      workspaces: [workspace('acme', { enterprise }), workspace('other', { enterprise })],
    });
    const code = codeOf(started.consent(authorizeUrl(started, { scope: 'users:read' }), { org: true }));
    const answer = await clientOf(started, null).oauth.v2.access({ ...secretsOf(started), code });
    expect(answer).toMatchObject({ is_enterprise_install: true, enterprise, team: null });
    const org = clientOf(started, String(answer.access_token));
    for (const team of ['acme', 'other']) {
      const { id, teamId } = started.directory.person('anna', team);
      expect((await org.users.info({ user: id })).user?.team_id).toBe(teamId);
    }
    started.connectHttp('http://127.0.0.1:9/');
    const { interaction } = await started.as('anna', { team: 'other' }).command('/b24task');
    expect(interaction?.payload).toMatchObject({ is_enterprise_install: 'true', enterprise_id: 'E0GRID0000' });
  });

  it('ends with the tokens dead and both events sent, whoever ended it', async () => {
    const started = await start({
      workspaces: [workspace('acme', { installed: true }), workspace('other', { installed: true })],
    });
    const events: string[] = [];
    let announce = () => {};
    const receiver = new HTTPReceiver({ signingSecret: started.app.signingSecret, logLevel: LogLevel.ERROR });
    const app = new App({ receiver, logLevel: LogLevel.ERROR, authorize: async () => ({}) });
    app.event('app_uninstalled', async ({ body }) => void events.push(`uninstalled ${body.team_id}`));
    app.event('tokens_revoked', async ({ event }) => {
      events.push(`revoked ${event.tokens.bot?.join()}`);
      announce();
    });
    const server = await receiver.start({ port: 0, host: '127.0.0.1' });
    stopApp = async () => {
      server.closeAllConnections();
      await receiver.stop();
    };
    const address = server.address();
    started.connectHttp(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/slack/events`);

    const token = started.botToken('acme');
    await started.uninstall('acme');
    expect(events).toEqual(['uninstalled T0ACME0000', `revoked ${started.directory.team('acme').botUserId}`]);
    expect(await accessRefusalOf(clientOf(started, token).auth.test())).toMatchObject({ error: 'account_inactive' });
    expect(() => started.botToken('acme')).toThrow('not installed');

    const other = clientOf(started, started.botToken('other'));
    const told = new Promise<void>((resolve) => {
      announce = resolve;
    });
    expect(await accessRefusalOf(other.apps.uninstall({ client_id: 'x', client_secret: 'x' }))).toMatchObject({
      error: 'invalid_client_id',
    });
    expect((await other.apps.uninstall(secretsOf(started))).ok).toBe(true);
    await told;
    expect(events.slice(2)).toEqual(['uninstalled T1OTHER000', `revoked ${started.directory.team('other').botUserId}`]);
    expect(await accessRefusalOf(other.auth.test())).toMatchObject({ error: 'account_inactive' });
  });
});
