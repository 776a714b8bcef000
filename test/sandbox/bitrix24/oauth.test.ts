import { describe, expect, it } from 'vitest';
import type { Portal } from '../../../src/sandbox/bitrix24/portal.ts';
import { get, manualClock, openPortal, post, type Reply, sendMethod, v3Prefix } from './portal-client.ts';

const application = {
  clientId: 'local.app',
  clientSecret: 'app-secret',
  handlerUrl: 'https://bridge.example/callback?x=1',
};
const hourMs = 60 * 60 * 1000;

async function openAppPortal() {
  const clock = manualClock();
  const portal = await openPortal({ clock, oauth: application });
  return { clock, portal };
}

function token(
  portal: Portal,
  parameters: Record<string, string>,
  client: Partial<typeof application> = {},
): Promise<Reply> {
  const { clientId, clientSecret } = { ...application, ...client };
  const form = new URLSearchParams({ client_id: clientId, client_secret: clientSecret, ...parameters });
  return get(`${portal.origin}/oauth/token/?${form}`);
}

function codeFrom(callback: string): string {
  return new URL(callback).searchParams.get('code') ?? '';
}

describe('the authorisation page', () => {
  it('asks who is logged in and redirects to the handler of the application with code, state, domain, member and scope', async () => {
    const { portal } = await openAppPortal();
    portal.browser.loginAs(9);
    const url = `${portal.origin}/oauth/authorize/?client_id=${application.clientId}&state=s%20t`;
    const page = await get(url);
    expect(page.status).toBe(200);
    expect(page.text).toMatch(/value="9" required checked> Boris Weber/);

    const consent = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ user_id: '9' }),
    });
    expect(consent.status).toBe(302);
    const callback = new URL(consent.headers.get('location') ?? '');
    expect(`${callback.origin}${callback.pathname}`).toBe('https://bridge.example/callback');
    expect(Object.fromEntries(callback.searchParams)).toEqual({
      x: '1',
      code: expect.stringMatching(/^[a-z0-9]{32}$/),
      state: 's t',
      domain: new URL(portal.origin).host,
      member_id: expect.stringMatching(/^[0-9a-f]{32}$/),
      scope: 'task,tasks,user_basic',
      server_domain: new URL(portal.origin).host,
    });
    const tokens = await token(portal, { grant_type: 'authorization_code', code: codeFrom(callback.href) });
    expect(tokens.status).toBe(200);
  });

  it('tells the person, and not the application, what is wrong', async () => {
    const { portal } = await openAppPortal();
    const wrong = await get(`${portal.origin}/oauth/authorize/?client_id=other&state=s`);
    expect([wrong.status, wrong.headers.get('location')]).toEqual([400, null]);
    portal.oauth.uninstallApp();
    expect((await get(`${portal.origin}/oauth/authorize/?client_id=${application.clientId}`)).status).toBe(400);
  });

  it('can be made to send a callback with other parameters', async () => {
    const { portal } = await openAppPortal();
    portal.browser.loginAs(7);
    portal.oauth.tamper({
      callback: (parameters) => {
        parameters.set('domain', 'evil.example');
        return parameters;
      },
    });
    expect(
      portal.browser.approve(`${portal.origin}/oauth/authorize/?client_id=${application.clientId}&state=s`),
    ).toContain('domain=evil.example');
  });
});

describe('the token server', () => {
  it('gives tokens for a code once, and within 30 seconds', async () => {
    const { clock, portal } = await openAppPortal();
    portal.browser.loginAs(7);
    const approve = () =>
      codeFrom(portal.browser.approve(`${portal.origin}/oauth/authorize/?client_id=${application.clientId}&state=s`));
    const code = approve();
    clock.advance(29_999);
    expect(await token(portal, { grant_type: 'authorization_code', code })).toMatchObject({
      status: 200,
      json: {
        client_endpoint: `${portal.origin}/rest/`,
        expires_in: 3600,
        scope: 'task,tasks,user_basic',
        status: 'L',
      },
    });
    expect(await token(portal, { grant_type: 'authorization_code', code })).toMatchObject({
      status: 400,
      json: { error: 'invalid_grant' },
    });
    const late = approve();
    clock.advance(30_000);
    expect(await token(portal, { grant_type: 'authorization_code', code: late })).toMatchObject({
      status: 400,
      json: { error: 'invalid_grant' },
    });
  });

  it('rotates the refresh token: the old one is worth nothing, the new answer says who and until when', async () => {
    const { clock, portal } = await openAppPortal();
    const first = portal.oauth.grant(7);
    const body = new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: application.clientId,
      client_secret: application.clientSecret,
      refresh_token: first.refreshToken,
    });
    const renewed = await post(`${portal.origin}/oauth/token/`, body.toString(), {
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect(renewed).toMatchObject({
      status: 200,
      json: { user_id: 7, expires: Math.floor((clock.now() + hourMs) / 1000) },
    });
    expect(renewed.text).not.toContain(first.refreshToken);
    expect(await token(portal, { grant_type: 'refresh_token', refresh_token: first.refreshToken })).toMatchObject({
      status: 400,
      json: { error: 'invalid_grant' },
    });
    expect(portal.oauth.counts).toMatchObject({ refreshCalls: 2, refused: 1 });
  });

  it('forgets refresh tokens after 180 days', async () => {
    const { clock, portal } = await openAppPortal();
    const { refreshToken } = portal.oauth.grant(7);
    clock.advance(180 * 24 * hourMs);
    expect(await token(portal, { grant_type: 'refresh_token', refresh_token: refreshToken })).toMatchObject({
      json: { error: 'invalid_grant' },
    });
  });

  it('refuses a wrong client, an uninstalled one, and a request without its parts', async () => {
    const { portal } = await openAppPortal();
    const { refreshToken } = portal.oauth.grant(7);
    const refresh = { grant_type: 'refresh_token', refresh_token: refreshToken };
    expect(await token(portal, refresh, { clientSecret: 'wrong' })).toMatchObject({
      status: 401,
      json: { error: 'invalid_client' },
    });
    expect(await token(portal, { grant_type: 'refresh_token' })).toMatchObject({
      status: 400,
      json: { error: 'invalid_request' },
    });
    expect(await token(portal, { grant_type: 'password', code: 'x' })).toMatchObject({
      status: 400,
      json: { error: 'invalid_request' },
    });
    portal.oauth.uninstallApp();
    expect(await token(portal, refresh)).toMatchObject({ status: 401, json: { error: 'invalid_client' } });
  });

  it('can fail before and after the refresh token is used up', async () => {
    const { portal } = await openAppPortal();
    const { refreshToken } = portal.oauth.grant(7);
    const refresh = () => token(portal, { grant_type: 'refresh_token', refresh_token: refreshToken });
    portal.oauth.failNext({ kind: 'error', code: 'PAYMENT_REQUIRED', status: 402 });
    expect(await refresh()).toMatchObject({ status: 402, json: { error: 'PAYMENT_REQUIRED' } });
    portal.oauth.failNext({ kind: 'reset', moment: 'before' });
    await expect(refresh()).rejects.toThrow();
    portal.oauth.failNext({ kind: 'html', status: 502, moment: 'after' });
    expect((await refresh()).status).toBe(502);
    expect(await refresh()).toMatchObject({ json: { error: 'invalid_grant' } });
  });
});

describe('an access token', () => {
  it('is taken from the body, the header and the query, in both generations, and acts as its person', async () => {
    const { portal } = await openAppPortal();
    const { accessToken } = portal.oauth.grant(9);
    const fields = { taskId: 51, text: 'x' };
    expect((await post(`${portal.origin}/rest/api/${sendMethod}`, { fields, auth: accessToken })).status).toBe(200);
    expect(
      (await post(`${portal.origin}/rest/api/${sendMethod}`, { fields }, { authorization: `Bearer ${accessToken}` }))
        .status,
    ).toBe(200);
    expect((await post(`${portal.origin}/rest/api/${sendMethod}?auth=${accessToken}`, { fields })).status).toBe(200);
    expect(portal.chat(51)).toMatchObject([{ author: { id: 9 } }, { author: { id: 9 } }, { author: { id: 9 } }]);
    expect(await get(`${portal.origin}/rest/profile.json?auth=${accessToken}`)).toMatchObject({
      json: { result: { ID: '9' } },
    });
  });

  it('in the body makes a repeat after a refresh another body', async () => {
    const { portal } = await openAppPortal();
    const sendAs = (auth: string) =>
      post(
        `${portal.origin}/rest/api/${sendMethod}`,
        { fields: { taskId: 51, text: 'x' }, auth },
        { 'idempotency-key': 'k' },
      );
    expect((await sendAs(portal.oauth.grant(7).accessToken)).status).toBe(200);
    expect((await sendAs(portal.oauth.grant(7).accessToken)).status).toBe(422);
    expect(portal.counts.messages).toBe(1);
  });

  it('ends after an hour, is forgotten on revocation, and is refused flat in both generations', async () => {
    const { clock, portal } = await openAppPortal();
    const { accessToken, refreshToken } = portal.oauth.grant(7);
    const answers = async () => [
      await post(`${portal.origin}/rest/api/${sendMethod}`, { fields: {}, auth: accessToken }),
      await get(`${portal.origin}/rest/profile?auth=${accessToken}`),
    ];
    const both = (status: number, error: string) => [
      { status, json: { error } },
      { status, json: { error } },
    ];
    portal.oauth.setUserAllowed(7, false);
    expect(await answers()).toMatchObject(both(403, 'user_access_error'));
    portal.oauth.setUserAllowed(7, true);
    clock.advance(hourMs);
    expect(await answers()).toMatchObject(both(401, 'expired_token'));
    portal.oauth.revokeApp(7);
    expect(await answers()).toMatchObject(both(401, 'invalid_token'));
    expect(await token(portal, { grant_type: 'refresh_token', refresh_token: refreshToken })).toMatchObject({
      json: { error: 'invalid_grant' },
    });
    portal.oauth.uninstallApp();
    expect(await answers()).toMatchObject(both(401, 'APPLICATION_NOT_FOUND'));
  });

  it('can be made to end at once for one person, who may refresh', async () => {
    const { portal } = await openAppPortal();
    const [anna, boris] = [portal.oauth.grant(7), portal.oauth.grant(9)];
    portal.oauth.expireTokens(7);
    const status = async (auth: string) => (await get(`${portal.origin}/rest/profile?auth=${auth}`)).status;
    expect([await status(anna.accessToken), await status(boris.accessToken)]).toEqual([401, 200]);
    expect((await token(portal, { grant_type: 'refresh_token', refresh_token: anna.refreshToken })).status).toBe(200);
  });

  it('says that no token was given where there is none', async () => {
    const { portal } = await openAppPortal();
    expect(await get(`${portal.origin}/rest/profile`)).toMatchObject({ status: 401, json: { error: 'NO_AUTH_FOUND' } });
    expect(await post(`${portal.origin}/rest/api/${sendMethod}`, {})).toMatchObject({
      status: 401,
      json: { error: { code: `${v3Prefix}ACCESSDENIEDEXCEPTION` } },
    });
  });
});
