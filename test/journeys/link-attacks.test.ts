import { describe, expect, it } from 'vitest';
import { agree, beginConnecting, numberOn, openBrowser } from '../support/connecting.ts';
import { type Harness, onPostgres, openHarness, overHttp, overSocket } from '../support/harness.ts';

const setups = [overHttp, overSocket, onPostgres];

async function expectNotLinked({ slack }: Harness, name: string): Promise<void> {
  const person = slack.as(name);
  const after = person.seen().at(-1)?.order ?? 0;
  await person.command('/b24task status');
  const status = await person.waitFor(({ text }) => /You are not connected|Connected as/.test(text), { after });
  expect(status.text).toContain('You are not connected');
}

describe('somebody who passes on the link that connects them', () => {
  it.each(setups)('does not learn the number of the person who agrees: $mode, $engine', async ({ mode, engine }) => {
    const harness = await openHarness(engine, { mode, application: true });
    const [attackers, victims] = [openBrowser(), openBrowser()];
    const link = await beginConnecting(harness, 'carol');
    await attackers.visit(link);
    const back = await victims.visit(await agree(harness, victims, link, 7));
    expect(numberOn(back)).toMatch(/^\d{4}$/);
    const peeked = await attackers.visit(back.address);
    expect([peeked.status, numberOn(peeked)]).toEqual([404, '']);

    const carol = harness.slack.as('carol');
    await carol.waitForView(({ content }) => content['callback_id'] === 'b24task.confirm');
    const wrong = numberOn(back) === '1234' ? '4321' : '1234';
    for (const number of [wrong, wrong, wrong]) {
      await carol.submit({ number });
    }
    expect(JSON.stringify(carol.view()?.content)).toContain('nothing to confirm any more');
    await carol.closeView({ all: true });
    await expectNotLinked(harness, 'carol');
  });
});

describe('somebody who unlinks while the portal is slow to say whose webhook it is', () => {
  it.each(setups)('stays unlinked: $mode, $engine', async ({ mode, engine }) => {
    const harness = await openHarness(engine, { mode });
    const anna = harness.slack.as('anna');
    const url = harness.webhookFor(7);
    await anna.command('/b24task link');
    await anna.waitForView(() => true);
    const held = harness.portal.faults.hold('after');
    const submitting = anna.submit({ 'webhook-url': url });
    await held.arrived;
    await anna.command('/b24task unlink');
    await anna.waitFor(({ text }) => text.includes('there is nothing to disconnect'));
    held.release();
    const { errors } = await submitting;
    expect(Object.values(errors).join()).toMatch(/^$|was not connected: you disconnected/);
    await anna.closeView({ all: true });
    await expectNotLinked(harness, 'anna');
  });
});
