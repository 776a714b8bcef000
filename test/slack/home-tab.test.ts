import { afterEach, describe, expect, it } from 'vitest';
import type { ReplyRoute } from '../../src/domain/delivery.ts';
import type { OpenView } from '../../src/sandbox/slack/state/views.ts';
import {
  clockOfToday,
  delivery,
  fakeUseCases,
  type Harness,
  identity,
  loggedReference,
  openHarness,
  until,
} from './harness.ts';

let harness: Harness | undefined;
afterEach(async () => {
  await harness?.close();
  harness = undefined;
});

describe('the Home tab', () => {
  it("stays within Slack's limits with many waiting messages and a long history", async () => {
    const open = Array.from({ length: 60 }, (_, index) => delivery({ id: `open-${index}` }));
    const ended = Array.from({ length: 10 }, (_, index) =>
      delivery({ id: `ended-${index}`, state: 'unknown', outcome: { kind: 'unknown' }, hasText: true }),
    );
    const { deliveries, linking } = fakeUseCases();
    harness = await openHarness({
      deps: {
        linking: { ...linking, find: async () => identity() },
        deliveries: { ...deliveries, listOpen: async () => open, listEnded: async () => ended },
      },
    });
    const anna = harness.slack.as('anna');
    await anna.openHome();
    const home = await anna.waitForHome((view) => says(view, 'And 40 more.'));
    expect(home.blocks.length).toBeLessThanOrEqual(100);
    expect(labelsOf(home)).toContain('Send the message to task 51 again');
    expect(labelsOf(home)).toContain('Do not send the message to task 51');
    expect(harness.slack.complaints).toEqual([]);
  });

  it.each([
    ['anna', 'This page cannot be shown right now.'],
    ['bob', 'Эту страницу сейчас не показать.'],
  ])('says to %s when the storage fails, with a reference that is in the log', async (name, words) => {
    const { linking } = fakeUseCases();
    const opened = await openHarness({
      deps: { linking: { ...linking, find: () => Promise.reject(new Error('the disk is gone')) } },
    });
    harness = opened;
    const person = opened.slack.as(name);
    await person.openHome();
    await person.waitForHome((view) => says(view, words, loggedReference(opened)));
  });

  it('never replaces newer data with data that was read earlier', async () => {
    let slow = true;
    const reads: (() => void)[] = [];
    const { linking } = fakeUseCases();
    harness = await openHarness({
      deps: {
        linking: {
          ...linking,
          find: () => {
            if (!slow) {
              return Promise.resolve(identity());
            }
            slow = false;
            return new Promise((resolve) => reads.push(() => resolve(undefined)));
          },
        },
      },
    });
    const { slack } = harness;
    const anna = slack.as('anna');
    await anna.openHome();
    await anna.openHome();
    await until(() => reads.length === 1);
    for (const read of reads) {
      read();
    }
    await until(() => slack.calls.filter(({ method }) => method === 'views.publish').length === 2);
    expect(says(anna.home() ?? expect.unreachable(), 'Connected as Anna Petrova')).toBe(true);
  });

  it('is published a few times for hundreds of visits at once, and shows the last state', async () => {
    const clock = clockOfToday();
    const state: { identity?: ReturnType<typeof identity> } = {};
    const { linking } = fakeUseCases();
    harness = await openHarness({ deps: { clock, linking: { ...linking, find: async () => state.identity } } });
    const { slack } = harness;
    const anna = slack.as('anna');
    const published = () => slack.calls.filter(({ method }) => method === 'views.publish').length;
    await Promise.all(Array.from({ length: 150 }, () => anna.openHome()));
    for (let visits = 0; visits < 50; visits += 1) {
      await anna.openHome();
    }
    state.identity = identity();
    await until(() => clock.waiting().includes(3_000));
    expect(published()).toBeLessThanOrEqual(10);
    clock.advance(3_000);
    await anna.waitForHome((view) => says(view, 'Connected as Anna Petrova'));
    expect(published()).toBeLessThanOrEqual(11);
  });

  it('says in a direct message what the tab cannot: that it is too late to cancel', async () => {
    const { deliveries } = fakeUseCases();
    harness = await openHarness({
      deps: { deliveries: { ...deliveries, listOpen: async () => [delivery()], cancel: async () => 'sending' } },
    });
    const anna = harness.slack.as('anna');
    await anna.openHome();
    const home = await anna.waitForHome((view) => says(view, 'Do not send'));
    await anna.click('Do not send', { on: home });
    const told = await anna.waitFor(() => true);
    expect(told.ephemeralTo).toBeNull();
    expect(told.text).toContain('Too late');
  });

  it('is published anew after a report, and after a window that was submitted', async () => {
    const clock = clockOfToday();
    const { linking } = fakeUseCases();
    harness = await openHarness({
      deps: {
        clock,
        linking: {
          ...linking,
          linkWebhook: async () => ({ ok: true, value: { account: identity().account, resumed: 0, cancelled: 0 } }),
        },
      },
    });
    const { slack, surface } = harness;
    const anna = slack.as('anna');
    const isPublished = async (times: number) => {
      await until(() => clock.waiting().includes(300) || times === 1);
      clock.advance(300);
      await until(() => slack.calls.filter(({ method }) => method === 'views.publish').length === times);
    };
    await anna.openHome();
    await isPublished(1);
    await anna.command('/b24task link');
    await isPublished(2);
    await anna.submit({ 'webhook-url': 'https://acme.bitrix24.com/rest/7/a-secret/' });
    await isPublished(3);
    const person = { tenant: slack.directory.person('anna').teamId, user: anna.id };
    const ended = delivery({ person, state: 'delivered', outcome: { kind: 'delivered' } });
    const route: ReplyRoute = { team: person.tenant, user: anna.id, locale: 'en', place: { channel: '' } };
    await surface.reporter.report({ kind: 'final', delivery: ended, losses: [], route, attempts: 0 });
    await isPublished(4);
  });

  it('is not published any more once the service stops', async () => {
    const clock = clockOfToday();
    harness = await openHarness({ deps: { clock } });
    const { slack, surface } = harness;
    const published = () => slack.calls.filter(({ method }) => method === 'views.publish').length;
    const anna = slack.as('anna');
    await anna.openHome();
    await until(() => published() === 1);
    await anna.command('/b24task default off');
    expect(clock.waiting()).toContain(300);
    await surface.stop();
    expect(clock.waiting()).not.toContain(300);
    await slack.sendEvent('app_home_opened', { user: anna.id, tab: 'home' });
    expect(published()).toBe(1);
  });

  it('is not published when the Messages tab is opened', async () => {
    harness = await openHarness();
    const { slack, surface } = harness;
    await slack.sendEvent('app_home_opened', { user: slack.as('anna').id, tab: 'messages' });
    await surface.stop();
    expect(slack.calls.filter(({ method }) => method === 'views.publish')).toEqual([]);
  });
});

function says(home: OpenView, ...words: readonly string[]): boolean {
  const text = JSON.stringify(home.blocks);
  return words.every((word) => text.includes(word));
}

/** What screen readers say for the buttons. */
function labelsOf({ blocks }: OpenView): string[] {
  return [...JSON.stringify(blocks).matchAll(/"accessibility_label":"([^"]*)"/g)].map(([, label]) => label ?? '');
}
