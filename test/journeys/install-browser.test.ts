import { describe, expect, it } from 'vitest';
import { findChromium, leastContrast, openTab, type Tab, takePicture } from '../support/chromium.ts';
import { openInstallHarness, storedText } from './install-harness.ts';

const chromium = findChromium();

async function expectPage({ page, complaints }: Tab, heading: string, language = 'en'): Promise<void> {
  expect(await page.textContent('h1')).toBe(heading);
  expect(await page.getAttribute('html', 'lang')).toBe(language);
  expect(await leastContrast(page)).toBeGreaterThanOrEqual(7);
  expect(complaints).toEqual([]);
}

describe.skipIf(chromium === undefined)('installing in a real browser', () => {
  it('leads to Slack and back with the keyboard alone, and once only', async () => {
    const harness = await openInstallHarness();
    const tab = await openTab(chromium ?? '');
    const { page } = tab;
    await page.goto(`${harness.replicas[0]?.url}/slack/install`);
    await takePicture(page, 'install');
    await expectPage(tab, 'Add Bitrix24 tasks to Slack');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/oauth/v2/authorize?**');
    await page.getByRole('button', { name: 'Allow in ACME as anna' }).press('Enter');
    await page.waitForURL('**/slack/oauth_redirect?**');
    await takePicture(page, 'installed');
    await expectPage(tab, 'Installed in ACME');
    expect(await storedText(harness)).toContain('installation/T0ACME0000');

    await page.reload();
    await takePicture(page, 'installed-again');
    await expectPage(tab, 'This link is not valid');
    expect(await page.getByRole('link', { name: 'Start again' }).textContent()).toBe('Start again');
  });

  it('tells a Russian reader with a dark and small screen what happened when they say no', async () => {
    const harness = await openInstallHarness();
    const tab = await openTab(chromium ?? '', { locale: 'ru-RU', colorScheme: 'dark', width: 320 });
    const { page } = tab;
    await page.goto(`${harness.replicas[0]?.url}/slack/install`);
    await takePicture(page, 'install-ru-dark');
    await expectPage(tab, 'Добавить задачи Битрикс24 в Slack', 'ru');
    await page.getByRole('link').click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.waitForURL('**/slack/oauth_redirect?**');
    await takePicture(page, 'cancelled-ru-dark');
    await expectPage(tab, 'Не установлено', 'ru');
  });

  it('does not finish in one browser what another one began', async () => {
    const harness = await openInstallHarness();
    const [annas, mallorys] = [await openTab(chromium ?? ''), await openTab(chromium ?? '')];
    await mallorys.page.goto(`${harness.replicas[0]?.url}/slack/install`);
    const consent = (await mallorys.page.getByRole('link').getAttribute('href')) ?? '';
    await annas.page.goto(harness.slack.consent(consent, { team: 'acme', user: 'anna' }));
    await takePicture(annas.page, 'install-other-browser');
    await expectPage(annas, 'This link is not valid');
    expect(await storedText(harness)).not.toContain('installation/');
  });
});
