import { describe, expect, it } from 'vitest';
import { onPostgres, openHarness, openNoticeHarness } from '../support/harness.ts';

const { mode, engine } = onPostgres;

describe('a person in Slack', () => {
  it('links, sends, and reads that it was sent; the text is in the task by that person', async () => {
    const { slack, portal, link } = await openHarness(engine, { mode });
    await link('anna', 7);

    const answer = await slack.as('anna').command('/b24task 51 hello *from* Slack &amp; <b>');
    expect(answer).toMatchObject({ status: 200, timedOut: false });
    const reply = await slack.waitFor('anna', ({ text }) => text.includes('Sent'));

    expect(reply.ephemeralTo).toBe(slack.as('anna').id);
    expect(reply.text).toBe(
      `Sent to <${portal.origin}/company/personal/user/7/tasks/task/view/51/|task 51> “Prepare the quarterly report”.`,
    );
    expect(portal.chat(51)).toMatchObject([{ author: { id: 7 } }]);
    expect(portal.renderChat(51, 'web').replaceAll('\u2060', '')).toContain('hello *from* Slack &amp; <b>');
  });

  it('names the task by number, by #number, and by any link form of the linked portal', async () => {
    const { slack, portal, link } = await openHarness(engine, { mode });
    await link('anna', 7);
    const forms = [
      '51',
      '#51',
      `${portal.origin}/company/personal/user/1/tasks/task/view/51/`,
      `${portal.origin}/workgroups/group/3/tasks/task/view/51/?ta_sec=x#y`,
      `${portal.origin}/extranet/contacts/personal/user/1/tasks/task/edit/51`,
    ];
    for (const [index, form] of forms.entries()) {
      await slack.as('anna').command(`/b24task ${form} message ${index}`);
    }
    await slack.waitFor(
      'anna',
      () => slack.seenBy('anna').filter(({ text }) => text.startsWith('Sent')).length === forms.length,
    );
    expect(portal.chat(51).map(({ text }) => text)).toEqual(forms.map((_, index) => `message ${index}`));
  });

  it('is told why a link to another portal is refused, and nothing is sent', async () => {
    const { slack, portal, link } = await openHarness(engine, { mode });
    await link('anna', 7);
    const answer = await slack
      .as('anna')
      .command('/b24task https://other.bitrix24.com/company/personal/user/1/tasks/task/view/51/ hi');
    expect(String(answer.body)).toContain('Nothing was sent');
    expect(String(answer.body)).toContain('other.bitrix24.com');
    expect(portal.counts.messages).toBe(0);
  });

  it('is asked before the same text goes to the same task twice, and can say yes', async () => {
    const { slack, portal, link } = await openHarness(engine, { mode });
    await link('anna', 7);
    const anna = slack.as('anna');
    await anna.command('/b24task 51 lunch?');
    await anna.waitFor(({ text }) => text.startsWith('Sent'));
    await anna.command('/b24task 51 lunch?');
    const question = await anna.waitFor(({ text }) => text.includes('you said the same'));
    expect(portal.chat(51)).toHaveLength(1);
    const [button] = ['b24task.send-again'];
    await anna.click(button, { on: question });
    await anna.waitFor(({ text }) => text.startsWith('Sent'), { after: question });
    expect(portal.chat(51)).toHaveLength(2);
  });

  it('gets one message when Slack hands the same interaction over twice', async () => {
    const { slack, portal, link } = await openHarness(engine, { mode });
    await link('anna', 7);
    const first = await slack.as('anna').command('/b24task 51 once');
    const again = await slack.redeliver(first.interaction);
    expect(again.status).toBe(200);
    await slack.waitFor('anna', ({ text }) => text.startsWith('Sent'));
    await slack.as('anna').command('/b24task 52 other');
    await slack.waitFor('anna', ({ text }) => text.includes('task 52'));
    expect(portal.chat(51)).toHaveLength(1);
  });

  it('unlinks, and is not linked any more', async () => {
    const { slack, portal, link } = await openHarness(engine, { mode });
    await link('anna', 7);
    await slack.as('anna').command('/b24task signout');
    await slack.as('anna').command('/b24task 51 hello');
    await slack.waitFor('anna', ({ text }) => text.includes('not connected'));
    expect(portal.counts.messages).toBe(0);
  });

  it('is acknowledged in time while the portal hangs, told that it waits, and told the end', async () => {
    const { slack, portal, link } = await openHarness(engine, { mode });
    await link('anna', 7);
    const held = portal.faults.hold('before');
    const answer = await slack.as('anna').command('/b24task 51 slow one');
    expect(answer).toMatchObject({ status: 200, timedOut: false });
    const waiting = await slack.waitFor('anna', ({ text }) => text.includes('Being sent'));
    expect(JSON.stringify(waiting.blocks)).not.toContain('b24task.cancel');
    held.release();
    await slack.waitFor('anna', ({ text }) => text.startsWith('Sent'), { after: waiting });
    expect(portal.chat(51)).toHaveLength(1);
  });

  it('keeps what was accepted through a restart', async () => {
    const harness = await openNoticeHarness({ mode }, engine);
    const { slack, portal } = harness;
    await harness.link('anna', 7);
    await portal.down();
    await slack.as('anna').command('/b24task 51 before the restart');
    await harness.noticesAfter(1);
    await slack.waitFor('anna', ({ text }) => text.includes('Not sent yet'));
    await harness.restart();
    await portal.up();
    await slack.waitFor('anna', ({ text }) => text.startsWith('Sent'));
    expect(portal.chat(51)).toHaveLength(1);
  });
});
