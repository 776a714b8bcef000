import { describe, expect, it } from 'vitest';
import { createAccountProbe } from '../../src/bitrix24/account-probe.ts';
import { createTokenExchange } from '../../src/bitrix24/token-exchange.ts';
import type { OAuthCredential } from '../../src/domain/identity.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { Portal } from '../../src/sandbox/bitrix24/portal.ts';
import { manualClock } from '../support/manual-clock.ts';
import { type HarnessOptions, type LogLine, openHarness, originOf, recordingLog } from './harness.ts';
import { openPortal } from './portals.ts';
import { httpAnswer, startWire } from './wire.ts';

const clientId = 'local.1';
const handlerUrl = 'https://bridge.example/bitrix24/callback';

function exchangeWith(oauthUrl: string, options: HarnessOptions = {}, clientSecret = 'shh') {
  const { caller } = openHarness({ portals: undefined, trusted: [new URL(oauthUrl).origin], ...options });
  const lines: LogLine[] = [];
  const log = recordingLog(lines);
  const { clock = manualClock() } = options;
  const secret = new Secret(clientSecret);
  return { lines, ...createTokenExchange({ caller, oauthUrl, clientId, clientSecret: secret, clock, log }) };
}

function openOauthPortal(clock?: { now(): number }): Promise<Portal> {
  return openPortal({ oauth: { clientId, clientSecret: 'shh', handlerUrl }, ...(clock ? { clock } : {}) });
}

/** Anna consents in her browser; the callback's parameters come back. */
function consent(portal: Portal, authoriseUrl: string) {
  portal.browser.loginAs(7);
  const callback = new URL(portal.browser.approve(authoriseUrl)).searchParams;
  return {
    portal: originOf(portal.origin),
    state: callback.get('state'),
    code: new Secret(callback.get('code') ?? ''),
    memberId: callback.get('member_id') ?? '',
  };
}

async function connect(portal: Portal, exchange: ReturnType<typeof exchangeWith>): Promise<OAuthCredential> {
  const address = exchange.authoriseUrl({ portal: originOf(portal.origin), state: 's' });
  const redeemed = await exchange.redeem(consent(portal, address));
  if (!redeemed.ok) {
    throw new Error(redeemed.failure.kind);
  }
  return redeemed.value;
}

describe('connecting by consent', () => {
  it('turns a code into a credential that works', async () => {
    const portal = await openOauthPortal();
    const exchange = exchangeWith(portal.origin);
    const address = exchange.authoriseUrl({ portal: originOf(portal.origin), state: 'a b&c' });
    const callback = consent(portal, address);
    expect(callback.state).toBe('a b&c');
    const redeemed = await exchange.redeem(callback);
    expect(redeemed).toMatchObject({ ok: true, value: { kind: 'oauth', portal: portal.origin } });
    if (!redeemed.ok) {
      throw new Error(redeemed.failure.kind);
    }
    const { reads } = openHarness({ portals: [redeemed.value.portal] });
    expect(await createAccountProbe({ reads }).probe(redeemed.value)).toMatchObject({
      value: { account: { portal: portal.origin, userId: '7', name: 'Anna Petrova' } },
    });
  });

  it('sends everything secret in the body', async () => {
    const wire = await startWire(({ socket }) => socket.end(httpAnswer(400, '{"error":"invalid_grant"}')));
    const portal = originOf('https://acme.bitrix24.com');
    await exchangeWith(wire.origin).redeem({ portal, code: new Secret('c&d'), memberId: 'm' });
    const [request] = wire.requests;
    expect(request?.head).toMatch(/^POST \/oauth\/token\/ HTTP\/1\.1\r\n/);
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
      grant_type: 'authorization_code',
      code: 'c&d',
      client_id: clientId,
      client_secret: 'shh',
    });
  });

  it('fails when the code is used again or is too old', async () => {
    let now = 1_800_000_000_000;
    const portal = await openOauthPortal({ now: () => now });
    const exchange = exchangeWith(portal.origin);
    const address = exchange.authoriseUrl({ portal: originOf(portal.origin), state: 's' });
    const rejected = { ok: false, failure: { kind: 'credential-rejected' } };
    const used = consent(portal, address);
    await exchange.redeem(used);
    expect(await exchange.redeem(used)).toEqual(rejected);
    const old = consent(portal, address);
    now += 30_001;
    expect(await exchange.redeem(old)).toEqual(rejected);
  });

  it.each([
    ['tokens for another portal', { client_endpoint: 'https://evil.example/rest/' }, 'https://evil.example'],
    ['tokens of another member', { member_id: 'somebody-else' }, undefined],
  ])('fails when the answer has %s', async (_, lie, named) => {
    const portal = await openOauthPortal();
    portal.oauth.tamper({ tokens: (answer) => ({ ...answer, ...lie }) });
    const exchange = exchangeWith(portal.origin);
    const address = exchange.authoriseUrl({ portal: originOf(portal.origin), state: 's' });
    expect(await exchange.redeem(consent(portal, address))).toEqual({
      ok: false,
      failure: { kind: 'portal-not-allowed', portal: named ?? portal.origin },
    });
  });

  it('refuses a portal in a folder, which calls to its origin would miss', async () => {
    const portal = await openOauthPortal();
    portal.oauth.tamper({ tokens: (answer) => ({ ...answer, client_endpoint: `${portal.origin}/b24/rest/` }) });
    const exchange = exchangeWith(portal.origin);
    const address = exchange.authoriseUrl({ portal: originOf(portal.origin), state: 's' });
    expect(await exchange.redeem(consent(portal, address))).toEqual({
      ok: false,
      failure: { kind: 'portal-in-folder', portal: portal.origin },
    });
  });

  it('stays on https where the token server names the portal with http', async () => {
    const portal = originOf('https://acme.bitrix24.com');
    const answer = { access_token: 'a', refresh_token: 'r', member_id: 'm' };
    const named = (endpoint: string) =>
      startWire(({ socket }) => socket.end(httpAnswer(200, JSON.stringify({ ...answer, client_endpoint: endpoint }))));
    const redeem = { portal, code: new Secret('code'), memberId: 'm' };
    const http = exchangeWith((await named('http://acme.bitrix24.com/rest/')).origin);
    const redeemed = await http.redeem(redeem);
    expect(redeemed).toMatchObject({ ok: true, value: { portal } });
    expect(redeemed.ok && (await http.refresh(redeemed.value))).toMatchObject({ ok: true, value: { portal } });
    const foreign = exchangeWith((await named('http://evil.example/rest/')).origin);
    expect(await foreign.redeem(redeem)).toMatchObject({ failure: { kind: 'portal-not-allowed' } });
  });

  it('takes a code that is said to be bad for one that is too old', async () => {
    const wire = await startWire(({ socket }) => socket.end(httpAnswer(400, '{"error":"bad_verification_code"}')));
    const redeem = { portal: originOf('https://acme.bitrix24.com'), code: new Secret('code'), memberId: 'm' };
    expect(await exchangeWith(wire.origin).redeem(redeem)).toMatchObject({ failure: { kind: 'credential-rejected' } });
  });

  it('takes no notice of the token server naming itself as the domain', async () => {
    const portal = await openOauthPortal();
    portal.oauth.tamper({ tokens: (answer) => ({ ...answer, domain: 'oauth.bitrix24.tech' }) });
    expect(await connect(portal, exchangeWith(portal.origin))).toMatchObject({ portal: portal.origin });
  });
});

describe('refreshing tokens', () => {
  it('gives new ones, and the old refresh token is used up', async () => {
    const portal = await openOauthPortal();
    const exchange = exchangeWith(portal.origin);
    const first = await connect(portal, exchange);
    const refreshed = await exchange.refresh(first);
    if (!refreshed.ok) {
      throw new Error(refreshed.failure.kind);
    }
    expect(refreshed.value).toMatchObject({ portal: portal.origin, memberId: first.memberId });
    expect(refreshed.value.accessToken.reveal()).not.toBe(first.accessToken.reveal());
    expect(refreshed.value.refreshToken.reveal()).not.toBe(first.refreshToken.reveal());
    expect(await exchange.refresh(first)).toEqual({ ok: false, failure: { kind: 'credential-rejected' } });
  });

  it('gives those of another address, where the same portal is now', async () => {
    const portal = await openOauthPortal();
    const exchange = exchangeWith(portal.origin);
    const first = await connect(portal, exchange);
    portal.oauth.tamper({ tokens: (answer) => ({ ...answer, client_endpoint: 'https://new.bitrix24.com/rest/' }) });
    expect(await exchange.refresh(first)).toMatchObject({
      ok: true,
      value: { portal: 'https://new.bitrix24.com', memberId: first.memberId },
    });
  });

  it.each([
    [{ member_id: 'somebody-else' }, { kind: 'credential-rejected' }],
    [{ client_endpoint: 'nonsense' }, { kind: 'authorisation-unavailable' }],
    [{ access_token: '' }, { kind: 'authorisation-unavailable' }],
  ])('that come with %j is refused', async (lie, failure) => {
    const portal = await openOauthPortal();
    const exchange = exchangeWith(portal.origin);
    const first = await connect(portal, exchange);
    portal.oauth.tamper({ tokens: (answer) => ({ ...answer, ...lie }) });
    expect(await exchange.refresh(first)).toEqual({ ok: false, failure });
  });

  it('with a wrong client secret is for the administrator to mend', async () => {
    const portal = await openOauthPortal();
    const first = await connect(portal, exchangeWith(portal.origin));
    const refreshed = await exchangeWith(portal.origin, {}, 'wrong').refresh(first);
    expect(refreshed).toEqual({ ok: false, failure: { kind: 'application-gone' } });
  });
});

/** An answer with tokens, one part of which is replaced. */
function tokensWith(name: string, value: string): string {
  const whole = {
    access_token: 'a',
    refresh_token: 'r',
    member_id: 'm',
    client_endpoint: 'https://acme.bitrix24.com/rest/',
  };
  return JSON.stringify({ ...whole, [name]: name === 'client_endpoint' ? `${whole.client_endpoint}${value}` : value });
}

describe('a token server that does not give tokens', () => {
  const credential: OAuthCredential = {
    kind: 'oauth',
    portal: originOf('https://acme.bitrix24.com'),
    accessToken: new Secret('access-hush'),
    refreshToken: new Secret('refresh-hush'),
    memberId: 'm',
  };

  it.each([
    [400, '{"error":"invalid_grant"}', { kind: 'credential-rejected' }],
    [401, '{"error":"invalid_client"}', { kind: 'application-gone' }],
    [200, '{"error":"wrong_client"}', { kind: 'application-gone' }],
    [401, '{"error":"NOT_INSTALLED"}', { kind: 'application-gone' }],
    [400, '{"error":"bad_verification_code"}', { kind: 'application-gone' }],
    [403, '<html></html>', { kind: 'application-gone' }],
    [403, '{"error":"insufficient_scope"}', { kind: 'missing-scope', scopes: ['task', 'tasks'] }],
    [400, '{"error":"invalid_scope"}', { kind: 'missing-scope', scopes: ['task', 'tasks'] }],
    [402, '{"error":"PAYMENT_REQUIRED"}', { kind: 'plan' }],
    [402, '', { kind: 'plan' }],
    [400, '{"error":"invalid_request"}', { kind: 'unexpected', code: 'invalid_request', status: 400 }],
    [404, '<html></html>', { kind: 'application-gone' }],
    [429, '', { kind: 'authorisation-unavailable' }],
    [500, '{"error":"INTERNAL_SERVER_ERROR"}', { kind: 'authorisation-unavailable' }],
    [502, '<html></html>', { kind: 'authorisation-unavailable' }],
    [200, '', { kind: 'authorisation-unavailable' }],
    [302, '', { kind: 'authorisation-unavailable' }],
  ])('but %i %s means a failure of its kind', async (status, body, failure) => {
    const wire = await startWire(({ socket }) => socket.end(httpAnswer(status, body)));
    const exchange = exchangeWith(wire.origin);
    expect(await exchange.refresh(credential)).toEqual({ ok: false, failure });
    expect(JSON.stringify(exchange.lines)).not.toMatch(/hush|shh/);
    expect(exchange.lines).toMatchObject([{ level: 'warn', fields: { grant: 'refresh_token', failure } }]);
  });

  it.each(['access_token', 'refresh_token', 'member_id', 'client_endpoint'])(
    'when its %s is longer than any is asked again later',
    async (name) => {
      const wire = await startWire(({ socket }) => socket.end(httpAnswer(200, tokensWith(name, 'x'.repeat(5_000)))));
      const unavailable = { ok: false, failure: { kind: 'authorisation-unavailable' } };
      expect(await exchangeWith(wire.origin).refresh(credential)).toEqual(unavailable);
    },
  );

  it('because it asks to be left alone is not asked before', async () => {
    const wire = await startWire(({ socket }) => socket.end(httpAnswer(429, '', { 'retry-after': '30' })));
    const clock = manualClock();
    const exchange = exchangeWith(wire.origin, { clock });
    const unavailable = { ok: false, failure: { kind: 'authorisation-unavailable' } };
    expect(await exchange.refresh(credential)).toEqual(unavailable);
    clock.advance(29_999);
    expect(await exchange.refresh(credential)).toEqual(unavailable);
    expect(wire.requests).toHaveLength(1);
    clock.advance(1);
    await exchange.refresh(credential);
    expect(wire.requests).toHaveLength(2);
  });

  it('because it is off or silent is asked again later', async () => {
    const wire = await startWire();
    const clock = manualClock();
    const unavailable = { ok: false, failure: { kind: 'authorisation-unavailable' } };
    const refreshing = exchangeWith(wire.origin, { clock }).refresh(credential);
    await wire.take();
    clock.advance(10_000);
    expect(await refreshing).toEqual(unavailable);
    await wire.close();
    expect(await exchangeWith(wire.origin).refresh(credential)).toEqual(unavailable);
  });
});
