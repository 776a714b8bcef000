import { describe, expect, it } from 'vitest';
import { askService } from '../admin/administer.ts';
import { type Harness, onPostgres, openHarness } from '../support/harness.ts';
import { formOf, sendTo } from './composing.ts';

const { mode, engine } = onPostgres;

/** Somebody who has sent `text` to task 51 and reads that it arrived. */
async function send({ slack }: Harness, name: string, text: string) {
  const person = slack.as(name);
  const after = person.seen().at(-1)?.order ?? 0;
  await person.command(`/b24task 51 ${text}`);
  return person.waitFor((message) => /^(?:Sent to|Отправлено в)/.test(message.text), { after });
}

/** What an administrator reads of the newest of two messages. */
async function isListedAsTakenBack(harness: Harness): Promise<void> {
  const listed = await askService(harness, 'outbox', 'list', '--state', 'delivered');
  const [, newest = '', before] = listed.lines;
  expect(newest).toMatch(/^\S+ +delivered, taken back +\d/);
  expect(before).toMatch(/^\S+ +delivered +\d/);
  const id = newest.split(' ')[0] ?? '';
  expect((await askService(harness, 'outbox', 'show', id)).text).toMatch(/^state +delivered, taken back$/m);
  const json = (await askService(harness, 'outbox', 'list', '--state', 'delivered', '--json')).lines;
  expect(json.map((line) => JSON.parse(line).takenBack)).toEqual([true, undefined]);
}

describe('taking back what was sent', () => {
  it.each([
    ['anna', 7, 'Take back', /^\*Taken back:\* your message is deleted from the chat of .*task 51/, '*taken back*'],
    ['bob', 9, 'Отозвать', /^\*Отозвано:\* ваше сообщение удалено из чата .*задачи 51/, '*отозвано*'],
  ])('deletes it from the chat, and says so there and on Home: %s', async (name, userId, label, words, state) => {
    const harness = await openHarness(engine, { mode });
    const { slack, portal, link } = harness;
    await harness.chooseLanguage(name, name === 'bob' ? 'ru' : 'en');
    await link(name, userId);
    const reply = await send(harness, name, 'too <early> & wrong');
    const person = slack.as(name);
    await person.click(label, { on: reply });
    const told = await person.waitFor(({ text }) => words.test(text));
    expect(told.replaced).toBe(1);
    expect(portal.chat(51)).toMatchObject([{ deleted: true, author: { id: userId } }]);
    await person.openHome();
    expect(JSON.stringify(await person.waitForHome(() => true))).toContain(state);
    expect(slack.complaints).toEqual([]);
  });

  it('deletes all parts of a long message, and nothing else', async () => {
    const harness = await openHarness('SQLite');
    const { slack, portal, link } = harness;
    await link('anna', 7);
    await send(harness, 'anna', 'before');
    const anna = slack.as('anna');
    const after = anna.seen().at(-1)?.order ?? 0;
    await anna.shortcut('send_to_b24task', await anna.post({ text: 'word by word\n'.repeat(3_000) }));
    await formOf(anna);
    await sendTo(anna, 51);
    const reply = await anna.waitFor(({ text }) => text.startsWith('Sent to'), { after });
    portal.write(9, 51, 'after');
    await anna.click('Take back', { on: reply });
    await anna.waitFor(({ text }) => text.startsWith('*Taken back:*'));
    const chat = portal.chat(51);
    expect(chat.length).toBeGreaterThan(3);
    expect(chat.filter(({ deleted }) => !deleted).map(({ text }) => text)).toEqual(['before', 'after']);
    await isListedAsTakenBack(harness);
  });

  it('takes the one of two equal messages that is meant', async () => {
    const harness = await openHarness('SQLite');
    const { slack, portal, link } = harness;
    await link('anna', 7);
    await send(harness, 'anna', 'twice');
    portal.write(7, 51, 'between');
    const anna = slack.as('anna');
    await anna.command('/b24task 51 twice');
    await anna.waitFor(({ text }) => text.startsWith('*Nothing was sent yet:*'));
    const after = anna.seen().at(-1)?.order ?? 0;
    await anna.click('Send once more');
    const second = await anna.waitFor(({ text }) => text.startsWith('Sent to'), { after });
    await anna.click('Take back', { on: second });
    await anna.waitFor(({ text }) => text.startsWith('*Taken back:*'));
    expect(portal.chat(51).map(({ deleted }) => deleted ?? false)).toEqual([false, false, true]);
  });

  it('is honest where the portal does not let anybody delete it any more, or it is not there', async () => {
    const harness = await openHarness('SQLite');
    const { slack, portal, link } = harness;
    await link('anna', 7);
    const reply = await send(harness, 'anna', 'it stays');
    const anna = slack.as('anna');
    portal.chatBuild.deletes = false;
    await anna.click('Take back', { on: reply });
    await anna.waitFor(({ text }) => /^\*Not taken back:\*.+does not let you delete it any more/.test(text));
    expect(portal.chat(51)).toMatchObject([{ text: 'it stays' }]);
    portal.chatBuild.deletes = true;
    await anna.click('Take back', { on: reply });
    await anna.waitFor(({ text }) => text.startsWith('*Taken back:*'));

    const other = await send(harness, 'anna', 'rewritten there');
    const [, second] = portal.chat(51);
    Object.assign(second ?? {}, { text: 'with other words' });
    await anna.click('Take back', { on: other });
    await anna.waitFor(({ text }) => /^\*Not taken back:\*.+does not find it in the chat/.test(text));
    expect(portal.chat(51).at(-1)).toMatchObject({ text: 'with other words' });
  });

  it('is not offered without the permission, and names it where it was lost', async () => {
    const harness = await openHarness('SQLite');
    const { slack, portal, link } = harness;
    await link('bob', 9, ['task', 'tasks']);
    expect(JSON.stringify((await send(harness, 'bob', 'без права')).blocks)).not.toContain('take-back');

    const anna = slack.as('anna');
    const webhook = portal.createWebhook({ userId: 7, scopes: ['task', 'tasks', 'im'] });
    await anna.command('/b24task link');
    await anna.waitForView(() => true);
    await anna.submit({ 'webhook-url': webhook.url });
    await anna.closeView({ all: true });
    const reply = await send(harness, 'anna', 'with it');
    webhook.setScopes(['task', 'tasks']);
    await anna.click('Take back', { on: reply });
    await anna.waitFor(({ text }) => /^\*Not taken back:\*.+lacks the permission im\./.test(text));
    expect(JSON.stringify((await send(harness, 'anna', 'without it')).blocks)).not.toContain('take-back');
    expect(slack.complaints).toEqual([]);
  });
});
