import { describe, expect, it } from 'vitest';
import { addressIn, agree, beginConnecting, connect, numberOn, openBrowser } from '../support/connecting.ts';
import { type Harness, openHarness, openNoticeHarness } from '../support/harness.ts';

const isQuestion = ({ content }: { content: Readonly<Record<string, unknown>> }) =>
  content['callback_id'] === 'b24task.confirm';

/** Anna agreed in her browser and came back; the page that she sees. */
async function comeBack(harness: Harness, userId = 7) {
  const browser = openBrowser();
  return browser.visit(await agree(harness, browser, await beginConnecting(harness, 'anna'), userId));
}

function shown(view: { content: unknown } | undefined): string {
  return JSON.stringify(view?.content ?? {});
}

async function isLinked(harness: Harness): Promise<boolean> {
  const before = harness.slack.seenBy('anna').length;
  await harness.slack.as('anna').command('/b24task status');
  const [answer] = harness.slack.seenBy('anna').slice(before);
  return !answer?.text.includes('You are not connected');
}

describe('a person who comes back from the portal', () => {
  it('is asked in a direct message when the window is closed, and can say yes there', async () => {
    const harness = await openHarness('SQLite', { application: true });
    const anna = harness.slack.as('anna');
    const browser = openBrowser();
    const address = await beginConnecting(harness, 'anna');
    await anna.closeView({ all: true });
    const back = await browser.visit(await agree(harness, browser, address, 7));
    const question = await anna.waitFor(({ text }) => text.includes('Connect as Anna Petrova'));
    expect(question.ephemeralTo).toBeNull();
    await anna.click('Confirm', { on: question });
    await anna.waitForView(isQuestion);
    await anna.submit({ number: numberOn(back) });
    expect(shown(anna.view())).toContain('Connected as Anna Petrova');
    await anna.closeView();
    await anna.click('Confirm', { on: question });
    await anna.waitFor(({ text }) => text.includes('nothing to confirm any more'));
    expect(await isLinked(harness)).toBe(true);
    expect(harness.slack.complaints).toEqual([]);
  });

  it.each(['in the window', 'in a direct message'])('can say that it is not their account, %s', async (where) => {
    const harness = await openHarness('SQLite', { application: true });
    const anna = harness.slack.as('anna');
    const browser = openBrowser();
    const address = await beginConnecting(harness, 'anna');
    if (where === 'in a direct message') {
      await anna.closeView({ all: true });
    }
    await browser.visit(await agree(harness, browser, address, 9));
    if (where === 'in the window') {
      await anna.waitForView(isQuestion);
    } else {
      await anna.waitFor(({ text }) => text.includes('Connect as Boris Weber'));
    }
    await anna.click('Not me');
    if (where === 'in the window') {
      await anna.waitForView((view) => shown(view).includes('Nothing was connected'));
    } else {
      await anna.waitFor(({ text }) => text.includes('Nothing was connected'));
    }
    if (where === 'in the window') {
      await anna.closeView();
    }
    expect(await isLinked(harness)).toBe(false);
  });

  it('reads at the field that the number is wrong, and has three tries', async () => {
    const harness = await openHarness('SQLite', { application: true });
    const back = await comeBack(harness);
    const anna = harness.slack.as('anna');
    await anna.waitForView(isQuestion);
    const wrong = numberOn(back) === '1234' ? '4321' : '1234';
    expect((await anna.submit({ number: wrong })).errors).toEqual({
      number: 'That is not the number in your browser. You can try 2 more times.',
    });
    expect((await anna.submit({ number: 'no idea' })).errors['number']).toContain('1 more time.');
    expect((await anna.submit({ number: wrong })).outcome).toBe('updated');
    expect(shown(anna.view())).toContain('nothing to confirm any more');
    await anna.closeView();
    expect(await isLinked(harness)).toBe(false);
  });

  it('may write the number with a space in it', async () => {
    const harness = await openHarness('SQLite', { application: true });
    const number = numberOn(await comeBack(harness));
    const anna = harness.slack.as('anna');
    await anna.waitForView(isQuestion);
    await anna.submit({ number: ` ${number.slice(0, 2)} ${number.slice(2)} ` });
    expect(shown(anna.view())).toContain('Connected as Anna Petrova');
  });

  it('reads on the page that Slack could not be reached, and nothing is connected', async () => {
    const harness = await openHarness('SQLite', { application: true });
    const browser = openBrowser();
    const address = await agree(harness, browser, await beginConnecting(harness, 'anna'), 7);
    const restore = [
      harness.slack.fault('views.update', { error: 'internal_error' }),
      harness.slack.fault('chat.postMessage', { error: 'internal_error' }),
    ];
    const page = await browser.visit(address);
    expect([page.status, page.text]).toEqual([503, expect.stringContaining('could not ask you in Slack')]);
    for (const switchOff of restore) {
      switchOff();
    }
    await harness.slack.as('anna').closeView({ all: true });
    expect(await isLinked(harness)).toBe(false);
  });

  it('can begin before a restart of the service and come back after it', async () => {
    const harness = await openHarness('SQLite', { application: true });
    const browser = openBrowser();
    const address = await agree(harness, browser, await beginConnecting(harness, 'anna'), 7);
    await harness.restart();
    const back = await browser.visit(address);
    await harness.restart();
    const anna = harness.slack.as('anna');
    await anna.waitForView(isQuestion);
    await anna.submit({ number: numberOn(back) });
    expect(shown(anna.view())).toContain('Connected as Anna Petrova');
  });

  it('reads everything in Russian after choosing Russian, with a Russian browser', async () => {
    const harness = await openHarness('SQLite', { application: true });
    await harness.chooseLanguage('bob', 'ru');
    const bob = harness.slack.as('bob');
    const browser = openBrowser();
    const address = await beginConnecting(harness, 'bob');
    expect(shown(bob.view())).toContain('Открыть Битрикс24');
    const page = await browser.visit(address, { 'accept-language': 'ru' });
    expect(page.text).toContain('Подключить Slack к Битрикс24');
    harness.portal.browser.loginAs(9);
    const back = await browser.visit(harness.portal.browser.approve(page.link ?? ''), { 'accept-language': 'ru' });
    expect(back.text).toContain('Теперь подтвердите в Slack');
    await bob.waitForView(isQuestion);
    expect(shown(bob.view())).toContain('Подключить вас как Boris Weber');
    await bob.submit({ number: numberOn(back) });
    expect(shown(bob.view())).toContain('Вы подключены как Boris Weber');
  });

  it('changes to another account when they say so, and what waited as the first one is taken back', async () => {
    const harness = await openNoticeHarness({ application: true });
    await connect(harness, 'anna', 7);
    const { faults } = harness.portal;
    faults.script(({ method }) => (method.endsWith('.send') ? { kind: 'throttle' } : undefined));
    const anna = harness.slack.as('anna');
    await anna.command('/b24task 51 as Anna');
    await harness.noticesAfter(1);
    await anna.waitFor(({ text }) => text.includes('Not sent yet'));
    await connect(harness, 'anna', 9);
    await anna.waitFor(({ text }) => text.includes('written as another Bitrix24 user'));
    faults.clear();
    await anna.command('/b24task 51 as Boris');
    await anna.waitFor(({ text }) => text.startsWith('Sent'));
    expect(harness.portal.chat(51)).toMatchObject([{ author: { id: 9 }, text: 'as Boris' }]);
  });
});

describe('the language of the browser', () => {
  /** Connects Anna in a browser with these wishes; the language of the page, and of what the app answers then. */
  async function languagesOf(harness: Harness, wishes: string) {
    const anna = harness.slack.as('anna');
    const [browser, headers] = [openBrowser(), { 'accept-language': wishes }];
    const page = await browser.visit(await beginConnecting(harness, 'anna'), headers);
    harness.portal.browser.loginAs(7);
    await browser.visit(harness.portal.browser.approve(page.link ?? ''), headers);
    await anna.closeView({ all: true });
    return [page.headers.get('content-language'), await answeredIn(harness)];
  }

  async function answeredIn({ slack }: Harness) {
    const help = String((await slack.as('anna').command('/b24task help')).json['text']);
    return /[а-я]/.test(help) ? 'ru' : 'en';
  }

  it('is the first guess for people who have chosen none, when the app has none of its own', async () => {
    const harness = await openHarness('SQLite', { application: true });
    const anna = harness.slack.as('anna');
    expect(await languagesOf(harness, 'eo, eo;q=0.9')).toEqual(['en', 'en']);
    expect(await languagesOf(harness, 'ru-RU, en;q=0.5')).toEqual(['ru', 'ru']);
    expect(await languagesOf(harness, 'eo')).toEqual(['en', 'ru']);
    await anna.command('/b24task language en');
    expect(await answeredIn(harness)).toBe('en');
    await anna.command('/b24task language auto');
    expect(await answeredIn(harness)).toBe('en');
    await harness.restart({ LANGUAGE: 'ru' });
    expect(await languagesOf(harness, 'eo')).toEqual(['ru', 'ru']);
    expect(await languagesOf(harness, 'en-GB')).toEqual(['en', 'ru']);
  });
});

describe('the choice of the portal', () => {
  it('is offered where several may be connected', async () => {
    const harness = await openHarness('SQLite', { application: true });
    const portals = `https://one.bitrix24.com,${harness.portal.origin},https://two.bitrix24.com`;
    const several = await openHarness('SQLite', {
      application: true,
      settings: { BITRIX24_PORTALS: portals, BITRIX24_OAUTH_URL: harness.portal.origin },
    });
    const anna = several.slack.as('anna');
    await anna.command('/b24task link');
    await anna.click('Connect with Bitrix24');
    await anna.waitForView(({ content }) => content['callback_id'] === 'b24task.connect');
    expect(shown(anna.view())).toContain('one.bitrix24.com');
    await anna.submit({ portal: 'https://two.bitrix24.com' });
    const page = await openBrowser().visit(addressIn(anna.view()?.blocks ?? []) ?? '');
    expect(page.link).toMatch(/^https:\/\/two\.bitrix24\.com\/oauth\/authorize\/\?client_id=/);
    expect(several.slack.complaints).toEqual([]);
  });

  it('is left to the person where any may be connected, and checked', async () => {
    const harness = await openHarness('SQLite', { application: true, settings: { BITRIX24_PORTALS: '' } });
    const anna = harness.slack.as('anna');
    await anna.command('/b24task link');
    await anna.click('Connect with Bitrix24');
    await anna.waitForView(({ content }) => content['callback_id'] === 'b24task.connect');
    const problemWith = async (portal: string) => (await anna.submit({ portal })).errors['portal'] ?? '';
    expect(await problemWith('my portal')).toContain('not the address of a portal');
    expect(await problemWith('anna:secret@acme.bitrix24.com')).toContain('not the address of a portal');
    for (const inner of [
      'localhost',
      '127.0.0.1',
      '2130706433',
      '169.254.169.254',
      '[::1]',
      'http://acme.com',
      'portal.local',
    ]) {
      expect(await problemWith(inner)).toContain('may not be connected');
    }
    expect((await anna.submit({ portal: 'acme.bitrix24.com' })).outcome).toBe('updated');
    const page = await openBrowser().visit(addressIn(anna.view()?.blocks ?? []) ?? '');
    expect(page.link).toMatch(/^https:\/\/acme\.bitrix24\.com\/oauth\/authorize\/\?client_id=/);
  });

  it('is not offered at all where the service has no application in Bitrix24', async () => {
    const harness = await openHarness('SQLite');
    const anna = harness.slack.as('anna');
    await anna.command('/b24task link');
    expect(shown(anna.view())).not.toContain('Connect with Bitrix24');
    expect((await fetch(`${harness.serviceUrl}/bitrix24/connect?link=x`)).status).toBe(404);
  });
});

describe('the secrets of connecting', () => {
  it('are in no message, no log line and no address that the service prints', async () => {
    const harness = await openHarness('SQLite', { application: true });
    const browser = openBrowser();
    const address = await beginConnecting(harness, 'anna');
    const page = await browser.visit(address);
    harness.portal.browser.loginAs(7);
    const callback = harness.portal.browser.approve(page.link ?? '');
    const back = await browser.visit(callback);
    const anna = harness.slack.as('anna');
    await anna.waitForView(isQuestion);
    await anna.submit({ number: numberOn(back) });
    await anna.closeView();
    await anna.command('/b24task 51 hello');
    await anna.waitFor(({ text }) => text.startsWith('Sent'));
    const parameters = new URL(callback).searchParams;
    const state = parameters.get('state')?.split('.').at(-1) ?? '';
    const ticket = new URL(address).searchParams.get('link')?.split('.').at(-1) ?? '';
    const messages = JSON.stringify(harness.slack.seenBy('anna'));
    const log = harness.log.join('');
    for (const secret of [state, ticket, parameters.get('code') ?? '', 'sandbox-application-secret']) {
      expect(secret.length).toBeGreaterThan(10);
      expect(log).not.toContain(secret);
      expect(messages).not.toContain(secret);
    }
    expect(messages).not.toContain(numberOn(back));
  });
});
