import { describe, expect, it } from 'vitest';
import { agree, beginConnecting, connect, numberOn, openBrowser } from '../support/connecting.ts';
import { openHarness, overSocket } from '../support/harness.ts';

const { mode, engine } = overSocket;

describe('a person who connects by consent', () => {
  it('agrees on the portal, confirms in Slack, and then writes as themselves', async () => {
    const harness = await openHarness(engine, { mode, application: true });
    const { slack, portal } = harness;
    const anna = slack.as('anna');
    const browser = openBrowser();
    const back = await browser.visit(await agree(harness, browser, await beginConnecting(harness, 'anna'), 7));
    expect(back.status).toBe(200);
    expect(back.text).toContain('Anna Petrova');

    await anna.command('/b24task status');
    await anna.waitFor(({ text }) => text.includes('You are not connected'));

    const question = await anna.waitForView(({ content }) => content['callback_id'] === 'b24task.confirm');
    expect(JSON.stringify(question.content)).toContain('Connect as Anna Petrova on 127.0.0.1');
    const confirmed = await anna.submit({ number: numberOn(back) });
    expect(confirmed).toMatchObject({ outcome: 'updated', errors: {} });
    expect(JSON.stringify(anna.view()?.content)).toContain('Connected as Anna Petrova on 127.0.0.1');
    await anna.closeView();

    await anna.command('/b24task 51 hello');
    await anna.waitFor(({ text }) => text.startsWith('Sent'));
    expect(portal.chat(51)).toMatchObject([{ author: { id: 7 }, text: 'hello' }]);
    expect(slack.complaints).toEqual([]);
  });

  it('has what waits sent under a refreshed token', async () => {
    const harness = await openHarness(engine, { mode, application: true });
    await connect(harness, 'anna', 7);
    harness.portal.oauth.expireTokens();
    await harness.slack.as('anna').command('/b24task 51 hello');
    await harness.slack.waitFor('anna', ({ text }) => text.startsWith('Sent'));
    expect(harness.portal.oauth.counts).toMatchObject({ refreshCalls: 1, refused: 0 });
  });
});
