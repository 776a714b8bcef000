import { describe, expect, it } from 'vitest';
import type { Timing } from '../../src/delivery/timing.ts';
import type { Fault } from '../../src/sandbox/bitrix24/faults/faults.ts';
import { buildGenerations } from '../../src/sandbox/bitrix24/rest/build-generation.ts';
import { connect } from '../support/connecting.ts';
import { type Harness, openHarness, quickTiming } from '../support/harness.ts';

/** Anna links a webhook that is allowed nothing afterwards, and writes. */
async function openParked(timing: Partial<Timing> = {}) {
  const harness = await openHarness('SQLite', { overrides: { timing: { ...quickTiming, ...timing } } });
  const anna = harness.slack.as('anna');
  const webhook = harness.portal.createWebhook({ userId: 7, scopes: ['task', 'tasks'] });
  await anna.command('/b24task link');
  await anna.waitForView(() => true);
  expect((await anna.submit({ 'webhook-url': webhook.url })).errors).toEqual({});
  await anna.closeView({ all: true });
  webhook.setScopes(['user_basic']);
  await anna.command('/b24task 51 hello');
  const notice = await anna.waitFor(({ text }) => text.includes('is waiting for you'));
  return { harness, anna, notice, allow: () => webhook.setScopes(['task', 'tasks']) };
}

function expectSentOnce({ portal }: Harness): void {
  expect(portal.chat(51)).toMatchObject([{ text: 'hello' }]);
}

const isSent = ({ text }: { readonly text: string }) => text.startsWith('Sent');

describe('what waits for a permission that is then given to the same webhook', () => {
  it('goes out when its sender presses "Try now" on the notice, and stays before that', async () => {
    const { harness, anna, notice, allow } = await openParked();
    await anna.click('Try now', { on: notice });
    await anna.waitFor(({ text }) => text.includes('It does not work yet') && text.includes('lacks the permissions'));
    allow();
    await anna.click('Try now', { on: notice });
    await anna.waitFor(({ text }) => text.includes('Your connection works') && text.includes('1 message'));
    await anna.waitFor(isSent);
    await anna.click('Try now', { on: notice });
    await anna.waitFor(({ text }) => text.includes('nothing waits for it any more'));
    expectSentOnce(harness);
    expect(harness.slack.complaints).toEqual([]);
  });

  it.each(['status', 'Home'])('can be tried from the %s, which tells what waits', async (where) => {
    const { harness, anna, allow } = await openParked();
    allow();
    if (where === 'status') {
      await anna.command('/b24task status');
      const status = await anna.waitFor(({ text }) => text.includes('Connected as Anna Petrova'));
      expect(JSON.stringify(status)).toContain('lacks the permissions');
      await anna.click('Try now', { on: status });
    } else {
      await anna.openHome();
      await anna.click('Try now');
    }
    await anna.waitFor(isSent);
    expectSentOnce(harness);
  });

  it('is told by the doctor, who never says that nothing needs mending meanwhile, and lets it go on', async () => {
    const { harness, anna, allow } = await openParked();
    await anna.command('/b24task doctor');
    const before = await anna.waitFor(({ text }) => text.includes('Waiting messages'));
    expect(before.text).toContain('Waiting messages: *not OK.* 1 message waits for your connection');
    expect(before.text).not.toContain('Everything works');
    allow();
    await anna.command('/b24task doctor');
    const after = await anna.waitFor(({ text }) => text.includes('Everything works'));
    expect(after.text).toContain('1 message that waited for it goes out now');
    await anna.waitFor(isSent);
    expectSentOnce(harness);
  });

  it('goes out by itself with the next look', async () => {
    const { harness, anna, allow } = await openParked({ sweepEveryMs: 200 });
    allow();
    await anna.waitFor(isSent);
    expectSentOnce(harness);
  });
});

describe('an authentication that fails for a moment', () => {
  it.each(buildGenerations)('has the message wait, and then go out: %s', async (build) => {
    const harness = await openHarness('SQLite', { portal: { build } });
    await harness.link('anna', 7);
    const down: Fault = { kind: 'error', code: 'CONNECTION_ERROR', status: 401, shape: 'flat', moment: 'before' };
    harness.portal.faults.next(down);
    const anna = harness.slack.as('anna');
    await anna.command('/b24task 51 hello');
    await anna.waitFor(isSent);
    expectSentOnce(harness);
    expect(harness.slack.seenBy('anna').filter(({ text }) => text.includes('waiting for you'))).toEqual([]);
  });
});

describe('what waits for an application that was removed', () => {
  it('goes out when it is there again and its sender has it tried', async () => {
    const harness = await openHarness('SQLite', { application: true });
    await connect(harness, 'anna', 7);
    const anna = harness.slack.as('anna');
    harness.portal.oauth.uninstallApp();
    await anna.command('/b24task 51 hello');
    const notice = await anna.waitFor(({ text }) => text.includes('is not there any more'));
    harness.portal.oauth.installApp();
    await anna.click('Try now', { on: notice });
    await anna.waitFor(isSent);
    expectSentOnce(harness);
  });
});
