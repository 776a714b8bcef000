import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { portalOriginOf } from '../../src/domain/portal.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { CallbackResult } from '../../src/linking/consent.ts';
import {
  anna,
  bob,
  comeBack,
  connected,
  type LinkingHarness,
  openLink,
  openLinkingHarness,
  routeOf,
  startAuthorization,
} from './harness.ts';

const minute = 60_000;
const anything = z.unknown();

describe('connecting by consent', () => {
  it('stores nothing as an identity before the person has confirmed it in Slack', async () => {
    const harness = await openLinkingHarness();
    const traveller = await startAuthorization(harness);
    const callbackResult = await harness.connecting.handleCallback(comeBack(harness, traveller));
    expect(callbackResult).toMatchObject({ kind: 'asked', id: traveller.id });
    expect(await harness.connecting.show(traveller.id, keptAfter(callbackResult))).toMatchObject({
      account: { userId: '7', name: 'Anna Petrova' },
      number: '4821',
    });
    expect(await harness.linking.find(anna)).toBeUndefined();
    const [question] = harness.questions;
    expect(question).toMatchObject({ account: { name: 'Anna Petrova' }, origin: { route: routeOf(anna) } });
    const confirmed = await harness.connecting.confirm(anna, question?.grant ?? '', '4821');
    expect(confirmed).toMatchObject({ kind: 'linked', linked: { account: { portal: harness.origin, userId: '7' } } });
    expect(await harness.linking.find(anna)).toMatchObject({ credential: { kind: 'oauth', portal: harness.origin } });
  });

  it('sends nobody to a portal that is not allowed, or to what is no portal', async () => {
    const harness = await openLinkingHarness();
    const begin = (text: string) => harness.connecting.begin(anna, text, routeOf(anna));
    expect(await begin('evil.example')).toEqual({ kind: 'portal-not-allowed', portal: 'https://evil.example' });
    for (const text of ['', ' ', 'acme bitrix24', 'javascript:alert(1)', 'anna@acme.bitrix24.com', 'ftp://acme.com']) {
      expect(await begin(text)).toEqual({ kind: 'not-an-address' });
    }
    expect(await begin(`${harness.origin}/company/?x=1`)).toMatchObject({ kind: 'begun', portal: harness.origin });
  });

  it('takes a portal as people write it', async () => {
    const acme = portalOriginOf('https://acme.bitrix24.com');
    const harness = await openLinkingHarness({ portals: acme ? [acme] : [] });
    for (const text of ['acme.bitrix24.com', ' ACME.bitrix24.com. ', 'https://acme.bitrix24.com/stream/']) {
      expect(await harness.connecting.begin(anna, text, routeOf(anna))).toMatchObject({ kind: 'begun', portal: acme });
    }
  });

  it('lets a page be loaded again, and gives each consent secrets of its own', async () => {
    const harness = await openLinkingHarness();
    const begun = await harness.connecting.begin(anna, harness.origin, routeOf(anna));
    if (begun.kind !== 'begun') {
      throw new Error(begun.kind);
    }
    const link = new URL(begun.address).searchParams.get('link') ?? '';
    const once = await openLink(harness.connecting, link);
    expect(await openLink(harness.connecting, link, once.kept)).toEqual(once);
    const other = await startAuthorization(harness);
    const [state, otherState] = [once.authoriseUrl, other.authoriseUrl].map(stateIn);
    expect(state).not.toBe(otherState);
    expect(state).not.toContain(link.split('.').at(-1));
    expect(state?.split('.').at(-1)?.length).toBeGreaterThanOrEqual(22);
  });

  it('deletes what the portal gave when the person says that it is not theirs', async () => {
    const harness = await openLinkingHarness();
    await harness.connecting.handleCallback(comeBack(harness, await startAuthorization(harness)));
    const grant = harness.questions[0]?.grant ?? '';
    expect(await harness.connecting.decline(anna, grant)).toBe(true);
    expect(await harness.connecting.decline(anna, grant)).toBe(false);
    expect(await harness.connecting.confirm(anna, grant, '4821')).toEqual({ kind: 'gone' });
    expect(await harness.linking.find(anna)).toBeUndefined();
  });

  it('keeps nothing when the person cannot be asked', async () => {
    const harness = await openLinkingHarness();
    harness.closeSlack();
    expect(await harness.connecting.handleCallback(comeBack(harness, await startAuthorization(harness)))).toEqual({
      kind: 'not-told',
    });
    expect(await harness.storage.records({ name: 'grant', schema: anything }).list()).toEqual([]);
  });

  it('wants the scopes that writing needs, and names what is missing', async () => {
    const harness = await openLinkingHarness({ scopes: ['task', 'user_basic'] });
    expect(await harness.connecting.handleCallback(comeBack(harness, await startAuthorization(harness)))).toMatchObject(
      {
        kind: 'failed',
        failure: { kind: 'missing-scope', scopes: ['tasks'] },
      },
    );
    expect(harness.questions).toEqual([]);
  });

  it('resumes under the new credential when the same user connects again, with a new identity', async () => {
    const harness = await openLinkingHarness();
    const first = await connected(harness);
    const second = await connected(harness);
    expect(second.account).toEqual(first.account);
    expect(second.id).not.toBe(first.id);
  });
});

describe('an attack on connecting fails, and nothing is stored:', () => {
  it.each([
    ['a forged state', () => 'Zm9yZ2Vk.Zm9yZ2VkLXN0YXRlLW9mLW5vYm9keQ'],
    ['an empty state', () => ''],
    ['a state without a dot', () => 'nothing'],
    ['a state of another consent', (_: string, other: string) => other],
    ['the id of one consent with the secret of another', mix],
    ['a state that is cut short', (own: string) => own.slice(0, -1)],
    ['a state with more behind it', (own: string) => `${own}A`],
  ])('%s', async (_, change) => {
    const harness = await openLinkingHarness();
    const callback = comeBack(harness, await startAuthorization(harness));
    const other = comeBack(harness, await startAuthorization(harness, bob), 9);
    const forged = { ...callback, state: change(callback.state, other.state) };
    expect((await harness.connecting.handleCallback(forged)).kind).toMatch(/^(unknown-state|other-browser)$/);
    await expectNothingStored(harness);
    expect(harness.portal.oauth.counts.codeCalls).toBe(0);
    expect(await harness.connecting.handleCallback(callback)).toMatchObject({ kind: 'asked' });
  });

  it('a state used twice, also at the same time', async () => {
    const harness = await openLinkingHarness();
    const traveller = await startAuthorization(harness);
    const callbacks = [comeBack(harness, traveller), comeBack(harness, traveller), comeBack(harness, traveller)];
    const arrivals = await Promise.all(callbacks.map((callback) => harness.connecting.handleCallback(callback)));
    expect(arrivals.map(({ kind }) => kind).sort()).toEqual(['asked', 'unknown-state', 'unknown-state']);
    expect(await harness.connecting.handleCallback(comeBack(harness, traveller))).toEqual({ kind: 'unknown-state' });
    expect(harness.questions).toHaveLength(1);
  });

  it('a state older than ten minutes', async () => {
    const harness = await openLinkingHarness();
    const [young, old] = [await startAuthorization(harness), await startAuthorization(harness)];
    harness.passTime(10 * minute - 1);
    expect(await harness.connecting.handleCallback(comeBack(harness, young))).toMatchObject({ kind: 'asked' });
    harness.passTime(1);
    expect(await harness.connecting.handleCallback(comeBack(harness, old))).toEqual({ kind: 'unknown-state' });
  });

  it('a link older than ten minutes, or one with another secret', async () => {
    const harness = await openLinkingHarness();
    const begun = await harness.connecting.begin(anna, harness.origin, routeOf(anna));
    const link = begun.kind === 'begun' ? (new URL(begun.address).searchParams.get('link') ?? '') : '';
    const open = (text: string) => harness.connecting.startAuthorization(text, () => undefined);
    expect(await open(`${link.split('.')[0]}.${'A'.repeat(32)}`)).toBeUndefined();
    expect(await open(link)).toBeDefined();
    harness.passTime(10 * minute);
    expect(await open(link)).toBeUndefined();
  });

  it('a callback that another user is made to open in their browser', async () => {
    const harness = await openLinkingHarness();
    const mallory = comeBack(harness, await startAuthorization(harness, bob), 9);
    const annasBrowser = await startAuthorization(harness, anna);
    for (const kept of [undefined, annasBrowser.kept]) {
      const opened = await harness.connecting.handleCallback({ ...mallory, browserOf: () => kept });
      expect(opened).toEqual({ kind: 'other-browser' });
    }
    await expectNothingStored(harness);
    expect(harness.portal.oauth.counts.codeCalls).toBe(0);
  });

  it('an account planted on somebody who did not agree to it: they are asked, and others cannot answer', async () => {
    const harness = await openLinkingHarness();
    await harness.connecting.handleCallback(comeBack(harness, await startAuthorization(harness, anna), 9));
    const grant = harness.questions[0]?.grant ?? '';
    expect(harness.questions[0]).toMatchObject({ origin: { route: { user: anna.user } }, account: { userId: '9' } });
    expect(await harness.connecting.waiting(bob, grant)).toBeUndefined();
    expect(await harness.connecting.confirm(bob, grant, '4821')).toEqual({ kind: 'gone' });
    expect(await harness.connecting.decline(bob, grant)).toBe(false);
    expect(await harness.connecting.waiting(anna, grant)).toMatchObject({ userId: '9' });
    expect(await harness.linking.find(anna)).toBeUndefined();
  });

  it('a link passed on to somebody else, whose browser alone shows the number', async () => {
    const harness = await openLinkingHarness();
    await harness.connecting.handleCallback(comeBack(harness, await startAuthorization(harness, bob), 7));
    const grant = harness.questions[0]?.grant ?? '';
    const guess = (number: string) => harness.connecting.confirm(bob, grant, number);
    expect(await guess('0000')).toEqual({ kind: 'wrong-number', triesLeft: 2 });
    expect(await guess('')).toEqual({ kind: 'wrong-number', triesLeft: 1 });
    expect(await guess('1111')).toEqual({ kind: 'gone' });
    expect(await guess('4821')).toEqual({ kind: 'gone' });
    await expectNothingStored(harness);
  });

  it('guesses at the same time do not get more tries', async () => {
    const harness = await openLinkingHarness();
    await harness.connecting.handleCallback(comeBack(harness, await startAuthorization(harness)));
    const grant = harness.questions[0]?.grant ?? '';
    const guesses = Array.from({ length: 20 }, (_, index) =>
      harness.connecting.confirm(anna, grant, `${1000 + index}`),
    );
    const wrong = (await Promise.all(guesses)).filter(({ kind }) => kind === 'wrong-number');
    expect(wrong.length).toBeLessThanOrEqual(2);
  });

  it('a number asked for by another browser, or after it was used or has got old', async () => {
    const harness = await openLinkingHarness();
    const [first, second] = [await startAuthorization(harness), await startAuthorization(harness)];
    const firstKeeps = keptAfter(await harness.connecting.handleCallback(comeBack(harness, first)));
    for (const kept of [undefined, '', first.kept, second.kept, `${firstKeeps}x`]) {
      expect(await harness.connecting.show(first.id, kept)).toBeUndefined();
    }
    expect(await harness.connecting.show(first.id, firstKeeps)).toBeDefined();
    await harness.connecting.confirm(anna, first.id, '4821');
    expect(await harness.connecting.show(first.id, firstKeeps)).toBeUndefined();
    const secondKeeps = keptAfter(await harness.connecting.handleCallback(comeBack(harness, second)));
    expect(await harness.connecting.show(second.id, secondKeeps)).toBeDefined();
    harness.passTime(10 * minute);
    expect(await harness.connecting.show(second.id, secondKeeps)).toBeUndefined();
  });

  it('a question answered after ten minutes, wrong tries in between or not', async () => {
    const harness = await openLinkingHarness();
    const keeps = keptAfter(
      await harness.connecting.handleCallback(comeBack(harness, await startAuthorization(harness))),
    );
    const grant = harness.questions[0]?.grant ?? '';
    harness.passTime(9 * minute);
    expect(await harness.connecting.confirm(anna, grant, '1')).toMatchObject({ kind: 'wrong-number' });
    expect(await harness.connecting.show(grant, keeps)).toBeDefined();
    harness.passTime(minute);
    expect(await harness.connecting.show(grant, keeps)).toBeUndefined();
    expect(await harness.connecting.waiting(anna, grant)).toBeUndefined();
    expect(await harness.connecting.confirm(anna, grant, '4821')).toEqual({ kind: 'gone' });
    await expectNothingStored(harness);
  });

  it.each(['evil.example', '127.0.0.1', 'user@evil.example', ''])('a callback of the domain %j', async (domain) => {
    const harness = await openLinkingHarness();
    const callback = comeBack(harness, await startAuthorization(harness));
    expect(await harness.connecting.handleCallback({ ...callback, domain })).toMatchObject({
      kind: 'failed',
      failure: { kind: 'portal-not-allowed' },
    });
    expect(harness.portal.oauth.counts.codeCalls).toBe(0);
    await expectNothingStored(harness);
  });

  it.each([
    ['tokens for another portal', { client_endpoint: 'https://evil.example/rest/' }],
    ['tokens for a private address', { client_endpoint: 'http://169.254.169.254/rest/' }],
    ['tokens of another member', { member_id: 'somebody-else' }],
  ])('%s', async (_, lie) => {
    const harness = await openLinkingHarness();
    harness.portal.oauth.tamper({ tokens: (answer) => ({ ...answer, ...lie }) });
    const callbackResult = await harness.connecting.handleCallback(
      comeBack(harness, await startAuthorization(harness)),
    );
    expect(callbackResult).toMatchObject({ kind: 'failed', failure: { kind: 'portal-not-allowed' } });
    expect(harness.portal.requests).toEqual([]);
    await expectNothingStored(harness);
  });

  it('a portal whose address may not be connected to', async () => {
    const harness = await openLinkingHarness({ reaches: [] });
    const callbackResult = await harness.connecting.handleCallback(
      comeBack(harness, await startAuthorization(harness)),
    );
    expect(callbackResult).toMatchObject({
      kind: 'failed',
      failure: { kind: 'portal-not-allowed', portal: harness.origin },
    });
    await expectNothingStored(harness);
  });

  it('a code that is too old, or was used elsewhere', async () => {
    const harness = await openLinkingHarness();
    const rejected = { kind: 'failed', failure: { kind: 'credential-rejected' } };
    const old = comeBack(harness, await startAuthorization(harness));
    harness.passTime(30_000);
    expect(await harness.connecting.handleCallback(old)).toMatchObject(rejected);
    const invented = { ...comeBack(harness, await startAuthorization(harness)), code: new Secret('invented') };
    expect(await harness.connecting.handleCallback(invented)).toMatchObject(rejected);
    await expectNothingStored(harness);
  });
});

describe('the traces of connecting', () => {
  it('show no secret in the log', async () => {
    const harness = await openLinkingHarness();
    const traveller = await startAuthorization(harness);
    const callback = comeBack(harness, traveller);
    await harness.connecting.handleCallback(callback);
    await harness.connecting.handleCallback(callback);
    await harness.connecting.confirm(anna, harness.questions[0]?.grant ?? '', '0000');
    await harness.connecting.confirm(anna, harness.questions[0]?.grant ?? '', '4821');
    const identity = await harness.linking.find(anna);
    if (identity?.credential.kind !== 'oauth') {
      throw new Error('Nothing was connected');
    }
    const { accessToken, refreshToken } = identity.credential;
    const secrets = [accessToken, refreshToken, callback.code].map((secret) => secret.reveal());
    const written = JSON.stringify(harness.log);
    expect(harness.log.length).toBeGreaterThan(2);
    for (const secret of [
      ...secrets,
      traveller.kept,
      callback.state.split('.').at(-1) ?? '',
      'application-hush',
      '4821',
    ]) {
      expect(written).not.toContain(secret);
    }
  });

  it('are gone with everything else when the data of the person is deleted', async () => {
    const harness = await openLinkingHarness();
    const callback = comeBack(harness, await startAuthorization(harness));
    await harness.connecting.handleCallback(comeBack(harness, await startAuthorization(harness)));
    await harness.storage.personalData.eraseAll(anna);
    expect(await harness.connecting.handleCallback(callback)).toEqual({ kind: 'unknown-state' });
    expect(await harness.connecting.confirm(anna, harness.questions[0]?.grant ?? '', '4821')).toEqual({ kind: 'gone' });
  });
});

async function expectNothingStored({ storage }: LinkingHarness): Promise<void> {
  expect(await storage.identities.list()).toEqual([]);
  expect(await storage.records({ name: 'grant', schema: anything }).list()).toHaveLength(0);
}

function keptAfter(callbackResult: CallbackResult): string {
  return callbackResult.kind === 'asked' ? callbackResult.browser.reveal() : '';
}

function mix(own: string, other: string): string {
  return `${own.split('.')[0]}.${other.split('.').at(-1)}`;
}

function stateIn(address: string): string {
  return new URL(address).searchParams.get('state') ?? '';
}
