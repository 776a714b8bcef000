import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, openTabIn, overflowOf, startBrowser, type Tab, takePicture } from '../support/chromium.ts';
import { openNoticeHarness } from '../support/harness.ts';
import { painters } from './painters.ts';

const chromium = findChromium();

const readers = [
  { language: 'en', name: 'anna', userId: 7 },
  { language: 'ru', name: 'bob', userId: 9 },
] as const;

/** What nobody should ever read, whatever it is about. */
const rawText = /undefined|\[object|\bNaN\b|&(?:amp|lt|gt);|:[a-z_]+:|\$\{/;

/** With `SCREENSHOTS=folder` the pictures are kept, for looking at them. */
describe.skipIf(chromium === undefined).each(readers)('what people see in Slack ($language)', (reader) => {
  let browser: Browser;
  // One for all: what is set replaces the whole page, and each tab is a process of the browser.
  let tab: Tab;
  beforeAll(async () => {
    browser = await startBrowser(chromium ?? '');
    tab = await openTabIn(browser, { width: 760 });
  }, 60_000);
  afterAll(() => browser.close());

  it.each(Object.entries(painters))('%s', async (picture, { connected, paint }) => {
    const harness = await openNoticeHarness({ settings: { BITRIX24_RATE: '1000/1000' } });
    const person = harness.slack.as(reader.name);
    await harness.chooseLanguage(reader.name, reader.language);
    if (connected) {
      await harness.link(reader.name, reader.userId);
    }
    const painted = await paint({ harness, person, userId: reader.userId });
    // A name that a portal could have, for who looks at the pictures.
    const html = painted.replaceAll(new URL(harness.portal.origin).host, 'acme.bitrix24.com');
    const { page, complaints } = tab;
    const before = complaints.length;
    await page.setContent(html);
    await takePicture(page, `${reader.language}-${picture}`, 'body');
    const text = (await page.textContent('body')) ?? '';
    expect(text.length).toBeGreaterThan(20);
    expect(text).not.toMatch(rawText);
    expect(await overflowOf(page)).toBeLessThanOrEqual(0);
    expect(complaints.slice(before)).toEqual([]);
    expect(harness.slack.complaints).toEqual([]);
    if (reader.language === 'ru' && picture !== 'chat') {
      expect(text).toMatch(/[а-яё]{4}/i);
    }
  });
});
