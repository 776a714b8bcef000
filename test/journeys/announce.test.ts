import { describe, expect, it } from 'vitest';
import { textsIn } from '../../src/locales/locale.ts';
import { objectAt } from '../../src/sandbox/slack/json.ts';
import { defaultApp } from '../../src/sandbox/slack/options.ts';
import { onPostgres, overSocket } from '../support/harness.ts';
import { expectNothingRefused, formOf, openJourney, sendTo, sentReply, shortcut } from './composing.ts';

const [en, ru] = [textsIn('en'), textsIn('ru')];
const mark = 'white_check_mark';
const tick = { announce: ['reaction'] };

describe('what the readers of a message see once it was passed on', () => {
  it('is nothing unless its sender ticks the box', async () => {
    const harness = await openJourney(overSocket);
    const { slack } = harness;
    await harness.link('anna', 7);
    const [anna, bob] = [slack.as('anna'), slack.as('bob')];
    const [plain, marked] = [await bob.post('one'), await bob.post('two')];

    await anna.shortcut(shortcut, plain);
    expect(objectAt((await formOf(anna)).values, 'announce')).toMatchObject({ announce: { selected_options: [] } });
    await sendTo(anna, 51);
    const first = await sentReply(anna);
    expect(plain.reactions).toEqual(new Map());

    await anna.shortcut(shortcut, marked);
    await formOf(anna);
    await anna.suggest('task', '51');
    await anna.submit({ task: '51', ...tick });
    await sentReply(anna, first.order);
    expect([...marked.reactions.keys()]).toEqual([mark]);
    expectNothingRefused(harness);
  });

  it('is a check mark with ANNOUNCE=reaction, also for what is sent again', async () => {
    const harness = await openJourney(overSocket, { settings: { ANNOUNCE: 'reaction' } });
    const { slack, portal } = harness;
    await harness.chooseLanguage('bob', 'ru');
    await harness.link('bob', 9);
    const bob = slack.as('bob');
    const posted = await slack.as('anna').post('the draft');
    await bob.shortcut(shortcut, posted);
    await formOf(bob);
    await bob.suggest('task', '51');
    portal.faults.set({ kind: 'plan' });
    await bob.submit({ task: '51' });
    const refused = await bob.waitFor(({ text }) => text.startsWith('*Не отправлено*'));
    expect(posted.reactions).toEqual(new Map());

    portal.faults.set(undefined);
    await bob.click('Отправить снова', { on: refused });
    await sentReply(bob);
    expect([...posted.reactions.keys()]).toEqual([mark]);
    expect(portal.chat(51)).toHaveLength(1);
    expectNothingRefused(harness);
  });

  it('is nothing without the scope, which the reply and the doctor name; the message is sent all the same', async () => {
    const scopes = defaultApp.scopes.filter((scope) => scope !== 'reactions:write');
    const harness = await openJourney(overSocket, { slack: { app: { scopes } }, settings: { ANNOUNCE: 'reaction' } });
    const { slack, portal } = harness;
    await harness.chooseLanguage('bob', 'ru');
    for (const [name, userId, told, lacks] of [
      ['anna', 7, en.replies.notAnnounced['no-mark-scope'], 'The app lacks reactions:write'],
      ['bob', 9, ru.replies.notAnnounced['no-mark-scope'], 'Приложению не хватает прав: reactions:write'],
    ] as const) {
      await harness.link(name, userId);
      const person = slack.as(name);
      await person.shortcut(shortcut, await slack.as('carol').post(`for ${name}`));
      await formOf(person);
      await sendTo(person, 51);
      expect(JSON.stringify((await sentReply(person)).blocks)).toContain(told);
      await person.command('/b24task doctor');
      await person.waitFor(({ text }) => text.includes(lacks));
    }
    expect(portal.counts.messages).toBe(2);
    expect(slack.complaints).toEqual([]);
  });

  it('is one line in the thread with ANNOUNCE=reply', async () => {
    const harness = await openJourney(onPostgres, { settings: { ANNOUNCE: 'reply' } });
    const { slack } = harness;
    await harness.link('anna', 7);
    const [anna, bob] = [slack.as('anna'), slack.as('bob')];
    const root = await bob.post('a thread');
    const answer = await bob.post('with an answer', { threadTs: root.ts });
    await anna.shortcut(shortcut, answer);
    await formOf(anna);
    await sendTo(anna, 51);
    await sentReply(anna);
    const told = slack.seenBy('bob');
    expect(told).toMatchObject([{ threadTs: root.ts, via: 'postMessage', channel: root.channel }]);
    expect(told[0]?.text).toMatch(/^Sent to <.*\|task 51> “Prepare the quarterly report” by <@\w+>\.$/);
    expectNothingRefused(harness);
  });
});
