import { expect, it } from 'vitest';
import { elementsOf } from '../../src/sandbox/bitrix24/chat/pieces.ts';
import { readMessage } from '../../src/sandbox/bitrix24/chat/read-message.ts';
import { writeBitrix } from '../../src/translation/write-bitrix.ts';
import { findChromium, openTab } from '../support/chromium.ts';
import { noNames } from './arbitraries.ts';

const browser = findChromium();
const code = 'a:\n  b:\n     c: 1   # x\nd   = [e[i]]';

it.skipIf(browser === undefined)('is copied by a browser with blanks where the web client draws U+00A0', async () => {
  const written = writeBitrix({ blocks: [{ kind: 'preformatted', content: [{ kind: 'text', text: code }] }] }, noNames);
  const [text = ''] = written.kind === 'written' ? written.parts : [];
  const drawn = elementsOf(readMessage(text).web)
    .flatMap(({ content }) => content)
    .join('');
  expect(drawn).toContain('\u00a0');

  const { page } = await openTab(browser ?? '');
  await page.route('http://localhost/', (route) =>
    route.fulfill({ contentType: 'text/html; charset=utf-8', body: `<div>${drawn.replaceAll('\n', '<br />')}</div>` }),
  );
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto('http://localhost/');
  await page.locator('div').selectText();
  await page.keyboard.press('ControlOrMeta+c');
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe(code);
});
