import { describe, expect, it } from 'vitest';
import {
  findChromium,
  focusedText,
  leastContrast,
  openTab,
  overflowOf,
  type Tab,
  takePicture,
} from '../support/chromium.ts';
import { beginConnecting } from '../support/connecting.ts';
import { openHarness } from '../support/harness.ts';

const chromium = findChromium();

/** What every page must be to everybody: named, in a language, readable, and no wider than the window. */
async function expectGoodPage({ page, complaints }: Tab, language = 'en'): Promise<void> {
  expect(await page.getAttribute('html', 'lang')).toBe(language);
  expect(await page.title()).toContain((await page.textContent('h1')) ?? 'a heading');
  expect(await page.locator('h1').count()).toBe(1);
  expect(await page.locator('main').count()).toBe(1);
  expect(await leastContrast(page)).toBeGreaterThanOrEqual(7);
  expect(await overflowOf(page)).toBeLessThanOrEqual(0);
  expect(complaints).toEqual([]);
}

describe.skipIf(chromium === undefined)('in a real browser', () => {
  it('a person connects, with the keyboard alone', async () => {
    const harness = await openHarness('SQLite', { application: true });
    const tab = await openTab(chromium ?? '');
    const { page } = tab;
    await page.goto(await beginConnecting(harness, 'anna'));
    await takePicture(page, 'connect');
    await expectGoodPage(tab);
    await page.keyboard.press('Tab');
    await takePicture(page, 'connect-focused');
    expect(await focusedText(page)).toMatch(/^Continue to 127/);
    await page.keyboard.press('Enter');
    await page.waitForURL(`${harness.portal.origin}/oauth/authorize/**`);
    await page.getByLabel('Anna Petrova').check();
    await page.getByRole('button', { name: 'Allow' }).press('Enter');
    await page.waitForURL('**/bitrix24/callback?done=**');
    await takePicture(page, 'callback');
    await expectGoodPage(tab);
    expect(await page.textContent('h1')).toBe('Now confirm in Slack');
    await page.reload();
    const number = (await page.textContent('.number strong')) ?? '';
    const anna = harness.slack.as('anna');
    await anna.waitForView(({ content }) => content['callback_id'] === 'b24task.confirm');
    await anna.submit({ number });
    expect(JSON.stringify(anna.view()?.content)).toContain('Connected as Anna Petrova');

    await page.reload();
    await takePicture(page, 'callback-again');
    await expectGoodPage(tab);
    expect(await page.textContent('h1')).toBe('This link is not valid');
    expect(await page.textContent('code')).toBe('/b24task connect');
    await page.keyboard.press('Tab');
    expect(await focusedText(page)).toBe('Back to Slack');
    expect(await page.locator('svg.mark').getAttribute('aria-hidden')).toBe('true');
  });

  it('a Russian reader with a dark screen and a small one is served as well', async () => {
    const harness = await openHarness('SQLite', { application: true });
    const tab = await openTab(chromium ?? '', { locale: 'ru-RU', colorScheme: 'dark', width: 320 });
    const { page } = tab;
    await page.goto(await beginConnecting(harness, 'anna'));
    await takePicture(page, 'connect-ru-dark');
    await expectGoodPage(tab, 'ru');
    await page.getByRole('link').click();
    await page.getByLabel('Anna Petrova').check();
    await page.getByRole('button').click();
    await page.waitForURL('**/bitrix24/callback?done=**');
    await takePicture(page, 'callback-ru-dark');
    await expectGoodPage(tab, 'ru');
  });

  it('a callback of somebody else is refused, and the page says what to do', async () => {
    const harness = await openHarness('SQLite', { application: true });
    const [annas, mallorys] = [await openTab(chromium ?? ''), await openTab(chromium ?? '')];
    await annas.page.goto(await beginConnecting(harness, 'anna'));
    await mallorys.page.goto(await beginConnecting(harness, 'carol'));
    harness.portal.browser.loginAs(9);
    const consent = (await mallorys.page.getByRole('link').getAttribute('href')) ?? '';
    await annas.page.goto(harness.portal.browser.approve(consent));
    await takePicture(annas.page, 'other-browser');
    await expectGoodPage(annas);
    expect(await annas.page.textContent('h1')).toBe('Opened in another browser');
    expect(harness.portal.oauth.counts.codeCalls).toBe(0);
  });

  it('the pages for what went wrong can be read', async () => {
    const harness = await openHarness('SQLite', { application: true });
    const tab = await openTab(chromium ?? '');
    const { page } = tab;
    await page.goto(`${harness.serviceUrl}/bitrix24/connect?link=nothing`);
    await takePicture(page, 'link-not-valid');
    await expectGoodPage(tab);
    harness.portal.oauth.failNext({ kind: 'reset', moment: 'before' });
    await page.goto(await beginConnecting(harness, 'anna'));
    harness.portal.browser.loginAs(7);
    await page.goto(harness.portal.browser.approve((await page.getByRole('link').getAttribute('href')) ?? ''));
    await takePicture(page, 'token-server-away');
    await expectGoodPage(tab);
    expect(await page.textContent('main')).toContain('The authorisation server of Bitrix24 did not answer');
  });
});
