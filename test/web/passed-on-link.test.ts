import { describe, expect, it } from 'vitest';
import { anna, bob } from '../linking/harness.ts';
import { numberOn, openBrowser, type PlainBrowser, type Visited } from '../support/connecting.ts';
import { openWebHarness, type WebHarness } from './harness.ts';

const attacker = bob;

/** The victim reads the page that the link leads to, goes on to the portal and agrees; gives where they are sent then. */
function agreeAsVictim(harness: WebHarness, page: Visited): string {
  harness.portal.browser.loginAs(7);
  return harness.portal.browser.approve(page.link ?? '');
}

/** What is left to the attacker: the page with the number, and guesses in Slack. Nothing of it may link them. */
async function expectNoWayForTheAttacker(harness: WebHarness, browser: PlainBrowser): Promise<void> {
  const grant = harness.questions[0]?.grant ?? '';
  const page = await browser.visit(`${harness.url}/bitrix24/callback?done=${grant}`);
  expect([page.status, numberOn(page)]).toEqual([404, '']);
  for (const number of ['0000', '1111', '2222', '4821']) {
    expect((await harness.connecting.confirm(attacker, grant, number)).kind).not.toBe('linked');
  }
  expect(await harness.storage.identities.list()).toEqual([]);
}

describe('a link that its person passes on to a victim, who agrees', () => {
  it.each(['first', 'second', 'first and second'])('shows its number to the victim only: opened %s', async (turn) => {
    const harness = await openWebHarness();
    const link = await harness.begin(attacker);
    const [attackers, victims] = [openBrowser(), openBrowser()];
    if (turn.startsWith('first')) {
      await attackers.visit(link);
    }
    const page = await victims.visit(link);
    if (turn.endsWith('second')) {
      await attackers.visit(link);
    }
    const back = await victims.visit(agreeAsVictim(harness, page));
    expect(numberOn(back)).toBe('4821');
    await expectNoWayForTheAttacker(harness, attackers);
  });

  it('does not lead to a number where the attacker passes on the address of the portal', async () => {
    const harness = await openWebHarness();
    const attackers = openBrowser();
    const page = await attackers.visit(await harness.begin(attacker));
    const back = await openBrowser().visit(agreeAsVictim(harness, page));
    expect([back.status, back.text]).toEqual([403, expect.stringContaining('Opened in another browser')]);
    expect(harness.questions).toEqual([]);
    expect(harness.portal.oauth.counts.codeCalls).toBe(0);
  });

  it('takes no callback from the browser of the attacker, who has a copy of its address', async () => {
    const harness = await openWebHarness();
    const link = await harness.begin(attacker);
    const [attackers, victims] = [openBrowser(), openBrowser()];
    await attackers.visit(link);
    const callback = agreeAsVictim(harness, await victims.visit(link));
    const page = await attackers.visit(callback);
    expect([page.status, page.text]).toEqual([403, expect.stringContaining('Opened in another browser')]);
    expect(harness.questions).toEqual([]);
    const back = await victims.visit(callback);
    expect((await attackers.visit(back.address)).status).toBe(404);
    await expectNoWayForTheAttacker(harness, attackers);
  });
});

describe('the browser of a person who connects', () => {
  it('must keep cookies: without them nothing is asked and nothing is stored', async () => {
    const harness = await openWebHarness();
    const page = await openBrowser().visit(await harness.begin());
    const back = await openBrowser().visit(agreeAsVictim(harness, page));
    expect([back.status, back.text]).toEqual([403, expect.stringContaining('that browser must take cookies')]);
    expect(harness.questions).toEqual([]);
  });

  it('may have opened the link in two tabs, and come back in either', async () => {
    const harness = await openWebHarness();
    const browser = openBrowser();
    const link = await harness.begin();
    const [first, second] = [await browser.visit(link), await browser.visit(link)];
    const [earlier, later] = [agreeAsVictim(harness, first), agreeAsVictim(harness, second)];
    const back = await browser.visit(earlier);
    expect(numberOn(back)).toBe('4821');
    expect((await browser.visit(later)).text).toContain('If Slack asks you to confirm, answer there');
    expect(numberOn(await browser.visit(back.address))).toBe('4821');
    const grant = harness.questions[0]?.grant ?? '';
    expect(await harness.connecting.confirm(anna, grant, '4821')).toMatchObject({ kind: 'linked' });
  });

  it('gets a secret that was never in it before when it comes back', async () => {
    const harness = await openWebHarness();
    const set = async (address: string, cookie = '') => {
      const response = await fetch(address, { redirect: 'manual', headers: { cookie } });
      return response.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    };
    const link = await harness.begin();
    const [mine, others] = [await set(link), await set(link)];
    expect(mine).not.toBe(others);
    const page = await (await fetch(link, { headers: { cookie: mine } })).text();
    const authorise = /href="([^"]*)"/.exec(page)?.[1]?.replaceAll('&amp;', '&') ?? '';
    harness.portal.browser.loginAs(7);
    const fresh = await set(harness.portal.browser.approve(authorise), mine);
    expect(fresh).toMatch(/=[\w-]{22,}$/);
    expect(fresh.split('=')[0]).toBe(mine.split('=')[0]);
    expect(fresh).not.toBe(mine);
  });

  it('gets a new secret when its cookie holds something else', async () => {
    const harness = await openWebHarness();
    const link = await harness.begin();
    const [name] = ((await fetch(link)).headers.getSetCookie()[0] ?? '').split('=');
    for (const value of ['', 'short', 'x'.repeat(65), 'spaces are no secret of ours']) {
      const response = await fetch(link, { headers: { cookie: `${name}=${value}` } });
      expect(response.headers.getSetCookie()[0]).toMatch(/=[\w-]{32}; /);
    }
  });
});
