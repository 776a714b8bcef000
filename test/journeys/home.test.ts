import { describe, expect, it } from 'vitest';
import { objectsAt } from '../../src/sandbox/slack/json.ts';
import type { OpenView } from '../../src/sandbox/slack/state/views.ts';
import { connect } from '../support/connecting.ts';
import { type Harness, openHarness, overSocket, quickTiming } from '../support/harness.ts';

const { mode, engine } = overSocket;

/** What could not be sent stays waiting, and nothing but the tab says so. */
const patient = { timing: { ...quickTiming, waitingNoticeMs: 60_000, unreachableMs: [60_000] } };

describe('the Home tab', () => {
  it('leads somebody who is not linked to the window, and shows the link once it is made', async () => {
    const { slack, portal, webhookFor } = await openHarness(engine, { mode });
    const anna = slack.as('anna');
    await anna.openHome();
    await anna.waitForHome((home) => says(home, 'You are not connected to Bitrix24.', '1. Connect your'));

    await anna.click('Connect Bitrix24', { on: homeOf(anna) });
    await anna.waitForView(() => true);
    await anna.submit({ 'webhook-url': webhookFor(7) });

    const home = await anna.waitForHome((view) => says(view, 'Connected as Anna Petrova on'));
    expect(says(home, new URL(portal.origin).host)).toBe(true);
    expect(slack.complaints).toEqual([]);
  });

  it('shows the link also when it was made by consent and confirmed', async () => {
    const harness = await openHarness(engine, { mode, application: true });
    const anna = harness.slack.as('anna');
    await anna.openHome();
    await anna.waitForHome((home) => says(home, 'You are not connected to Bitrix24.'));
    await connect(harness, 'anna', 7);
    await anna.waitForHome((home) => says(home, 'Connected as Anna Petrova on'));
    expect(harness.slack.complaints).toEqual([]);
  });

  it('shows what waits with Cancel; pressing it takes the message back and says so in the tab', async () => {
    const { slack, portal, link } = await openHarness(engine, { mode, overrides: patient });
    await link('anna', 7);
    const anna = slack.as('anna');
    await anna.openHome();
    await portal.down();
    await anna.command('/b24task 51 never mind');
    await anna.waitForHome((home) => says(home, '1 waiting message', 'cannot be reached', 'Next try', 'Kept until'));
    const before = answersOf(slack.calls);

    await anna.click('Do not send', { on: homeOf(anna) });
    await anna.waitForHome((home) => says(home, 'taken back') && !says(home, 'Waiting'));
    await portal.up();
    expect(portal.counts.messages).toBe(0);
    expect(answersOf(slack.calls)).toBe(before);
    expect(slack.complaints).toEqual([]);
  });

  it('shows how messages ended, and sends one again, telling the end in a direct message', async () => {
    const { slack, portal, link } = await openHarness(engine, { mode });
    await link('anna', 7);
    const anna = slack.as('anna');
    portal.faults.next({ kind: 'plan' });
    await anna.command('/b24task 51 once more');
    await anna.waitFor(({ text }) => text.includes('Not sent'));
    await anna.openHome();
    await anna.waitForHome((home) => says(home, 'not sent'));

    await anna.click('Send again', { on: homeOf(anna) });
    await anna.waitForHome((home) => says(home, '*delivered*', 'You sent it again.'));
    expect(says(homeOf(anna), '"text":"Send again"')).toBe(false);
    const told = await anna.waitFor(({ text }) => text.startsWith('Sent to'));
    expect(told.ephemeralTo).toBeNull();
    expect(JSON.stringify(told.blocks)).not.toContain('This is about');
    expect(portal.chat(51).map(({ text }) => text)).toEqual(['once more']);
    expect(slack.complaints).toEqual([]);
  });

  it('lets a connected person write and check the connection from its first row', async () => {
    const { slack, portal, link } = await openHarness(engine, { mode });
    await link('anna', 7);
    const anna = slack.as('anna');
    await anna.openHome();
    await anna.waitForHome((home) => says(home, '1. Choose _Write to a task_ above.'));
    expect(objectsAt(homeOf(anna).blocks[0] ?? {}, 'elements').map(({ type }) => type)).toEqual([
      'button',
      'button',
      'overflow',
    ]);

    await anna.click('Check the connection', { on: homeOf(anna) });
    const told = await anna.waitFor(({ text }) => text.includes('Everything works.'));
    expect(told.ephemeralTo).toBeNull();

    await anna.click('Write to a task', { on: homeOf(anna) });
    await anna.waitForView(({ content }) => content['submit'] !== undefined);
    await anna.suggest('task', '51');
    await anna.submit({ task: '51', comment: 'from Home' });
    await anna.waitForHome((home) => says(home, '*delivered*') && !says(home, '1. Choose'));
    expect(portal.chat(51).map(({ text }) => text)).toEqual(['from Home']);
    expect(slack.complaints).toEqual([]);
  });

  it('warns once of a connection that died, with what waits for it, and lets it go on', async () => {
    const { slack, portal, link, webhookFor } = await openHarness(engine, { mode });
    await link('anna', 7);
    const anna = slack.as('anna');
    await anna.openHome();
    portal.faults.set({ kind: 'error', status: 401, shape: 'flat', moment: 'before', code: 'NO_AUTH_FOUND' });
    await anna.command('/b24task 51 one');
    await anna.command('/b24task 52 two');
    await anna.waitForHome((home) => says(home, '*Your connection does not work*, and 2 messages wait for it.'));
    expect(JSON.stringify(homeOf(anna).blocks).match(/no longer accepts your connection/g)).toHaveLength(1);
    expect(JSON.stringify(homeOf(anna).blocks).match(/Connect again with/g)).toHaveLength(1);

    portal.faults.set(undefined);
    await anna.click('Connect again', { on: homeOf(anna) });
    await anna.waitForView(() => true);
    await anna.submit({ 'webhook-url': webhookFor(7) });
    await anna.waitForHome((home) => says(home, '*delivered*') && !says(home, 'does not work', 'Waiting'));
    expect(portal.counts.messages).toBe(2);
    expect(slack.complaints).toEqual([]);
  });

  it('unlinks after a question, and shows it without a message', async () => {
    const { slack, link } = await openHarness(engine, { mode });
    await link('anna', 7);
    const anna = slack.as('anna');
    await anna.openHome();
    const home = await anna.waitForHome((view) => says(view, 'Connected as'));
    expect(says(home, 'A webhook still exists in Bitrix24')).toBe(true);
    const seen = anna.seen().length;

    await anna.click('Disconnect', { on: home });
    await anna.waitForHome((view) => says(view, 'You are not connected to Bitrix24.', 'Connect Bitrix24'));
    expect(anna.seen()).toHaveLength(seen);
    expect(slack.complaints).toEqual([]);
  });

  it('is refreshed by a press also after a restart', async () => {
    const harness = await openHarness(engine, { mode });
    const { slack } = harness;
    await harness.link('anna', 7);
    const anna = slack.as('anna');
    await anna.openHome();
    const home = await anna.waitForHome((view) => says(view, 'Connected as'));
    await harness.restart();
    await anna.click('Disconnect', { on: home });
    await anna.waitForHome((view) => says(view, 'You are not connected to Bitrix24.'));
  });

  it('lists the default tasks of the channels in which the person writes', async () => {
    const { slack, portal, link } = await openHarness(engine, { mode });
    await link('anna', 7);
    await link('bob', 9);
    const anna = slack.as('anna');
    await anna.openHome();
    await anna.waitForHome((home) => !says(home, 'Default tasks of your channels'));
    await anna.command('/b24task default 51', { channel: 'general' });
    const general = slack.directory.channel('general').id;
    const url = `${portal.origin}/company/personal/user/7/tasks/task/view/51/`;
    await anna.waitForHome((home) => says(home, 'Default tasks of your channels', `<#${general}>: <${url}|task 51>`));
    await anna.command('/b24task default off', { channel: 'general' });
    await anna.waitForHome((home) => !says(home, 'Default tasks of your channels'));

    const bob = slack.as('bob');
    await bob.openHome();
    await bob.waitForHome((home) => says(home, 'Connected as') && !says(home, 'Default tasks'));
    expect(slack.complaints).toEqual([]);
  });

  it('speaks Russian to Russian readers', async () => {
    const { slack, portal, link, chooseLanguage } = await openHarness(engine, { mode, overrides: patient });
    await chooseLanguage('bob', 'ru');
    await link('bob', 9);
    const bob = slack.as('bob');
    await bob.openHome();
    await bob.waitForHome((home) => says(home, 'Ваше подключение к Битрикс24', '1. Нажмите _Написать в задачу_'));
    await portal.down();
    await bob.command('/b24task 51 привет');
    await bob.waitForHome((home) => says(home, '1 ожидающее сообщение', 'Хранится до', 'Следующая попытка'));
    await bob.click('Не отправлять', { on: homeOf(bob) });
    await bob.waitForHome((home) => says(home, 'отозвано') && !says(home, 'Ждёт отправки'));
    await bob.click('Отключить', { on: homeOf(bob) });
    // The language that they chose is no part of the connection.
    await bob.waitForHome((home) => says(home, 'Вы не подключены к Битрикс24.'));
    expect(slack.complaints).toEqual([]);
  });
});

type Person = ReturnType<Harness['slack']['as']>;

function homeOf(person: Person): OpenView {
  const home = person.home();
  if (!home) {
    throw new Error(`${person.name} has no Home tab yet`);
  }
  return home;
}

/** Whether the tab has all of these words anywhere. */
function says(home: OpenView, ...words: readonly string[]): boolean {
  const text = JSON.stringify(home.blocks);
  return words.every((word) => text.includes(word));
}

/** How many calls posted a message into a channel or a direct conversation. */
function answersOf(calls: Harness['slack']['calls']): number {
  return calls.filter(({ method, args }) => method === 'chat.postMessage' && !String(args['text']).includes('ancel'))
    .length;
}
