import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/domain/secret.ts';
import { connectAddress } from '../../src/web/connect-pages.ts';
import { anna, bob } from '../linking/harness.ts';
import { numberOn, openBrowser, type PlainBrowser } from '../support/connecting.ts';
import { openWebHarness, type WebHarness } from './harness.ts';

/** Opens the link from Slack and agrees on the portal; gives the address that the portal sends the browser back to. */
async function agreeIn(browser: PlainBrowser, harness: WebHarness, person = anna, userId = 7): Promise<string> {
  const page = await browser.visit(await harness.begin(person));
  harness.portal.browser.loginAs(userId);
  return harness.portal.browser.approve(page.link ?? '');
}

function changed(address: string, parameters: Readonly<Record<string, string | undefined>>): string {
  const url = new URL(address);
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) {
      url.searchParams.delete(name);
    } else {
      url.searchParams.set(name, value);
    }
  }
  return url.href;
}

async function expectNothingConnected(harness: WebHarness): Promise<void> {
  expect(harness.questions).toEqual([]);
  expect(harness.portal.oauth.counts.codeCalls).toBe(0);
  expect(await harness.storage.identities.list()).toEqual([]);
}

describe('the pages of connecting', () => {
  it('lead from Slack to the portal and back, and show the number that Slack asks for', async () => {
    const harness = await openWebHarness();
    const browser = openBrowser();
    const page = await browser.visit(await harness.begin());
    expect(page.status).toBe(200);
    expect(page.text).toContain('Go on only if you pressed the button in Slack yourself');
    expect(page.link).toMatch(`${harness.origin}/oauth/authorize/?client_id=local.1&state=`);
    harness.portal.browser.loginAs(7);
    const back = await browser.visit(harness.portal.browser.approve(page.link ?? ''));
    expect(back.status).toBe(200);
    expect(back.text).toContain('You agreed as Anna Petrova on 127.0.0.1');
    expect(back.text).toContain('Nothing is connected yet');
    expect(back.link).toBe('slack://open?team=T0ACME0000');
    expect(await harness.connecting.confirm(anna, harness.questions[0]?.grant ?? '', numberOn(back))).toMatchObject({
      kind: 'linked',
    });
  });

  it('can be loaded again before the portal is asked, as mail scanners and impatient people do', async () => {
    const harness = await openWebHarness();
    const address = await harness.begin();
    expect((await fetch(address, { method: 'HEAD' })).status).toBe(200);
    await openBrowser().visit(address);
    const browser = openBrowser();
    await browser.visit(address);
    const page = await browser.visit(address);
    harness.portal.browser.loginAs(7);
    expect((await browser.visit(harness.portal.browser.approve(page.link ?? ''))).status).toBe(200);
  });

  it('serve two connections begun in one browser', async () => {
    const harness = await openWebHarness();
    const browser = openBrowser();
    const first = await agreeIn(browser, harness);
    const second = await agreeIn(browser, harness);
    expect((await browser.visit(first)).status).toBe(200);
    expect((await browser.visit(second)).status).toBe(200);
  });

  it.each([
    ['ru-RU,ru;q=0.9,en;q=0.8', 'ru', 'Подключить Slack к Битрикс24'],
    ['en-GB,en;q=0.9,ru;q=0.8', 'en', 'Connect Slack with Bitrix24'],
    ['eo,ru;q=0.3,en;q=0.2', 'ru', 'Подключить Slack к Битрикс24'],
    ['eo', 'en', 'Connect Slack with Bitrix24'],
    ['*', 'en', 'Connect Slack with Bitrix24'],
    ['ru;q=0', 'en', 'Connect Slack with Bitrix24'],
    ['', 'en', 'Connect Slack with Bitrix24'],
  ])('answer Accept-Language %j in %s', async (wishes, language, heading) => {
    const harness = await openWebHarness();
    const page = await openBrowser().visit(await harness.begin(), { 'accept-language': wishes });
    expect(page.html).toContain(`<html lang="${language}">`);
    expect(page.html).toContain(`<h1>${heading}</h1>`);
    expect(page.headers.get('content-language')).toBe(language);
  });

  it('have headers that forbid scripts, frames, forms, caching and referrers', async () => {
    const harness = await openWebHarness();
    const browser = openBrowser();
    const pages = [
      await browser.visit(await harness.begin()),
      await browser.visit(await agreeIn(browser, harness)),
      await browser.visit(`${harness.url}/bitrix24/connect`),
      await browser.visit(`${harness.url}/bitrix24/callback?state=x`),
    ];
    for (const { headers, html } of pages) {
      const policy = headers.get('content-security-policy') ?? '';
      for (const rule of ["default-src 'none'", "form-action 'none'", "base-uri 'none'", "frame-ancestors 'none'"]) {
        expect(policy).toContain(rule);
      }
      expect(policy).toMatch(/style-src 'sha256-[\w+/]{43}='/);
      expect(policy).not.toContain('unsafe');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(html).not.toMatch(/<script|<form|<img|<iframe|\son\w+=/i);
      expect(html).toMatch(/<title>[^<]+<\/title>/);
      expect(html.match(/<h1>/g)).toHaveLength(1);
    }
  });

  it('set a cookie for the callback alone, and delete it when the callback fails', async () => {
    const harness = await openWebHarness({ https: true });
    const address = await harness.begin();
    const set = (await fetch(address)).headers.getSetCookie();
    expect(set).toHaveLength(1);
    expect(set[0]).toMatch(/^__Host-b24task-[\w-]+=[\w-]{22,}; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax; Secure$/);
    const browser = openBrowser();
    const back = await browser.visit(await agreeIn(browser, harness));
    expect(back.status).toBe(200);
    const old = await agreeIn(browser, harness);
    harness.passTime(30_000);
    const refused = await browser.visit(old);
    expect(refused.status).toBe(403);
    expect(refused.headers.getSetCookie()[0]).toMatch(/^__Host-b24task-[\w-]+=; Max-Age=0; /);
  });

  it('end at an address without code and state, which can be loaded again until Slack has its answer', async () => {
    const harness = await openWebHarness();
    const browser = openBrowser();
    const callback = new URL(await agreeIn(browser, harness)).searchParams;
    const back = await browser.visit(`${harness.url}/bitrix24/callback?${callback}`);
    for (const name of ['code', 'state', 'member_id']) {
      expect(back.address).not.toContain(callback.get(name));
    }
    expect(numberOn(await browser.visit(back.address))).toBe(numberOn(back));
    expect((await openBrowser().visit(back.address)).status).toBe(404);
    await harness.connecting.decline(anna, harness.questions[0]?.grant ?? '');
    expect((await browser.visit(back.address)).text).toContain('This link is not valid');
  });

  it('show what a portal says as plain text', async () => {
    const harness = await openWebHarness();
    harness.portal.users.set(7, { id: 7, name: '<img src=x onerror="alert(1)">', lastName: "&amp; 'Co' \u202eabc" });
    const browser = openBrowser();
    const back = await browser.visit(await agreeIn(browser, harness));
    expect(back.html).toContain('&lt;img src=x onerror=&quot;alert(1)&quot;&gt; &amp;amp; &#39;Co&#39;');
    expect(back.html).not.toContain('<img');
    expect(back.html).not.toContain('\u202e');
  });

  it('answer other methods with what is allowed, and other addresses not at all', async () => {
    const harness = await openWebHarness();
    const browser = openBrowser();
    const back = await agreeIn(browser, harness);
    for (const method of ['POST', 'PUT', 'DELETE', 'HEAD']) {
      expect((await fetch(back, { method })).status).toBe(405);
    }
    expect((await fetch(await harness.begin(), { method: 'POST' })).headers.get('allow')).toBe('GET, HEAD');
    expect((await browser.visit(`${harness.url}/bitrix24/connect/more`)).status).toBe(404);
    expect((await browser.visit(back)).status).toBe(200);
  });

  it('answer with a reference when the storage fails; the log has the same reference and no secret', async () => {
    const harness = await openWebHarness();
    const browser = openBrowser();
    const back = await agreeIn(browser, harness);
    harness.breakStorage();
    const page = await browser.visit(back);
    expect(page.status).toBe(500);
    const reference = /tell your administrator this reference: (\w+)/.exec(page.text)?.[1] ?? 'none';
    const logged = JSON.stringify(harness.lines);
    expect(logged).toContain(`"reference":"${reference}"`);
    for (const [, value] of new URL(back).searchParams) {
      expect(logged).not.toContain(value);
    }
  });

  it('are below the public address, whatever its path', () => {
    const ticket = new Secret('id.secret');
    for (const publicUrl of ['https://bridge.example', 'https://example.com/b24']) {
      expect(connectAddress(publicUrl, ticket)).toBe(`${publicUrl}/bitrix24/connect?link=id.secret`);
    }
  });
});

describe('an attack on the pages gets an error page, and nothing is connected:', () => {
  it.each([
    ['no parameters', { state: undefined, code: undefined, domain: undefined, member_id: undefined }],
    ['no state', { state: undefined }],
    ['no code', { code: undefined }],
    ['no domain', { domain: undefined }],
    ['no member', { member_id: undefined }],
    ['a forged state', { state: 'Zm9yZ2Vk.c3RhdGU' }],
    ['a state of markup', { state: '"><script>alert(1)</script>' }],
    ['a state that is far too long', { state: 'a'.repeat(5_000) }],
  ])('a callback with %s', async (_, parameters) => {
    const harness = await openWebHarness();
    const browser = openBrowser();
    const page = await browser.visit(changed(await agreeIn(browser, harness), parameters));
    expect(page.status).toBe(400);
    expect(page.text).toContain('This link is not valid');
    expect(page.html).not.toContain('<script');
    await expectNothingConnected(harness);
  });

  it.each(['state', 'code', 'domain', 'member_id'])('a callback whose %s is too long', async (name) => {
    const harness = await openWebHarness();
    const browser = openBrowser();
    const back = await agreeIn(browser, harness);
    const page = await browser.visit(changed(back, { [name]: 'a'.repeat(513) }));
    expect(page.status).toBe(400);
    await expectNothingConnected(harness);
    // What was too long has used nothing up.
    expect((await browser.visit(back)).status).toBe(200);
  });

  it.each(['state', 'code', 'domain', 'member_id'])('a callback with two of %s', async (name) => {
    const harness = await openWebHarness();
    const browser = openBrowser();
    const back = await agreeIn(browser, harness);
    const page = await browser.visit(`${back}&${name}=${new URL(back).searchParams.get(name)}`);
    expect(page.status).toBe(400);
    await expectNothingConnected(harness);
    expect((await browser.visit(back)).status).toBe(200);
  });

  it('a callback opened twice', async () => {
    const harness = await openWebHarness();
    const browser = openBrowser();
    const back = await agreeIn(browser, harness);
    expect((await browser.visit(back)).status).toBe(200);
    const again = await browser.visit(back);
    expect(again.status).not.toBe(200);
    expect(harness.questions).toHaveLength(1);
  });

  it('a link or a callback after ten minutes', async () => {
    const harness = await openWebHarness();
    const browser = openBrowser();
    const link = await harness.begin();
    const back = await agreeIn(browser, harness);
    harness.passTime(10 * 60_000);
    expect((await browser.visit(link)).status).toBe(404);
    expect((await browser.visit(back)).status).toBe(400);
    await expectNothingConnected(harness);
  });

  it('a callback of one user in the browser of another, who has begun to connect as well', async () => {
    const harness = await openWebHarness();
    const [annas, mallorys] = [openBrowser(), openBrowser()];
    await agreeIn(annas, harness, anna, 7);
    const planted = await agreeIn(mallorys, harness, bob, 9);
    const page = await annas.visit(planted);
    expect(page.status).toBe(403);
    expect(page.text).toContain('Opened in another browser');
    await expectNothingConnected(harness);
    expect((await mallorys.visit(planted)).status).toBe(200);
  });

  it('the code of one user under the state of another', async () => {
    const harness = await openWebHarness();
    const [annas, mallorys] = [openBrowser(), openBrowser()];
    const own = await agreeIn(annas, harness, anna, 7);
    const foreign = await agreeIn(mallorys, harness, bob, 9);
    const mixed = changed(own, { code: new URL(foreign).searchParams.get('code') ?? '' });
    const page = await annas.visit(mixed);
    expect(page.text).toContain('You agreed as Boris Weber');
    expect(await harness.storage.identities.list()).toEqual([]);
    expect(harness.questions).toMatchObject([{ account: { userId: '9' }, origin: { route: { user: anna.user } } }]);
  });

  it('a callback that names another portal', async () => {
    const harness = await openWebHarness();
    harness.portal.oauth.tamper({
      callback: (parameters) => new URLSearchParams({ ...Object.fromEntries(parameters), domain: 'evil.example' }),
    });
    const browser = openBrowser();
    const page = await browser.visit(await agreeIn(browser, harness));
    expect(page.status).toBe(403);
    expect(page.text).toContain('another portal than the one you chose');
    await expectNothingConnected(harness);
  });

  it.each(['http://169.254.169.254/rest/', 'http://127.0.0.1:1/rest/', 'https://evil.example/rest/'])(
    'tokens that lead to %s',
    async (client_endpoint) => {
      const harness = await openWebHarness();
      harness.portal.oauth.tamper({ tokens: (answer) => ({ ...answer, client_endpoint }) });
      const browser = openBrowser();
      const page = await browser.visit(await agreeIn(browser, harness));
      expect(page.status).toBe(403);
      expect(harness.questions).toEqual([]);
      expect(harness.portal.requests).toEqual([]);
    },
  );

  it('a link or a finished callback with a parameter that is too long or given twice', async () => {
    const harness = await openWebHarness();
    const link = await harness.begin();
    const long = 'a'.repeat(513);
    const done = `${harness.url}/bitrix24/callback?done=`;
    expect((await openBrowser().visit(changed(link, { link: long }))).status).toBe(404);
    expect((await openBrowser().visit(`${link}&link=${new URL(link).searchParams.get('link')}`)).status).toBe(404);
    expect((await openBrowser().visit(`${done}${long}`)).status).toBe(400);
    expect((await openBrowser().visit(`${done}${'a'.repeat(512)}`)).status).toBe(404);
    expect((await openBrowser().visit(link)).status).toBe(200);
  });

  it('a link that somebody made up', async () => {
    const harness = await openWebHarness();
    const link = await harness.begin();
    for (const address of [
      `${link}x`,
      link.slice(0, -1),
      `${harness.url}/bitrix24/connect`,
      changed(link, { link: '.' }),
    ]) {
      const page = await openBrowser().visit(address);
      expect(page.status).toBe(404);
      expect(page.headers.getSetCookie()).toEqual([]);
    }
  });
});

describe('what a portal or its token server refuses', () => {
  it.each([
    ['a code that is too old', 403, 'lives for half a minute'],
    ['a token server that is off', 503, 'did not answer'],
    ['a permission that is missing', 403, 'lacks the permission tasks'],
    ['a person who may not use the application', 403, 'does not let this app in'],
    ['an application that is not installed any more', 403, 'is not there any more, or its secret is wrong'],
  ])('is said on the page: %s', async (what, status, words) => {
    const harness = await openWebHarness(what.startsWith('a permission') ? { scopes: ['task'] } : {});
    const browser = openBrowser();
    const back = await agreeIn(browser, harness);
    if (what.startsWith('a code')) {
      harness.passTime(30_000);
    }
    if (what.startsWith('a token')) {
      harness.portal.oauth.failNext({ kind: 'reset', moment: 'before' });
    }
    if (what.startsWith('a person')) {
      harness.portal.oauth.setUserAllowed(7, false);
    }
    if (what.startsWith('an application')) {
      harness.portal.oauth.uninstallApp();
    }
    const page = await browser.visit(back);
    expect([page.status, page.text]).toEqual([status, expect.stringContaining(words)]);
    expect(page.text).toContain('/b24task connect');
    expect(harness.questions).toEqual([]);
  });

  it('and a Slack that takes no question are said on the page', async () => {
    const harness = await openWebHarness();
    harness.closeSlack();
    const browser = openBrowser();
    const page = await browser.visit(await agreeIn(browser, harness));
    expect([page.status, page.text]).toEqual([503, expect.stringContaining('could not ask you in Slack')]);
  });
});
