import { afterEach, describe, expect, it } from 'vitest';
import type { Report } from '../../src/delivery/ports.ts';
import type { ReplyRoute } from '../../src/domain/delivery.ts';
import { Secret } from '../../src/domain/secret.ts';
import { textsIn } from '../../src/locales/locale.ts';
import type { SandboxSlack } from '../../src/sandbox/slack/slack.ts';
import type { ManualClock } from '../support/manual-clock.ts';
import { clockOfToday, delivery, type Harness, openHarness, until } from './harness.ts';

const sent = 'Sent to <https://acme.bitrix24.com/company/personal/user/7/tasks/task/view/51/|task 51>.';
const { replies } = textsIn('en');

describe('the reporter', () => {
  let harness: Harness;
  let clock: ManualClock;
  const open = async () => {
    clock = clockOfToday();
    harness = await openHarness({ deps: { clock } });
    return harness.slack;
  };
  afterEach(async () => {
    expect(harness.slack.complaints).toEqual([]);
    await harness.close();
  });

  const delivered = (route: ReplyRoute, writtenAgoMs = 1_000): Report => ({
    kind: 'final',
    delivery: delivery({
      state: 'delivered',
      outcome: { kind: 'delivered' },
      acceptedAt: Date.now() - writtenAgoMs,
      partsDelivered: 1,
    }),
    losses: [],
    route,
    attempts: 0,
  });
  const place = (slack: SandboxSlack, channel: string, threadTs?: string): ReplyRoute => {
    const anna = slack.directory.person('anna');
    const at = { channel: slack.directory.channel(channel).id, ...(threadTs ? { threadTs } : {}) };
    return { team: anna.teamId, user: anna.id, locale: 'en', place: at };
  };
  const routeOfCommand = async (slack: SandboxSlack, channel = 'general'): Promise<ReplyRoute> => {
    await slack.as('anna').command('/b24task 51 hello', { channel });
    const route = harness.submissions.at(-1)?.route;
    if (!route) {
      throw new Error('Nothing was accepted');
    }
    return route;
  };

  it('answers a command where it was typed, for its person only', async () => {
    const slack = await open();
    const route = await routeOfCommand(slack, 'secret');
    expect(await harness.surface.reporter.report(delivered(route))).toBe('made');
    const [reply, ...more] = slack.seenBy('anna');
    expect(reply).toMatchObject({
      text: sent,
      via: 'response_url',
      ephemeralTo: route.user,
      channel: route.place.channel,
    });
    expect(more).toEqual([]);
    expect(slack.seenBy('bob')).toEqual([]);
  });

  it('answers in the thread where the app is a member', async () => {
    const slack = await open();
    const root = await slack.as('bob').post('a thread', { channel: 'general' });
    const route = { ...(await routeOfCommand(slack)), place: place(slack, 'general', root.ts).place };
    expect(await harness.surface.reporter.report(delivered(route))).toBe('made');
    expect(slack.seenBy('anna')).toMatchObject([{ text: sent, via: 'postEphemeral', threadTs: root.ts }]);
  });

  it('names the thread where it cannot be in it', async () => {
    const slack = await open();
    const root = await slack.as('bob').post('a thread', { channel: 'random' });
    const route = { ...(await routeOfCommand(slack, 'random')), place: place(slack, 'random', root.ts).place };
    expect(await harness.surface.reporter.report(delivered(route))).toBe('made');
    const [reply] = slack.seenBy('anna');
    expect(reply).toMatchObject({ via: 'response_url' });
    expect(JSON.stringify(reply?.blocks)).toContain(`This is about the thread of <!date^${root.ts.split('.')[0]}^`);
  });

  it('answers in the channel where there is no response URL and the app is a member', async () => {
    const slack = await open();
    expect(await harness.surface.reporter.report(delivered(place(slack, 'general')))).toBe('made');
    expect(slack.seenBy('anna')).toMatchObject([{ text: sent, via: 'postEphemeral' }]);
  });

  it.each(['random', 'secret'])('writes directly where it is not in %s and has no response URL', async (channel) => {
    const slack = await open();
    const route = place(slack, channel);
    expect(await harness.surface.reporter.report(delivered(route))).toBe('made');
    const [reply] = slack.seenBy('anna');
    expect(reply).toMatchObject({ text: sent, via: 'postMessage' });
    expect(JSON.stringify(reply?.blocks)).toContain(`in <#${route.place.channel}>`);
  });

  it('writes directly when half an hour has passed, because an ephemeral reply may never be seen', async () => {
    const slack = await open();
    const route = { ...(await routeOfCommand(slack)), responseUrlUntil: Date.now() - 60_000 };
    expect(await harness.surface.reporter.report(delivered(route, 31 * 60_000))).toBe('made');
    const late = delivered(place(slack, 'general'), 31 * 60_000);
    expect(await harness.surface.reporter.report(late)).toBe('made');
    expect(slack.seenBy('anna').map(({ via }) => via)).toEqual(['postMessage', 'postMessage']);
    expect(JSON.stringify(slack.seenBy('anna')[0]?.blocks)).toContain('This is about your message of <!date^');
  });

  it('writes directly when the response URL is used up', async () => {
    const slack = await open();
    const route = await routeOfCommand(slack);
    for (let use = 0; use < 6; use += 1) {
      expect(await harness.surface.reporter.report(delivered(route))).toBe('made');
    }
    expect(slack.seenBy('anna').map(({ via }) => via)).toEqual([...Array(5).fill('response_url'), 'postMessage']);
  });

  it('posts to no response URL of a foreign host', async () => {
    const slack = await open();
    for (const foreign of [
      'https://hooks.slack.com.evil.example/x',
      'http://hooks.slack.com/x',
      'ftp://x',
      'nonsense',
    ]) {
      const route = {
        ...place(slack, 'random'),
        responseUrl: new Secret(foreign),
        responseUrlUntil: Date.now() + 60_000,
      };
      expect(await harness.surface.reporter.report(delivered(route))).toBe('made');
    }
    expect(slack.seenBy('anna').map(({ via }) => via)).toEqual(Array(4).fill('postMessage'));
    expect(JSON.stringify(harness.log)).not.toContain('evil.example');
  });

  it.each([
    ['is limited', { rateLimitedSeconds: 30 }],
    ['has a fault', { status: 500 }],
    ['answers nonsense', { status: 200, body: '<html>' }],
    ['says that it is busy', { error: 'service_unavailable' }],
    ['breaks off', { reset: true }],
  ] as const)('is asked to try again when Slack %s', async (_, fault) => {
    const slack = await open();
    const route = place(slack, 'random');
    const end = slack.fault('*', fault);
    expect(await harness.surface.reporter.report(delivered(route))).toEqual(
      'rateLimitedSeconds' in fault ? { againInMs: 30_000 } : 'again',
    );
    end();
    clock.advance(30_000);
    expect(await harness.surface.reporter.report(delivered(route))).toBe('made');
  });

  it.each([{ status: 500 }, { rateLimitedSeconds: 5 }, { reset: true }] as const)(
    'is asked to try again when the response URL does not work for now: %j',
    async (fault) => {
      const slack = await open();
      const route = await routeOfCommand(slack);
      const end = slack.fault('response_url', fault);
      const told = await harness.surface.reporter.report(delivered(route));
      expect(told).toEqual('rateLimitedSeconds' in fault ? { againInMs: 5_000 } : 'again');
      end();
      clock.advance(5_000);
      expect(await harness.surface.reporter.report(delivered(route))).toBe('made');
      expect(slack.seenBy('anna')).toHaveLength(1);
    },
  );

  it.each(['user_disabled', 'messages_tab_disabled'])(
    'knows that nobody can be reached when Slack says %s',
    async (error) => {
      const slack = await open();
      slack.fault('*', { error });
      expect(await harness.surface.reporter.report(delivered(place(slack, 'random')))).toBe('impossible');
      expect(slack.calls.filter(({ method }) => method === 'chat.postMessage')).toHaveLength(1);
    },
  );

  it.each(['account_inactive', 'token_revoked', 'invalid_auth', 'missing_scope', 'not_authed'])(
    'keeps what is to be told while Slack does not accept the app: %s',
    async (error) => {
      const slack = await open();
      const route = place(slack, 'random');
      const end = slack.fault('*', { error });
      for (const _ of [1, 2, 3]) {
        expect(await harness.surface.reporter.report(delivered(route))).toEqual({ againInMs: 20_000 });
      }
      expect(slack.calls.filter(({ method }) => method === 'chat.postMessage')).toEqual([]);
      expect(slack.calls.filter(({ method }) => method === 'chat.postEphemeral')).toHaveLength(3);
      end();
      clock.advance(20_000);
      expect(await harness.surface.reporter.report(delivered(route))).toBe('made');
    },
  );

  it('reaches people by their response URLs while Slack does not accept the app', async () => {
    const slack = await open();
    const route = await routeOfCommand(slack);
    slack.fault('*', { error: 'token_revoked' });
    expect(await harness.surface.reporter.report(delivered(route))).toBe('made');
    expect(slack.seenBy('anna')).toMatchObject([{ via: 'response_url' }]);
  });

  it('takes the response URL at once when the thread is limited', async () => {
    const slack = await open();
    const root = await slack.as('bob').post('a thread', { channel: 'general' });
    const route = { ...(await routeOfCommand(slack)), place: place(slack, 'general', root.ts).place };
    slack.fault('chat.postEphemeral', { rateLimitedSeconds: 20 });
    expect(await harness.surface.reporter.report(delivered(route))).toBe('made');
    expect(slack.seenBy('anna')).toMatchObject([{ via: 'response_url' }]);
  });

  it('waits as long as Slack says where there is one way only', async () => {
    const slack = await open();
    const route = place(slack, 'random');
    slack.fault('chat.postMessage', { rateLimitedSeconds: 20 }, 1);
    expect(await harness.surface.reporter.report(delivered(route))).toEqual({ againInMs: 20_000 });
    clock.advance(5_000);
    expect(await harness.surface.reporter.report(delivered(route))).toEqual({ againInMs: 15_000 });
    clock.advance(15_000);
    expect(await harness.surface.reporter.report(delivered(route))).toBe('made');
  });

  it('leaves a response URL alone that is limited, and writes directly where that lasts', async () => {
    const slack = await open();
    const route = await routeOfCommand(slack);
    slack.fault('response_url', { rateLimitedSeconds: 20 }, 1);
    expect(await harness.surface.reporter.report(delivered(route))).toEqual({ againInMs: 20_000 });
    expect(await harness.surface.reporter.report(delivered(route))).toEqual({ againInMs: 20_000 });
    expect(await harness.surface.reporter.report({ ...delivered(route), attempts: 3 })).toBe('made');
    expect(slack.seenBy('anna')).toMatchObject([{ via: 'postMessage' }]);
  });

  it.each(['expired_url', 'used_url', 'no_service'])(
    'writes directly when the response URL answers 200 with %s',
    async (error) => {
      const slack = await open();
      const route = await routeOfCommand(slack);
      slack.fault('response_url', { status: 200, body: JSON.stringify({ ok: false, error }) });
      expect(await harness.surface.reporter.report(delivered(route))).toBe('made');
      expect(slack.seenBy('anna')).toMatchObject([{ via: 'postMessage' }]);
    },
  );

  it('posts once to a response URL whose answer is late, and goes on waiting for it', async () => {
    const slack = await open();
    const route = await routeOfCommand(slack);
    slack.fault('response_url', { slowMs: 200 }, 1);
    const told = [];
    for (const _ of [1, 2, 3]) {
      const telling = harness.surface.reporter.report(delivered(route));
      await until(() => clock.waiting().includes(10_000));
      clock.advance(10_000);
      told.push(await telling);
    }
    const last = await harness.surface.reporter.report(delivered(route));
    expect([...told, last]).toEqual(['again', 'again', 'again', 'made']);
    expect(slack.seenBy('anna')).toHaveLength(1);
  });

  it('tells in one notice that many messages wait', async () => {
    const slack = await open();
    const route = await routeOfCommand(slack);
    const waiting = { ...delivered(route), kind: 'waiting' } as const;
    expect(await harness.surface.reporter.reportMany(waiting, 12)).toBe('made');
    expect(slack.seenBy('anna').map(({ text }) => text)).toEqual([replies.manyWait(12)]);
  });

  it('puts a button on its notice with which the person takes the message back', async () => {
    const cancelled: unknown[] = [];
    harness = await openHarness({
      deps: {
        deliveries: {
          listOpen: async () => [],
          listEnded: async () => [],
          wordingsOf: async () => new Map(),
          contentOf: async () => undefined,
          cancel: async (person, id) => {
            cancelled.push([person, id]);
            return 'cancelled';
          },
        },
      },
    });
    const { slack } = harness;
    const route = await routeOfCommand(slack);
    const waiting = { ...delivered(route), kind: 'waiting', delivery: delivery({ acceptedAt: Date.now() }) } as const;
    expect(await harness.surface.reporter.report(waiting)).toBe('made');
    await slack.as('anna').click('Do not send');
    const told = await slack.waitFor('anna', ({ text }) => text === replies.cancelledNow);
    expect(told).toMatchObject({ replaced: 1, ephemeralTo: route.user });
    expect(cancelled).toEqual([[{ tenant: route.team, user: route.user }, 'delivery-1']]);
  });
});
