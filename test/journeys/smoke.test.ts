import { describe, expect, it } from 'vitest';
import type { OpenView } from '../../src/sandbox/slack/state/views.ts';
import { connect } from '../support/connecting.ts';
import { onPostgres, openNoticeHarness, overHttp, overSocket } from '../support/harness.ts';
import { expectNothingRefused, formOf, sentReply, shortcut, suggestionsOf } from './composing.ts';

/** What could not be sent stays waiting, so that there is time to press Cancel. */
const timing = { unreachableMs: [60_000] };

/**
 * Every kind of interaction once, in every way in which the service is run. What each of them does in all its cases is
 * tested in the other journeys, which are run in one way only: transports and engines have contract tests of their own.
 */
describe.each([overHttp, overSocket, onPostgres])('a whole day ($mode, $engine)', (setup) => {
  it('goes from the first link through messages, the form, waiting, the Home tab and unlinking to consent', async () => {
    const harness = await openNoticeHarness(
      { mode: setup.mode, application: true, overrides: { timing } },
      setup.engine,
    );
    const { slack, portal } = harness;
    const anna = slack.as('anna');
    await harness.link('anna', 7);

    const answer = await anna.command('/b24task 51 typed');
    expect(answer).toMatchObject({ status: 200, body: '', timedOut: false });
    const typed = await sentReply(anna);

    await anna.shortcut(shortcut, await slack.as('bob').post('passed on'));
    await formOf(anna);
    expect(await suggestionsOf(anna, 'NEW serv')).toMatchObject([{ values: ['52'] }]);
    expect(await anna.submit({ task: '52', comment: 'look' })).toMatchObject({ outcome: 'cleared' });
    await sentReply(anna, typed.order);

    await portal.down();
    await anna.command('/b24task 51 never mind');
    await harness.noticesAfter(1);
    const waiting = await anna.waitFor(({ text }) => text.includes('Not sent yet'));
    await anna.click('Do not send', { on: waiting });
    await anna.waitFor(({ text }) => text.includes('You took it back'));
    await portal.up();

    await harness.restart();
    await anna.openHome();
    const home = await anna.waitForHome((view) => says(view, 'Connected as Anna Petrova'));
    await anna.click('Disconnect', { on: home });
    await anna.waitForHome((view) => says(view, 'You are not connected'));

    await connect(harness, 'anna', 9);
    const before = anna.seen().at(-1);
    await anna.command('/b24task 51 as Boris');
    await anna.waitFor(({ text }) => text.startsWith('Sent'), before ? { after: before } : {});
    expect(portal.chat(51)).toMatchObject([
      { author: { id: 7 }, text: 'typed' },
      { author: { id: 9 }, text: 'as Boris' },
    ]);
    expect(portal.chat(52)).toMatchObject([{ author: { id: 7 }, text: expect.stringContaining('passed on') }]);
    expectNothingRefused(harness);
  });
});

function says({ blocks }: OpenView, words: string): boolean {
  return JSON.stringify(blocks).includes(words);
}
