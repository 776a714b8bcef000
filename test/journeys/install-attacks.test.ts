import { describe, expect, it } from 'vitest';
import {
  createBrowser,
  type InstallHarness,
  linkOn,
  openInstallHarness,
  serviceClock,
  storedText,
  workspace,
} from './install-harness.ts';

const minute = 60_000;

/** Begins in a browser and agrees at Slack; the answer is the address that leads back, not opened yet. */
async function agreed({ slack, replicas }: InstallHarness, browser = createBrowser()) {
  const begun = await browser.open(`${replicas[0]?.url}/slack/install`);
  return { browser, back: slack.consent(linkOn(begun), { team: 'acme', user: 'anna' }) };
}

function withState(address: string, change: (state: string) => string): string {
  const url = new URL(address);
  url.searchParams.set('state', change(url.searchParams.get('state') ?? ''));
  return url.href;
}

async function expectNothingInstalled(harness: InstallHarness): Promise<void> {
  expect(await storedText(harness)).not.toContain('installation/');
  expect(harness.slack.calls.filter(({ method }) => method === 'oauth.v2.access')).toEqual([]);
}

describe('an installation that comes back', () => {
  it('is accepted with the state that this browser was given', async () => {
    const harness = await openInstallHarness();
    const { browser, back } = await agreed(harness);
    expect(await browser.open(back)).toMatchObject({ status: 200 });
    expect(await storedText(harness)).toContain('installation/T0ACME0000');
  });

  it('is refused without the cookie, in another browser, and with another browser’s state', async () => {
    const harness = await openInstallHarness();
    const [one, two] = [await agreed(harness), await agreed(harness)];
    for (const browser of [createBrowser(), two.browser]) {
      const page = await browser.open(one.back);
      expect(page.status).toBe(400);
      expect(page.html).toContain('begun in another browser');
    }
    await expectNothingInstalled(harness);
  });

  it('with a made-up code costs a limited number of calls of Slack in a minute', async () => {
    const clock = serviceClock();
    const harness = await openInstallHarness({ clock, overrides: { clock } });
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 62; attempt += 1) {
      const browser = createBrowser();
      const begun = await browser.open(`${harness.replicas[0]?.url}/slack/install`);
      const state = new URL(linkOn(begun)).searchParams.get('state') ?? '';
      const back = `${harness.replicas[0]?.url}/slack/oauth_redirect?${new URLSearchParams({ code: 'made-up', state })}`;
      statuses.push((await browser.open(back)).status);
    }
    const calls = harness.slack.calls.filter(({ method }) => method === 'oauth.v2.access');
    expect([calls.length, statuses.slice(60)]).toEqual([60, [429, 429]]);
    clock.stall(minute);
    const { browser, back } = await agreed(harness);
    expect(await browser.open(back)).toMatchObject({ status: 200 });
  });

  it('is refused with a state that was made up, also when the cookie says the same', async () => {
    const harness = await openInstallHarness();
    const signature = 'A'.repeat(43);
    const forgeries = [
      () => 'made-up',
      () => '',
      () => `${'A'.repeat(32)}.${Date.now().toString(36)}.${signature}`,
      (state: string) => `${state.slice(0, -1)}${state.endsWith('A') ? 'B' : 'A'}`,
      (state: string) => state.replace(/\.[0-9a-z]+\./, `.${(Date.now() + 60_000_000).toString(36)}.`),
      (state: string) => `${state}x`,
    ];
    for (const forge of forgeries) {
      const { browser, back } = await agreed(harness);
      const forged = withState(back, forge);
      const [name = ''] = browser.cookies.keys();
      browser.cookies.set(name, new URL(forged).searchParams.get('state') ?? '');
      expect((await browser.open(forged)).status).toBe(400);
    }
    await expectNothingInstalled(harness);
  });

  it('is refused the second time, also when both come at once', async () => {
    const harness = await openInstallHarness();
    const { browser, back } = await agreed(harness);
    const cookies = [...browser.cookies];
    const twins = [createBrowser(), createBrowser(), createBrowser()];
    for (const twin of twins) {
      for (const [name, value] of cookies) {
        twin.cookies.set(name, value);
      }
    }
    const [first, ...late] = twins;
    const pages = await Promise.all([first, ...late].map((twin) => twin?.open(back)));
    expect(pages.map((page) => page?.status).toSorted()).toEqual([200, 400, 400]);
    expect(harness.slack.calls.filter(({ method }) => method === 'oauth.v2.access')).toHaveLength(1);
  });

  it('is refused after ten minutes', async () => {
    const clock = serviceClock();
    const harness = await openInstallHarness({ overrides: { clock } });
    const [inTime, late] = [await agreed(harness), await agreed(harness)];
    clock.stall(9 * minute);
    expect((await inTime.browser.open(inTime.back)).status).toBe(200);
    clock.stall(2 * minute);
    expect((await late.browser.open(late.back)).status).toBe(400);
    expect(harness.slack.calls.filter(({ method }) => method === 'oauth.v2.access')).toHaveLength(1);
  });

  it('is accepted by any replica, and once by all of them', async () => {
    const harness = await openInstallHarness({ engine: 'PostgreSQL', replicas: 2 });
    const { browser, back } = await agreed(harness);
    const elsewhere = back.replace(harness.replicas[0]?.url ?? '', harness.replicas[1]?.url ?? '');
    const twin = createBrowser();
    for (const [name, value] of browser.cookies) {
      twin.cookies.set(name, value);
    }
    await browser.open(elsewhere);
    expect((await twin.open(back)).status).toBe(400);
  });

  it('is refused without a code, and without saying yes', async () => {
    const harness = await openInstallHarness();
    const { slack, replicas } = harness;
    const { browser, back } = await agreed(harness);
    const url = new URL(back);
    url.searchParams.delete('code');
    expect((await browser.open(url.href)).status).toBe(400);
    const again = createBrowser();
    const begun = await again.open(`${replicas[0]?.url}/slack/install`);
    const denied = await again.open(slack.consent(linkOn(begun), { denied: true }));
    expect(denied.status).toBe(403);
    expect(denied.html).toContain('You did not agree');
    await expectNothingInstalled(harness);
  });

  it('says that Slack did not confirm it when the code is not Slack’s, with a reference that is in the log', async () => {
    const harness = await openInstallHarness();
    const { browser, back } = await agreed(harness);
    const url = new URL(back);
    url.searchParams.set('code', 'planted-code');
    const page = await browser.open(url.href);
    expect(page.status).toBe(502);
    const reference = /this reference: (\S+?)</.exec(page.html)?.[1] ?? 'none';
    expect(harness.log.join('')).toContain(reference);
    expect(harness.log.join('')).not.toContain('planted-code');
    expect(await storedText(harness)).not.toContain('installation/');
  });

  it('is taken back where the administrator has not allowed the workspace', async () => {
    const harness = await openInstallHarness({ settings: { SLACK_TEAMS: 'T1OTHER000' } });
    const refused = await harness.install('acme');
    expect(refused.status).toBe(403);
    expect(refused.html).toContain('has not allowed ACME');
    expect(await storedText(harness)).not.toContain('T0ACME0000');
    expect(() => harness.slack.botToken('acme')).toThrow('not installed');
    expect((await harness.install('other')).status).toBe(200);
  });
});

describe('the pages for installing', () => {
  it('store nothing before somebody comes back from Slack', async () => {
    const harness = await openInstallHarness();
    const before = await storedText(harness);
    for (let count = 0; count < 5; count += 1) {
      await createBrowser().open(`${harness.replicas[0]?.url}/slack/install`);
    }
    expect(await storedText(harness)).toBe(before);
  });

  it('are sent with headers that forbid scripts, frames and referrers', async () => {
    const harness = await openInstallHarness();
    const url = harness.replicas[0]?.url;
    const pages = [
      await createBrowser().open(`${url}/slack/install`),
      await createBrowser().open(`${url}/slack/oauth_redirect?code=1&state=2`),
      await harness.install('acme'),
    ];
    for (const { headers, html } of pages) {
      expect(headers.get('content-security-policy')).toMatch(
        /^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
      );
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(html).not.toMatch(/<script|<img|<iframe|<form| on[a-z]+=/i);
      expect(html).toMatch(/<html lang="en">/);
      expect(html.match(/<h1>/g)).toHaveLength(1);
    }
  });

  it('keep their cookie from scripts and plain http, and under a name that only this host over https can set', async () => {
    const harness = await openInstallHarness({ settings: { PUBLIC_URL: 'https://tasks.example.com' } });
    const { headers, html } = await createBrowser().open(`${harness.replicas[0]?.url}/slack/install`);
    const [cookie = ''] = headers.getSetCookie();
    expect(cookie).toMatch(/^__Host-b24task-install=\S+; Secure; HttpOnly; Path=\/; Max-Age=600$/);
    expect(html).toContain('redirect_uri=https%3A%2F%2Ftasks.example.com%2Fslack%2Foauth_redirect');
  });

  it('speak the language that the browser prefers', async () => {
    const harness = await openInstallHarness();
    const { slack, replicas } = harness;
    const reader = createBrowser('de, ru-RU;q=0.9, en;q=0.5');
    const begun = await reader.open(`${replicas[0]?.url}/slack/install`);
    expect(begun.html).toContain('Добавить в Slack');
    expect(begun.headers.get('content-language')).toBe('ru');
    const done = await reader.open(slack.consent(linkOn(begun), { team: 'acme', user: 'anna' }));
    expect(done.html).toContain('Установлено: ACME');
  });

  it('show the name of a workspace as text, whatever it holds', async () => {
    const name = '<script>alert(1)</script>&"';
    const harness = await openInstallHarness({ workspaces: [workspace('acme', { name })] });
    const { html } = await harness.install('acme');
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;');
    expect(html).not.toContain('<script>');
  });

  it('are there in Socket Mode as well', async () => {
    const harness = await openInstallHarness({
      settings: { SLACK_APP_TOKEN: 'xapp-1-A0B24TASK0-sandbox' },
    });
    await harness.slack.connectSocket();
    expect((await harness.install('acme')).status).toBe(200);
    await harness.link('anna', 'acme', 7);
    expect((await fetch(`${harness.replicas[0]?.url}/slack/events`, { method: 'POST' })).status).toBe(404);
  });
});
