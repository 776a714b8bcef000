import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { onTestFinished } from 'vitest';

/** Where a browser may be; `CHROMIUM` names another one. */
const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The path of a browser on this machine; `undefined`, after a line on stderr, when there is none. */
export function findChromium(): string | undefined {
  const found = [process.env['CHROMIUM'] ?? '', ...places].find((path) => path !== '' && existsSync(path));
  if (!found) {
    process.stderr.write('Skipped: no browser here (apt-get install chromium, or set CHROMIUM to one).\n');
  }
  return found;
}

/** A page in a fresh profile, and everything that the browser complained about in it. */
export type Tab = { readonly page: Page; readonly complaints: readonly string[] };

/** How a tab looks to its page. By default English, light, and 1,000 pixels wide. */
export type TabOptions = {
  readonly locale?: string;
  readonly colorScheme?: 'light' | 'dark';
  readonly width?: number;
};

/** Starts the browser. The caller closes it. */
export function startBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: flags, headless: true });
}

/** Opens a tab in a browser of its own, which is closed at the end of the test. */
export async function openTab(executablePath: string, options: TabOptions = {}): Promise<Tab> {
  const browser = await startBrowser(executablePath);
  onTestFinished(() => browser.close());
  return openTabIn(browser, options);
}

/** Opens a tab in a fresh profile of a browser that runs. */
export async function openTabIn(browser: Browser, options: TabOptions = {}): Promise<Tab> {
  const context = await browser.newContext({
    locale: options.locale ?? 'en-US',
    colorScheme: options.colorScheme ?? 'light',
    viewport: { width: options.width ?? 1_000, height: 800 },
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    // A page with an error status is meant to have one.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
      complaints.push(message.text());
    }
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return { page, complaints };
}

/** Keeps a picture of the page, or of one part of it, where `SCREENSHOTS` names a folder for them. */
export async function takePicture(page: Page, name: string, part?: string): Promise<void> {
  const folder = process.env['SCREENSHOTS'];
  if (!folder) {
    return;
  }
  const path = join(folder, `${name}.png`);
  await (part === undefined ? page.screenshot({ path, fullPage: true }) : page.locator(part).screenshot({ path }));
}

/** How much wider than its window the page is, in pixels. */
export function overflowOf(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
}

/** The words of what the keyboard acts on. */
export function focusedText(page: Page): Promise<string> {
  return page.evaluate<string>('document.activeElement.textContent');
}

/** The least contrast between a text and what is behind it on the page. Source: WCAG 2.2, contrast ratio. */
export function leastContrast(page: Page): Promise<number> {
  return page.evaluate<number>(contrastScript);
}

/** Runs in the page, where there are no types. */
const contrastScript = `(() => {
  const parts = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number);
  const linear = (part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = (colour) => {
    const [red, green, blue] = parts(colour).map(linear);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const groundOf = (element) => {
    const colour = getComputedStyle(element).backgroundColor;
    return parts(colour)[3] === 0 && element.parentElement ? groundOf(element.parentElement) : colour;
  };
  const ratios = [...document.querySelectorAll('h1, p, a, strong')].map((element) => {
    const pair = [luminance(getComputedStyle(element).color), luminance(groundOf(element))];
    return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
  });
  return Math.min(...ratios);
})()`;
