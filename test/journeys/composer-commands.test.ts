import { describe, expect, it } from 'vitest';
import { fieldText } from '../support/field-text.ts';
import { onPostgres } from '../support/harness.ts';
import { expectNothingRefused, formOf, openJourney, sendTo, sentReply, wordsOf } from './composing.ts';

describe('the command without a task', () => {
  it('alone opens the window: task and message', async () => {
    const harness = await openJourney(onPostgres);
    const { slack, portal } = harness;
    await harness.link('anna', 7);
    const anna = slack.as('anna');
    expect(await anna.command('/b24task')).toMatchObject({ status: 200, body: '', timedOut: false });
    await formOf(anna);
    expect(await anna.submit({ comment: 'no task yet' })).toMatchObject({ outcome: 'blocked' });
    expect(await sendTo(anna, 51, { comment: 'a *bold* <b> & more' })).toMatchObject({ outcome: 'cleared' });
    await sentReply(anna);
    expect(portal.chat(51)).toMatchObject([{ author: { id: 7 } }]);
    expect(portal.renderChat(51, 'web').replaceAll('\u2060', '')).toContain('a *bold* <b> & more');
    expectNothingRefused(harness);
  });

  it('with a message goes to the default task of the channel, and nowhere else', async () => {
    const harness = await openJourney(onPostgres);
    const { slack, portal } = harness;
    await harness.link('anna', 7);
    await harness.chooseLanguage('bob', 'ru');
    await harness.link('bob', 9);
    const [anna, bob] = [slack.as('anna'), slack.as('bob')];
    const set = await anna.command('/b24task default 52');
    expect(set.body).toContain('“Move the website to the new server”');
    const asked = await bob.command('/b24task moved it');
    expect(asked.body).toContain('|задачу 52> «Move the website to the new server», это задача канала по умолчанию');
    expect(portal.counts.messages).toBe(0);
    await bob.click('Отправить');
    expect((await sentReply(bob)).text).toContain('|задачу 52> «Move the website to the new server»');
    expect(portal.chat(52)).toMatchObject([{ author: { id: 9 }, text: 'moved it' }]);
    const first = await sentReply(bob);
    expect(await bob.command('/b24task and again')).toMatchObject({ status: 200, body: '' });
    await sentReply(bob, first.order);
    expect(portal.chat(52)).toHaveLength(2);
    await bob.command('/b24task not here', { channel: 'random' });
    expect(wordsOf(await formOf(bob))).toContain('not here');
    expect(portal.counts.messages).toBe(2);
    expectNothingRefused(harness);
  });

  it('without a default opens the window with the message in it, mentions and all', async () => {
    const harness = await openJourney(onPostgres);
    const { slack, portal } = harness;
    await harness.link('anna', 7);
    const anna = slack.as('anna');
    await anna.command('/b24task see https://acme.example/a?b=1&c=2 <soon>');
    const editable = await formOf(anna);
    expect(fieldText(editable)).toBe('see https://acme.example/a?b=1&c=2 <soon>');
    await sendTo(anna, 51);
    const first = await sentReply(anna);
    expect(portal.chat(51)[0]?.text).toContain('https://acme.example/a?b=1&c=2');
    await anna.command('/b24task ask @bob about it');
    const mention = await anna.waitForView((view) => fieldText(view).startsWith('ask '));
    expect(fieldText(mention)).toBe(`ask ${slack.as('bob').id} about it`);
    await sendTo(anna, 52);
    await sentReply(anna, first.order);
    expect(portal.chat(52)).toMatchObject([{ text: 'ask @bob about it' }]);
    expectNothingRefused(harness);
  });

  it('lets somebody who is not linked link first and keeps their message', async () => {
    const harness = await openJourney(onPostgres);
    const { slack, portal } = harness;
    const anna = slack.as('anna');
    await anna.command('/b24task my first message');
    await anna.waitForView(({ content }) => content['callback_id'] === 'b24task.link');
    await anna.submit({ 'webhook-url': harness.webhookFor(7) });
    const form = await formOf(anna);
    expect(fieldText(form)).toBe('my first message');
    await sendTo(anna, 51);
    await sentReply(anna);
    expect(portal.chat(51)).toMatchObject([{ text: 'my first message' }]);
    expectNothingRefused(harness);
  });
});

describe('the default task of a channel', () => {
  it('is shown, set by number or link, and cleared', async () => {
    const harness = await openJourney(onPostgres);
    const { slack, portal } = harness;
    await harness.link('anna', 7);
    const anna = slack.as('anna');
    const say = async (line: string) => String((await anna.command(line)).json['text']);
    expect(await say('/b24task default')).toContain('This channel has no default task.');
    expect(await say('/b24task default off')).toContain('This channel has no default task.');
    expect(await say('/b24task default #51')).toContain('“Prepare the quarterly report”');
    const page = `${portal.origin}/company/personal/user/7/tasks/task/view/52/`;
    expect(await say(`/b24task default ${page}`)).toContain(`<${page}|task 52>`);
    expect(await say('/b24task default')).toContain('“Move the website to the new server”');
    expect(await say('/b24task default 60')).toContain('*Nothing was changed:* there is no task 60');
    expect(await say('/b24task default https://other.bitrix24.com/task/comments/5/')).toContain('other.bitrix24.com');
    expect(await say('/b24task default')).toContain('task 52');
    expect(await say('/b24task default off')).toBe('This channel has no default task any more.');
    expect(await say('/b24task default')).toContain('This channel has no default task.');
    expect(portal.counts.messages).toBe(0);
    expectNothingRefused(harness);
  });

  it('may be left to administrators', async () => {
    const harness = await openJourney(onPostgres, { settings: { DEFAULTS_BY: 'admins' } });
    const { slack } = harness;
    await harness.link('anna', 7);
    await harness.link('carol', 12);
    const [anna, carol] = [slack.as('anna'), slack.as('carol')];
    expect((await anna.command('/b24task default 51')).body).toContain('is now');
    expect((await carol.command('/b24task default 52')).body).toContain('only administrators');
    expect((await carol.command('/b24task default off')).body).toContain('only administrators');
    expect((await carol.command('/b24task default')).body).toContain('task 51');
    slack.changePerson('anna', { isAdmin: false });
    expect((await anna.command('/b24task default off')).body).toContain('only administrators');
    expectNothingRefused(harness);
  });

  it('is set unchecked, and says so, while the portal is silent; somebody who is not linked is told to link', async () => {
    const harness = await openJourney(onPostgres);
    const { slack, portal } = harness;
    const anna = slack.as('anna');
    expect((await anna.command('/b24task default 51')).body).toContain('you are not connected to Bitrix24 yet');
    await harness.link('anna', 7);
    const held = portal.faults.hold('before');
    const answer = await anna.command('/b24task default 51');
    expect(answer).toMatchObject({ status: 200, timedOut: false });
    expect(answer.body).toContain('could not check');
    held.release();
    expectNothingRefused(harness);
  });
});
