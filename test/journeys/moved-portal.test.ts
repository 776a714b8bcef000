import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startPortal } from '../../src/sandbox/bitrix24/portal.ts';
import { buildGenerations } from '../../src/sandbox/bitrix24/rest/build-generation.ts';
import type { SandboxOptions } from '../../src/sandbox/sandbox.ts';
import { connect } from '../support/connecting.ts';
import { type Engine, type Harness, openHarness } from '../support/harness.ts';

const taskPage = (origin: string, task: number) => `${origin}/company/personal/user/7/tasks/task/view/${task}/`;
const isParked = ({ text }: { readonly text: string }) => text.includes('is waiting for you');

/** Anna said something that was taken at the address that the portal has no more. */
async function openMoved(engine: Engine, options: SandboxOptions = {}, renamed: { readonly tls?: boolean } = {}) {
  const harness = await openHarness(engine, options);
  const old = harness.portal.origin;
  await harness.link('anna', 7);
  await harness.chooseLanguage('bob', 'ru');
  await harness.link('bob', 9);
  const anna = harness.slack.as('anna');
  await anna.command('/b24task default 52');
  await anna.waitFor(({ text }) => text.includes('task 52'));
  await harness.renamePortal(renamed);
  return { harness, old, anna, bob: harness.slack.as('bob') };
}

function told({ slack }: Harness, name: string): string[] {
  return slack.seenBy(name).map(({ text }) => text);
}

describe.each<Engine>(['SQLite', 'PostgreSQL'])('a portal that got another name, on %s', (engine) => {
  it.each(buildGenerations)('is the same one for people who connect again there: %s', async (build) => {
    const { harness, old, anna, bob } = await openMoved(engine, { portal: { build } });
    const { portal } = harness;
    await anna.command('/b24task 51 before');
    const notice = await anna.waitFor(isParked);
    expect(notice.text).toContain(`has moved to ${new URL(portal.origin).host}`);
    await anna.command('/b24task 51 meanwhile');
    await bob.command('/b24task 51 from bob');
    await bob.waitFor(({ text }) => text.includes('переехал'));

    await harness.link('anna', 7);
    await harness.slack.waitFor(
      'anna',
      () => told(harness, 'anna').filter((text) => text.startsWith('Sent')).length === 2,
    );
    expect(portal.chat(51).map(({ text, author }) => [text, author.id])).toEqual([
      ['before', 7],
      ['meanwhile', 7],
    ]);
    expect(told(harness, 'anna').join('\n')).not.toContain('another Bitrix24 user');

    await anna.command(`/b24task ${taskPage(old, 51)} by an old link`);
    await anna.command('/b24task by the default of the channel');
    await harness.slack.waitFor(
      'anna',
      () => told(harness, 'anna').filter((text) => text.startsWith('Sent')).length === 4,
    );
    expect(portal.chat(51).at(-1)?.text).toBe('by an old link');
    expect(portal.chat(52).map(({ text }) => text)).toEqual(['by the default of the channel']);
    await anna.command('/b24task 54 @bob look');
    await anna.waitFor(({ text }) => text.startsWith('Sent to') && text.includes('task 54'));
    expect(portal.chat(54).at(-1)?.text).toContain('[USER=9]');
    await anna.openHome();
    const home = await anna.waitForHome(({ content }) => JSON.stringify(content).includes('task 51'));
    expect(JSON.stringify(home)).not.toContain(old);

    await harness.link('bob', 9);
    await bob.waitFor(({ text }) => text.startsWith('Отправлено'));
    expect(portal.chat(51).at(-1)).toMatchObject({ text: 'from bob', author: { id: 9 } });
    expect(harness.slack.complaints).toEqual([]);
  });
});

const sent = ({ text }: { readonly text: string }) => text.startsWith('Sent');
const asAnother = ({ text }: { readonly text: string }) => text.includes('as another Bitrix24 user');

describe('what was said at an old address', () => {
  it('is not sent as somebody else there', async () => {
    const { harness, anna } = await openMoved('SQLite');
    await anna.command('/b24task 51 before');
    await anna.waitFor(isParked);
    await harness.link('anna', 9);
    await anna.waitFor(asAnother);
    expect(harness.portal.counts.messages).toBe(0);
  });

  it('goes nowhere on the word of that address alone', async () => {
    const { harness, anna } = await openMoved('SQLite');
    const before = harness.portal.requests.length;
    await anna.command('/b24task 51 before');
    const notice = await anna.waitFor(isParked);
    await anna.click('Try now', { on: notice });
    await anna.waitFor(({ text }) => text.includes('It does not work yet') && text.includes('has moved'));
    await harness.restart();
    expect(harness.portal.requests.slice(before).map(({ method }) => method)).toEqual([]);
    expect(harness.portal.counts.messages).toBe(0);
  });

  it('does not go to a portal that the address does not name, whoever has the same number there', async () => {
    const stranger = await startPortal();
    onTestFinished(() => stranger.close());
    const { harness, anna } = await openMoved('SQLite');
    await anna.command('/b24task 51 before');
    await anna.waitFor(isParked);
    await harness.restart({ BITRIX24_PORTALS: `${harness.environment['BITRIX24_PORTALS']},${stranger.origin}` });
    await linkWith(harness, stranger.createWebhook({ userId: 7, scopes: ['task', 'tasks'] }).url);
    await anna.waitFor(asAnother);
    expect(stranger.counts.messages + harness.portal.counts.messages).toBe(0);
  });

  it('can be sent again at the new one, also when the old one is silent and not allowed any more', async () => {
    const harness = await openHarness('SQLite');
    const { portal } = harness;
    await harness.link('anna', 7);
    const anna = harness.slack.as('anna');
    portal.faults.set({ kind: 'plan' });
    await anna.command('/b24task 51 before');
    const refused = await anna.waitFor(({ text }) => text.startsWith('*Not sent*'));
    portal.faults.clear();
    await harness.renamePortal();
    await anna.command('/b24task 51 now');
    await anna.waitFor(isParked);
    await harness.restart({ BITRIX24_PORTALS: portal.origin });
    await harness.link('anna', 7);
    await anna.waitFor(sent);
    await anna.click('Send again', { on: refused });
    await harness.slack.waitFor(
      'anna',
      () => told(harness, 'anna').filter((text) => text.startsWith('Sent to')).length === 2,
    );
    expect(portal.chat(51).map(({ text }) => text)).toEqual(['now', 'before']);
  });
});

describe('a portal that takes https only from now on', () => {
  it('is reported as such, and is the same portal over https', async () => {
    const { harness, anna, old } = await openMoved('SQLite', {}, { tls: true });
    const { portal } = harness;
    trust(portal.ca);
    await anna.command('/b24task 51 before');
    const notice = await anna.waitFor(isParked);
    expect(notice.text).toContain(`accepts https addresses only, at ${new URL(portal.origin).host}`);
    expect(notice.text).not.toContain('has moved');
    await harness.restart();
    await harness.link('anna', 7);
    await anna.waitFor(sent);
    await anna.command('/b24task by default');
    await anna.command(`/b24task ${taskPage(old, 53)} by link`);
    await harness.slack.waitFor(
      'anna',
      () => told(harness, 'anna').filter((text) => text.startsWith('Sent')).length === 3,
    );
    expect([51, 52, 53].map((task) => portal.chat(task).map(({ text }) => text))).toEqual([
      ['before'],
      ['by default'],
      ['by link'],
    ]);
  });
});

/** For the rest of the test. */
function trust(authority: string | undefined): void {
  const before = getCACertificates('default');
  onTestFinished(() => setDefaultCACertificates(before));
  setDefaultCACertificates([...before, authority ?? '']);
}

describe('the default task of a channel, and an old link', () => {
  it('lead to the new address also for somebody who unlinked before they linked again there', async () => {
    const { harness, old, anna } = await openMoved('SQLite');
    await anna.command('/b24task 51 before');
    await anna.waitFor(isParked);
    await anna.command('/b24task unlink');
    await anna.click('Disconnect', { on: await anna.waitFor(({ text }) => text.includes('Disconnect Bitrix24?')) });
    await anna.waitFor(({ text }) => text.startsWith('Disconnected'));
    await harness.link('anna', 7);
    await anna.command('/b24task by default');
    const question = await anna.waitFor(({ text }) =>
      text.includes('the default task of this channel. Send it there?'),
    );
    await anna.click('b24task.send-draft', { on: question });
    await anna.waitFor(sent);
    await anna.command(`/b24task ${taskPage(old, 53)} by link`);
    await harness.slack.waitFor(
      'anna',
      () => told(harness, 'anna').filter((text) => text.startsWith('Sent')).length === 2,
    );
    expect([52, 53].map((task) => harness.portal.chat(task).map(({ text }) => text))).toEqual([
      ['by default'],
      ['by link'],
    ]);
  });

  it('are those of the linked portal whatever the scheme that Slack wrote', async () => {
    const harness = await openHarness('SQLite');
    await harness.link('anna', 7);
    const anna = harness.slack.as('anna');
    await anna.command(`/b24task ${taskPage(harness.portal.origin.replace('http:', 'https:'), 51)} hello`);
    await anna.waitFor(sent);
    expect(harness.portal.chat(51).map(({ text }) => text)).toEqual(['hello']);
  });
});

describe('somebody who connected by consent', () => {
  it.each(buildGenerations)('notices nothing: the token server knows where the portal is (%s)', async (build) => {
    const harness = await openHarness('SQLite', { application: true, portal: { build } });
    const { portal } = harness;
    await connect(harness, 'anna', 7);
    const anna = harness.slack.as('anna');
    await anna.command('/b24task default 52');
    await anna.waitFor(({ text }) => text.includes('task 52'));
    await harness.renamePortal();
    await anna.command('/b24task 51 first');
    await anna.command('/b24task by default');
    await harness.slack.waitFor(
      'anna',
      () => told(harness, 'anna').filter((text) => text.startsWith('Sent')).length === 2,
    );
    expect([51, 52].map((task) => portal.chat(task).map(({ text }) => text))).toEqual([['first'], ['by default']]);
    expect(told(harness, 'anna').filter((text) => text.includes('moved'))).toEqual([]);
    expect(portal.oauth.counts).toMatchObject({ refreshCalls: 1, refused: 0 });
  });

  it('goes on once the administrator allows the new address', async () => {
    const harness = await openHarness('SQLite', { application: true });
    const { portal } = harness;
    const old = portal.origin;
    await connect(harness, 'anna', 7);
    const anna = harness.slack.as('anna');
    await portal.rename();
    await anna.command('/b24task 51 hello');
    const notice = await anna.waitFor(isParked);
    expect(notice.text).toContain('has moved to');
    await harness.restart({ BITRIX24_PORTALS: `${old},${portal.origin}` });
    await anna.click('Try now', { on: notice });
    await anna.waitFor(sent);
    expect(portal.chat(51).map(({ text }) => text)).toEqual(['hello']);
  });

  it('has the doctor say that all is well at the new address', async () => {
    const harness = await openHarness('SQLite', { application: true });
    await connect(harness, 'anna', 7);
    await harness.renamePortal();
    const anna = harness.slack.as('anna');
    await anna.command('/b24task doctor');
    await anna.waitFor(({ text }) => text.includes('Everything works'));
    await anna.command('/b24task status');
    await anna.waitFor(({ text }) => text.includes(`on ${new URL(harness.portal.origin).host}`));
  });
});

async function linkWith({ slack }: Harness, url: string): Promise<void> {
  const anna = slack.as('anna');
  await anna.command('/b24task link');
  await anna.waitForView(() => true);
  expect((await anna.submit({ 'webhook-url': url })).errors).toEqual({});
  await anna.closeView({ all: true });
}
