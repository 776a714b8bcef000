import { describe, expect, it } from 'vitest';
import type { Portal } from '../../src/sandbox/bitrix24/portal.ts';
import { openPortal } from '../bitrix24/portals.ts';
import { type Harness, openHarness } from '../support/harness.ts';

/** Links a person to any portal, as they do it themselves. */
async function linkTo({ slack }: Harness, portal: Portal, name: string, userId: number): Promise<void> {
  const person = slack.as(name);
  await person.command('/b24task link');
  await person.waitForView(() => true);
  const { url } = portal.createWebhook({ userId, scopes: ['task', 'tasks'] });
  expect((await person.submit({ 'webhook-url': url })).errors).toEqual({});
  await person.closeView({ all: true });
}

/** What the doctor says about the room for requests. */
async function roomOf({ slack }: Harness, name: string): Promise<string | undefined> {
  await slack.as(name).command('/b24task doctor');
  const report = await slack.waitFor(name, ({ text }) => text.includes('Room for requests'));
  return /Room for requests: .*/.exec(report.text)?.[0];
}

describe('BITRIX24_RATE', () => {
  it('holds for each portal that it names, and its first part for the others', async () => {
    const [usual, big, small] = [await openPortal(), await openPortal(), await openPortal()];
    const harness = await openHarness('SQLite', {
      slack: {
        workspaces: [
          {
            domain: 'acme',
            people: [{ name: 'anna' }, { name: 'bob' }, { name: 'chen' }],
            channels: [{ name: 'general', withApp: true }],
          },
        ],
      },
      settings: {
        BITRIX24_PORTALS: [usual, big, small].map(({ origin }) => origin).join(','),
        BITRIX24_RATE: `40/3,${big.origin}=250/5,${small.origin}/=10/0.5`,
      },
    });
    await linkTo(harness, usual, 'anna', 7);
    await linkTo(harness, big, 'bob', 9);
    await linkTo(harness, small, 'chen', 12);
    expect(await roomOf(harness, 'anna')).toMatch(/ of 40 at once, and 3 more each second$/);
    expect(await roomOf(harness, 'bob')).toMatch(/ of 250 at once, and 5 more each second$/);
    expect(await roomOf(harness, 'chen')).toMatch(/ of 10 at once, and 0\.5 more each second$/);
  });
});

describe('a bucket that hardly fills again', () => {
  const burst = 30;
  /** The room of an untouched bucket: one place is a margin. */
  const capacity = burst - 1;

  it('serves titles from its upper half only, and deliveries down to the reserve for people', async () => {
    const harness = await openHarness('SQLite', { settings: { BITRIX24_RATE: `${burst}/0.001` } });
    const { slack, portal, link } = harness;
    await link('anna', 7, ['task', 'tasks']);
    const anna = slack.as('anna');
    const left = () => capacity - portal.requests.length;
    const titlesAsked = () => portal.requests.filter(({ method }) => method === 'tasks.task.get').length;
    const told = () => anna.seen().filter(({ text }) => text.startsWith('Sent to'));
    const send = async (task: number) => {
      const before = told().length;
      await anna.command(`/b24task ${task} hello ${before}`);
      await anna.waitFor(() => told().length > before);
      return told().at(-1)?.text;
    };

    expect(await send(51)).toContain('Prepare the quarterly report');
    expect(titlesAsked()).toBe(1);
    // There is room for one more title; the message after it leaves exactly half.
    while (left() > burst / 2 + 3) {
      await send(51);
    }
    expect(await send(52)).toContain('Move the website');
    expect([titlesAsked(), left()]).toEqual([2, burst / 2 + 1]);
    expect(await send(53)).not.toContain('Order chairs');
    expect(await send(52)).toContain('Move the website');
    while (left() > 2) {
      await send(51);
    }
    expect([titlesAsked(), portal.counts.messages]).toEqual([2, capacity - 2 - 2 - linking]);

    // Nothing is delivered from what is left, and whoever waits is answered from it.
    await anna.command('/b24task 51 not now');
    expect(await roomOf(harness, 'anna')).toBe(
      `Room for requests: *OK*, 2 of ${burst} at once, and 0.001 more each second`,
    );
    expect(portal.chat(51).map(({ text }) => text)).not.toContain('not now');
  });
});

/** The requests by which a webhook is linked. */
const linking = 2;
