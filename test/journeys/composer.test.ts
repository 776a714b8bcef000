import { describe, expect, it } from 'vitest';
import { addressIn, agree, numberOn, openBrowser } from '../support/connecting.ts';
import { fieldText } from '../support/field-text.ts';
import { overSocket } from '../support/harness.ts';
import {
  expectNothingRefused,
  formOf,
  openJourney,
  sendTo,
  sentReply,
  shortcut,
  suggestionsOf,
  wordsOf,
} from './composing.ts';

describe('the message shortcut', () => {
  it('passes a message on with a comment, who wrote it, where, when, and a link, and says so in the thread', async () => {
    const harness = await openJourney(overSocket);
    const { slack, portal } = harness;
    await harness.link('anna', 7);
    const [anna, bob] = [slack.as('anna'), slack.as('bob')];
    const root = await bob.post('The *draft* is ready <https://acme.example/report>');
    const answer = await bob.post('Numbers are in', { threadTs: root.ts });

    expect(await anna.shortcut(shortcut, answer)).toMatchObject({ status: 200, timedOut: false });
    const form = await formOf(anna);
    expect(wordsOf(form)).toContain('Posted as Anna Petrova on 127.0.0.1');
    expect(wordsOf(form)).toContain('Numbers are in');
    const submission = await sendTo(anna, 51, { comment: 'Please *look* at this' });
    expect(submission).toMatchObject({ outcome: 'cleared', errors: {} });

    const reply = await sentReply(anna);
    expect(reply).toMatchObject({ ephemeralTo: anna.id, threadTs: root.ts, via: 'postEphemeral' });
    const page = `${portal.origin}/company/personal/user/7/tasks/task/view/51/`;
    expect(reply.text).toBe(`Sent to <${page}|task 51> “Prepare the quarterly report”.`);
    expect(slack.seenBy('bob')).toEqual([]);

    const [message] = portal.chat(51);
    expect(message?.author.id).toBe(7);
    const [comment, blank, head, text] = message?.text.split('\n') ?? [];
    expect([comment, blank]).toEqual(['Please [b]look[/b] at this', '']);
    expect(head).toContain('[b]bob[/b]');
    expect(head).toContain('#general');
    expect(head).toContain('[timestamp=');
    const link = `https://acme.slack.com/archives/${root.channel}/p${answer.ts.replace('.', '')}?thread_ts=${root.ts}&cid=${root.channel}`;
    expect(head).toContain(`[url=${link}]Slack[/url]`);
    expect(text).toBe('>>Numbers are in');
    expectNothingRefused(harness);
  });

  it('begins with the task to which the thread went before, whoever sent it, also from its first message', async () => {
    const harness = await openJourney(overSocket);
    const { slack } = harness;
    await harness.link('anna', 7);
    await harness.link('bob', 9);
    const [anna, bob] = [slack.as('anna'), slack.as('bob')];
    const root = await bob.post('shall we?');
    await bob.shortcut(shortcut, root);
    await formOf(bob);
    await sendTo(bob, 52);
    await sentReply(bob);
    const answer = await anna.post('we shall', { threadTs: root.ts });
    await anna.shortcut(shortcut, answer);
    expect((await formOf(anna)).values).toMatchObject({
      task: { task: { selected_option: { value: '52', text: { text: '52 · Move the website to the new server' } } } },
    });
    expect(await anna.submit()).toMatchObject({ outcome: 'cleared' });
    expect((await sentReply(anna)).text).toContain('task 52');
    expectNothingRefused(harness);
  });

  it('lets somebody who is not linked link first, in the same window, and then go on', async () => {
    const harness = await openJourney(overSocket);
    const { slack, portal } = harness;
    const anna = slack.as('anna');
    const message = await slack.as('bob').post('do not lose me');
    await anna.shortcut(shortcut, message);
    const view = await anna.waitForView(({ content }) => content['callback_id'] === 'b24task.link');
    expect(wordsOf(view)).toContain('To send this, connect to Bitrix24 first');
    expect(await anna.submit({ 'webhook-url': `${portal.origin}/rest/7/wrong-secret-here/` })).toMatchObject({
      outcome: 'errors',
    });
    expect(await anna.submit({ 'webhook-url': harness.webhookFor(7) })).toMatchObject({ outcome: 'updated' });
    const form = await formOf(anna);
    expect(form.id).toBe(view.id);
    expect(wordsOf(form)).toContain('Connected as Anna Petrova');
    expect(wordsOf(form)).toContain('do not lose me');
    expect(await sendTo(anna, 51)).toMatchObject({ outcome: 'cleared' });
    await sentReply(anna);
    expect(portal.chat(51)[0]?.text).toContain('do not lose me');
    expectNothingRefused(harness);
  });

  it('goes on as well where somebody connects by consent', async () => {
    const harness = await openJourney(overSocket, { application: true });
    const { slack, portal } = harness;
    const anna = slack.as('anna');
    await anna.shortcut(shortcut, await slack.as('bob').post('consent first'));
    await anna.waitForView(({ content }) => content['callback_id'] === 'b24task.link');
    await anna.click('b24task.connect');
    const leading = await anna.waitForView(({ blocks }) => addressIn(blocks) !== undefined);
    const browser = openBrowser();
    const back = await browser.visit(await agree(harness, browser, addressIn(leading.blocks) ?? '', 7));
    await anna.waitForView(({ content }) => content['callback_id'] === 'b24task.confirm');
    expect(await anna.submit({ number: numberOn(back) })).toMatchObject({ outcome: 'updated' });
    expect(wordsOf(await formOf(anna))).toContain('consent first');
    expect(await sendTo(anna, 51)).toMatchObject({ outcome: 'cleared' });
    expect(anna.view()).toBeUndefined();
    await sentReply(anna);
    expect(portal.chat(51)[0]?.text).toContain('consent first');
    expectNothingRefused(harness);
  });

  it('is one message however often the form is submitted', async () => {
    const harness = await openJourney(overSocket);
    const { slack, portal } = harness;
    await harness.link('anna', 7);
    const anna = slack.as('anna');
    await anna.shortcut(shortcut, await anna.post('only once'));
    await formOf(anna);
    const [first, again] = await Promise.all([sendTo(anna, 51), sendTo(anna, 51)]);
    await slack.redeliver(first.interaction);
    expect([first.outcome, again.outcome]).toEqual(['cleared', 'cleared']);
    await sentReply(anna);
    await anna.command('/b24task 52 something else');
    await anna.waitFor(({ text }) => text.includes('task 52'));
    expect(portal.chat(51)).toHaveLength(1);
    expectNothingRefused(harness);
  });

  it('says where the person acted that the window did not open, when the trigger has expired', async () => {
    const harness = await openJourney(overSocket);
    const { slack, portal } = harness;
    await harness.link('anna', 7);
    const anna = slack.as('anna');
    const message = await anna.post('too late');
    slack.fault('views.open', { error: 'expired_trigger_id' }, 1);
    expect(await anna.shortcut(shortcut, message)).toMatchObject({ status: 200 });
    const told = await anna.waitFor(({ text }) =>
      text.startsWith('*Nothing was sent:* the window could not be opened'),
    );
    expect(told).toMatchObject({ ephemeralTo: anna.id, channel: message.channel });
    expect(portal.counts.messages).toBe(0);
  });

  it('works in channels without the app, private ones, and between two people; replies are seen by nobody else', async () => {
    const harness = await openJourney(overSocket);
    const { slack, portal } = harness;
    await harness.link('anna', 7);
    const direct = await slack.openDirect('anna', 'bob');
    let count = 0;
    for (const [channel, place] of [
      ['random', '#random ·'],
      ['secret', 'private channel ·'],
      [direct, 'direct message ·'],
    ] as const) {
      const anna = slack.as('anna', { channel });
      const root = await anna.post(`from ${channel}`);
      const message = await slack.as('bob').post(`answer in ${channel}`, { channel, threadTs: root.ts });
      await anna.shortcut(shortcut, message);
      await formOf(anna);
      expect(await sendTo(anna, 51)).toMatchObject({ outcome: 'cleared' });
      const reply = await sentReply(anna, count === 0 ? undefined : anna.seen().at(-1)?.order);
      expect(reply).toMatchObject({ via: 'response_url', ephemeralTo: anna.id, channel: message.channel });
      expect(JSON.stringify(reply.blocks)).toContain('This is about the thread of');
      const sent = portal.chat(51)[count]?.text;
      expect(sent).toContain(`https://acme.slack.com/archives/${message.channel}/p${message.ts.replace('.', '')}`);
      expect(sent).toContain(place);
      expect(sent?.includes('secret ·')).toBe(false);
      expect(sent).toContain(`>>answer in ${channel}`);
      count += 1;
    }
    expect(slack.seenBy('bob')).toEqual([]);
    expectNothingRefused(harness);
  });
});

describe('what is passed on', () => {
  it('may be 40,000 characters long: all of it arrives, in numbered messages', async () => {
    const harness = await openJourney(overSocket);
    const { slack, portal } = harness;
    await harness.link('anna', 7);
    const anna = slack.as('anna');
    const text = Array.from({ length: 4_000 }, (_, index) => `word ${String(index).padStart(4, '0')}`).join('\n');
    expect(text.length).toBeGreaterThanOrEqual(39_999);
    await anna.shortcut(shortcut, await anna.post({ text }));
    expect(wordsOf(await formOf(anna))).toMatch(/Shown is the beginning; \d+ more characters are sent as well/);
    expect(wordsOf(await formOf(anna))).toMatch(/arrives as \d numbered messages/);
    await sendTo(anna, 51);
    expect((await sentReply(anna)).text).toMatch(/in \d parts\.$/);
    const arrived = portal.chat(51).map((message) => message.text);
    expect(arrived.every((part) => part.length <= 20_000)).toBe(true);
    const words = [...arrived.join('\n').matchAll(/word (\d{4})/g)].map(([, number]) => Number(number));
    expect(words).toEqual(Array.from({ length: 4_000 }, (_, index) => index));
    expectNothingRefused(harness);
  });

  it('shows no way to send it when it would make too many messages', async () => {
    const harness = await openJourney(overSocket);
    const { slack, portal } = harness;
    await harness.link('anna', 7);
    const anna = slack.as('anna');
    await anna.shortcut(
      shortcut,
      await anna.post({
        text: 'x'.repeat(39_000),
        attachments: Array(3)
          .fill(0)
          .map((_, i) => ({ text: `${i}${'y'.repeat(39_000)}` })),
      }),
    );
    const form = await anna.waitForView((view) => wordsOf(view).includes('*Too long to be sent:*'));
    expect(form.content['submit']).toBeUndefined();
    expect(portal.counts.messages).toBe(0);
    expectNothingRefused(harness);
  });

  it('may be only a file, and the preview says that files are not carried', async () => {
    const harness = await openJourney(overSocket);
    const { slack, portal } = harness;
    await harness.link('anna', 7, ['task', 'tasks']);
    const anna = slack.as('anna');
    const file = {
      id: 'F0PLAN0000',
      name: 'plan.pdf',
      title: 'plan.pdf',
      size: 2_048,
      permalink: 'https://acme.slack.com/files/U1/F0PLAN0000/plan.pdf',
    };
    await anna.shortcut(shortcut, await anna.post({ text: '', files: [file] }));
    const form = wordsOf(await formOf(anna));
    expect(form).toContain('plan.pdf');
    expect(form).toContain('Files are named, but not carried over: plan.pdf.');
    await sendTo(anna, 51);
    const reply = await sentReply(anna);
    expect(JSON.stringify(reply.blocks)).toContain('Files are named, but not carried over: plan.pdf.');
    expect(portal.chat(51)[0]?.text).toContain(`[url=${file.permalink}]plan.pdf[/url]`);
    expectNothingRefused(harness);
  });

  it("may be a bot's message, of which only blocks are readable", async () => {
    const harness = await openJourney(overSocket);
    const { slack, portal } = harness;
    await harness.link('anna', 7);
    const anna = slack.as('anna');
    const message = slack.addMessage('general', {
      type: 'message',
      subtype: 'bot_message',
      bot_id: 'B0DEPLOY00',
      username: 'Deployer',
      text: '',
      blocks: [{ type: 'section', text: { type: 'mrkdwn', text: '*Failed:* build 42 <!channel>' } }],
    });
    await anna.shortcut(shortcut, message);
    expect(wordsOf(await formOf(anna))).toContain('Deployer');
    await sendTo(anna, 51);
    await sentReply(anna);
    expect(portal.chat(51)[0]?.text).toContain('[b]Deployer[/b]');
    expect(portal.chat(51)[0]?.text).toContain('[b]Failed:[/b] build 42 @channel');
    expectNothingRefused(harness);
  });

  it('goes without the link where the person wants that, and the preview follows', async () => {
    const harness = await openJourney(overSocket);
    const { slack, portal } = harness;
    await harness.link('anna', 7);
    const anna = slack.as('anna');
    await anna.shortcut(shortcut, await anna.post('no link, please'));
    const form = wordsOf(await formOf(anna));
    expect(form).toContain('"text":"Slack"');
    expect(form).toMatch(/"type":"date","timestamp":\d{10},"format":"{date} {time}"/);
    await anna.suggest('task', '51');
    await anna.select('task', '51');
    await anna.select('comment', 'kept while the preview changes');
    expect(await anna.select('with-link', [])).toMatchObject({ status: 200 });
    const changed = await anna.waitForView((view) => !wordsOf(view).includes('"text":"Slack"'));
    expect(fieldText(changed)).toBe('kept while the preview changes');
    expect(await anna.submit()).toMatchObject({ outcome: 'cleared' });
    await sentReply(anna);
    expect(portal.chat(51)[0]?.text).toContain('kept while the preview changes');
    expect(portal.chat(51)[0]?.text).not.toContain('acme.slack.com');
    expectNothingRefused(harness);
  });

  it('is asked about before it goes to the same task twice, in the form, and goes when sent once more', async () => {
    const harness = await openJourney(overSocket);
    const { slack, portal } = harness;
    await harness.link('anna', 7);
    const anna = slack.as('anna');
    const message = await anna.post('again and again');
    await anna.shortcut(shortcut, message);
    await formOf(anna);
    await sendTo(anna, 51);
    const first = await sentReply(anna);
    await anna.closeView({ all: true });
    await anna.shortcut(shortcut, message);
    await formOf(anna);
    const question = await sendTo(anna, 51);
    expect(question.outcome).toBe('updated');
    expect(wordsOf(await formOf(anna))).toContain('you sent the same a moment ago');
    await slack.redeliver(question.interaction);
    expect(portal.chat(51)).toHaveLength(1);
    expect(await anna.submit()).toMatchObject({ outcome: 'cleared' });
    await sentReply(anna, first.order);
    expect(portal.chat(51)).toHaveLength(2);
    expectNothingRefused(harness);
  });

  it('is answered in Russian to somebody who chose it', async () => {
    const harness = await openJourney(overSocket);
    const { slack } = harness;
    await harness.chooseLanguage('bob', 'ru');
    await harness.link('bob', 9);
    const bob = slack.as('bob');
    await bob.shortcut(shortcut, await bob.post('по-русски'));
    expect(wordsOf(await formOf(bob))).toContain('Так сообщение придёт:');
    expect((await suggestionsOf(bob))[0]?.label).toBe('Сначала самые недавние');
    await sendTo(bob, 52);
    expect((await sentReply(bob)).text).toMatch(
      /^Отправлено в <\S+\|задачу 52> «Move the website to the new server»\.$/,
    );
    expectNothingRefused(harness);
  });
});
