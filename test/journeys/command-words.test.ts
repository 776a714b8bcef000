import { describe, expect, it } from 'vitest';
import { textsIn } from '../../src/locales/locale.ts';
import { mrkdwn } from '../../src/slack/views/mrkdwn.ts';
import { onPostgres, overSocket } from '../support/harness.ts';
import { expectNothingRefused, formOf, openJourney, sentReply, wordsOf } from './composing.ts';

const [en, ru] = [textsIn('en'), textsIn('ru')];

describe.each([
  { setup: onPostgres, name: 'anna', bitrixUser: 7, texts: en },
  { setup: overSocket, name: 'bob', bitrixUser: 9, texts: ru },
])('commands of $name over $setup.mode', ({ setup, name, bitrixUser, texts }) => {
  it('go to the task that was named or nowhere, and never to the default instead', async () => {
    const harness = await openJourney(setup);
    const { slack, portal } = harness;
    await harness.chooseLanguage(name, texts === en ? 'en' : 'ru');
    await harness.link(name, bitrixUser);
    const person = slack.as(name);
    await person.command('/b24task default 52');
    let after = 0;
    for (const text of ['*51* one', '51: two', '№51, three', '`51` four', '\u200e51\u200b five']) {
      expect(await person.command(`/b24task ${text}`)).toMatchObject({ status: 200, body: '' });
      after = (await sentReply(person, after)).order;
    }
    expect(portal.chat(51).map(({ text }) => text)).toEqual(['one', 'two', 'three', 'four', 'five']);
    for (const text of ['*5.1* six', '051 seven', '51st eight', 'hlep', 'default of']) {
      const asked = await person.command(`/b24task ${text}`);
      expect(asked.json['text']).toContain(texts === en ? '*Nothing was sent:*' : '*Ничего не отправлено:*');
      expect(asked.json['text']).toContain('52');
    }
    for (const text of ['*help*', '?', 'помощь']) {
      expect((await person.command(`/b24task ${text}`)).json['text']).toBe(texts.commands.help);
    }
    expect((await person.command('/b24task default 5.1')).json['text']).toBe(
      texts.commands.wrong['bad-number'].default(mrkdwn.text('5.1')),
    );
    expect(portal.chat(52)).toEqual([]);
    expect(portal.counts.messages).toBe(5);
    expectNothingRefused(harness);
  });

  it('that were meant as messages are sent as such, once', async () => {
    const harness = await openJourney(setup);
    const { slack, portal } = harness;
    await harness.chooseLanguage(name, texts === en ? 'en' : 'ru');
    await harness.link(name, bitrixUser);
    const person = slack.as(name);
    await person.command('/b24task default 52');
    expect((await person.command('/b24task stats')).json['text']).toContain(
      texts.commands.nearly(mrkdwn.text('status')),
    );
    await person.click(texts.buttons.asMessage);
    await sentReply(person);
    expect(portal.chat(52)).toMatchObject([{ author: { id: bitrixUser }, text: 'stats' }]);
    await person.command('/b24task 51st place');
    await person.click(texts.buttons.chooseTask);
    expect(wordsOf(await formOf(person))).toContain('51st place');
    await person.closeView({ all: true });
    await person.command('/b24task unlnik', { channel: 'random' });
    await person.click(texts.buttons.asMessage);
    expect(wordsOf(await formOf(person))).toContain('unlnik');
    expect(portal.counts.messages).toBe(1);
    expectNothingRefused(harness);
  });

  it('show a task as its asker may see it, with one call, and lead on to writing', async () => {
    const harness = await openJourney(setup);
    const { slack, portal } = harness;
    await harness.chooseLanguage(name, texts === en ? 'en' : 'ru');
    await harness.link(name, bitrixUser);
    const person = slack.as(name);
    const before = portal.requests.length;
    const { json } = await person.command('/b24task *51*');
    expect(json['text']).toContain('Prepare the quarterly report');
    expect(json['text']).toContain(texts.compose.suggestions.statuses['in-progress']);
    expect(json['text']).toContain('Anna Petrova');
    expect(json['text']).toContain('<!date^');
    expect(portal.requests.length - before).toBe(1);
    await person.click(texts.buttons.write);
    const form = await formOf(person);
    expect(form.values).toMatchObject({ task: { task: { selected_option: { value: '51' } } } });
    expect((await person.command('/b24task 404')).json['text']).toContain(texts.taskCard.failed(404));
    expect((await person.command('/b24task https://other.bitrix24.com/task/comments/51/')).json['text']).toContain(
      'other.bitrix24.com',
    );
    expect(portal.counts.messages).toBe(0);
    expectNothingRefused(harness);
  });
});

describe('the language', () => {
  it('is the chosen one, else that of Slack, and outlives the connection', async () => {
    const harness = await openJourney(onPostgres);
    const { slack } = harness;
    const anna = slack.as('anna');
    const help = async () => (await anna.command('/b24task help')).json['text'];
    expect(await help()).toBe(en.commands.help);
    expect((await anna.command('/b24task language ru')).json['text']).toBe(ru.commands.language.chosen);
    expect(await help()).toBe(ru.commands.help);
    expect((await anna.command('/b24task язык')).json['text']).toBe(ru.commands.language.show);
    expect((await anna.command('/b24task язык авто')).json['text']).toBe(en.commands.language.auto);
    expect(await help()).toBe(en.commands.help);
    await anna.command('/b24task язык русский');
    await harness.link('anna', 7);
    await anna.command('/b24task disconnect');
    expect(await help()).toBe(ru.commands.help);
    expectNothingRefused(harness);
  });

  it('is the one of the service for people who have chosen none', async () => {
    const harness = await openJourney(onPostgres, { settings: { LANGUAGE: 'ru' } });
    const anna = harness.slack.as('anna');
    expect((await anna.command('/b24task help')).json['text']).toBe(ru.commands.help);
    await anna.command('/b24task language en');
    expect((await anna.command('/b24task help')).json['text']).toBe(en.commands.help);
  });
});
