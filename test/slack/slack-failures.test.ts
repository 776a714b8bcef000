import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OwedAnswers } from '../../src/domain/owed-answer.ts';
import { textsIn } from '../../src/locales/locale.ts';
import type { Fault } from '../../src/sandbox/slack/state/faults.ts';
import { createSlackDirectory } from '../../src/slack/slack-directory.ts';
import { createSlackSurface } from '../../src/slack/surface.ts';
import type { ManualClock } from '../support/manual-clock.ts';
import { standingPortals } from '../support/standing-portals.ts';
import {
  clockOfToday,
  collectInto,
  createAnswers,
  delivery,
  fakeUseCases,
  type Harness,
  type HarnessOptions,
  identity,
  type Mode,
  openHarness,
  settingsFor,
  until,
} from './harness.ts';

const { accessDenied, commands, compose, linking, replies } = textsIn('en');

let harness: Harness;
let clock: ManualClock;
afterEach(async () => {
  expect(harness.slack.complaints).toEqual([]);
  await harness.close();
});

let mode: Mode;

const open = async (deps: HarnessOptions['deps'] = {}) => {
  clock = clockOfToday();
  harness = await openHarness({ mode, deps: { clock, ...deps } });
  return harness.slack;
};

/** Somebody who is linked, until they unlink. */
function linked(): NonNullable<HarnessOptions['deps']> {
  let isLinked = true;
  return {
    linking: {
      ...fakeUseCases().linking,
      find: async () => (isLinked ? identity() : undefined),
      unlink: async () => {
        isLinked = false;
        return { removed: true, cancelled: 0 };
      },
    },
    deliveries: { ...fakeUseCases().deliveries, cancel: async () => 'cancelled' },
  };
}

describe.each<Mode>(['http', 'socket'])('over %s', (transport) => {
  beforeEach(() => {
    mode = transport;
  });

  describe('a press on the Home tab', () => {
    const unlinkAtHome = async (fault: Fault, times?: number) => {
      const slack = await open(linked());
      const anna = slack.as('anna');
      await anna.openHome();
      const home = await anna.waitForHome(({ blocks }) => JSON.stringify(blocks).includes('Connected as Anna Petrova'));
      slack.fault('views.publish', fault, times);
      await anna.click('Disconnect', { on: home });
      await until(() => clock.waiting().includes(300));
      clock.advance(300);
      return { slack, anna };
    };

    it.each([{ error: 'internal_error' }, { error: 'invalid_arguments' }, { status: 500 }, { reset: true }] as const)(
      'shows there what came of it, also where Slack refused the tab once: %j',
      async (fault) => {
        const { anna } = await unlinkAtHome(fault, 1);
        await until(() => clock.waiting().includes(1_000));
        clock.advance(1_000);
        await anna.waitForHome(({ blocks }) => JSON.stringify(blocks).includes('not connected'));
        expect(anna.seen()).toEqual([]);
      },
    );

    it('has its result told where Slack does not take the tab', async () => {
      const { anna } = await unlinkAtHome({ error: 'internal_error' });
      for (const waitMs of [1_000, 3_000, 10_000]) {
        await until(() => clock.waiting().includes(waitMs));
        clock.advance(waitMs);
      }
      await anna.waitFor(({ text }) => text.includes(linking.unlinked));
    });

    it('has its result told before the service stops', async () => {
      const { anna } = await unlinkAtHome({ error: 'internal_error' }, 1);
      await until(() => clock.waiting().includes(1_000));
      await harness.surface.stop();
      await anna.waitFor(({ text }) => text.includes(linking.unlinked));
    });

    it('has its result told also where a tab that was read before the press is taken after it', async () => {
      const deps = linked();
      const read = Promise.withResolvers<void>();
      let reads = 0;
      const slack = await open({
        ...deps,
        defaults: {
          ...fakeUseCases().defaults,
          async list() {
            reads += 1;
            await (reads === 2 ? read.promise : undefined);
            return [];
          },
        },
      });
      const anna = slack.as('anna');
      const publications = () => slack.calls.filter(({ method }) => method === 'views.publish').length;
      await anna.openHome();
      const home = await anna.waitForHome(({ blocks }) => JSON.stringify(blocks).includes('Connected as Anna Petrova'));
      await anna.openHome();
      await until(() => reads === 2);
      await anna.click('Disconnect', { on: home });
      await until(() => clock.waiting().includes(300));
      read.resolve();
      await until(() => publications() === 2);
      slack.fault('views.publish', { error: 'internal_error' });
      for (const waitMs of [300, 1_000, 3_000, 10_000]) {
        await until(() => clock.waiting().includes(waitMs));
        clock.advance(waitMs);
      }
      await anna.waitFor(({ text }) => text.includes(linking.unlinked));
    });

    it('has its result told at once where Slack wants to be left alone for long', async () => {
      const { anna } = await unlinkAtHome({ rateLimitedSeconds: 60 });
      await anna.waitFor(({ text }) => text.includes(linking.unlinked));
    });
  });

  describe('an answer that is no delivery', () => {
    const press = async (fault: Fault, times?: number) => {
      const slack = await open(linked());
      const anna = slack.as('anna');
      await anna.command('/b24task 51 hello');
      const route = harness.submissions[0]?.route;
      if (!route) {
        throw new Error('Nothing was accepted');
      }
      const waiting = {
        kind: 'waiting',
        delivery: delivery({ acceptedAt: clock.now() }),
        losses: [],
        route,
        attempts: 0,
      };
      await harness.surface.reporter.report({ ...waiting, kind: 'waiting' });
      slack.fault('response_url', fault, times);
      await anna.click('Do not send');
      return anna;
    };

    it.each([{ status: 500 }, { rateLimitedSeconds: 1 }, { reset: true }] as const)(
      'takes the place of its button, also where the response URL fails for a second: %j',
      async (fault) => {
        const anna = await press(fault, 1);
        await until(() => clock.waiting().includes(1_000));
        clock.advance(1_000);
        const told = await anna.waitFor(({ text }) => text === replies.cancelledNow);
        expect(told).toMatchObject({ replaced: 1, ephemeralTo: anna.id });
        expect(anna.seen()).toHaveLength(1);
      },
    );

    it('comes as a direct message where the response URL goes on failing', async () => {
      const anna = await press({ status: 500 });
      for (const waitMs of [1_000, 5_000, 15_000]) {
        await until(() => clock.waiting().includes(waitMs));
        clock.advance(waitMs);
      }
      const told = await anna.waitFor(({ text }) => text === replies.cancelledNow);
      expect(told).toMatchObject({ via: 'postMessage', ephemeralTo: null });
    });
  });

  describe('an answer that Slack has not taken when the service stops', () => {
    it.each([
      ['by the next process', 0],
      ['by one that runs already, within minutes', 5 * 60_000],
    ])('is told %s, once', async (_, laterMs) => {
      const owedAnswers = createAnswers();
      const slack = await open({ ...linked(), owedAnswers });
      const anna = slack.as('anna');
      await anna.openHome();
      const home = await anna.waitForHome(({ blocks }) => JSON.stringify(blocks).includes('Connected as Anna Petrova'));
      const ends = ['views.publish', 'chat.postMessage'].map((method) =>
        slack.fault(method, { rateLimitedSeconds: 20 }),
      );
      const other = await openAnother(laterMs > 0, owedAnswers);
      await anna.click('Disconnect', { on: home });
      await until(() => clock.waiting().includes(300));
      clock.advance(300);
      await until(() => slack.calls.some(({ method }) => method === 'chat.postMessage'));
      await harness.surface.stop();
      expect(await owedAnswers.list()).toHaveLength(1);
      for (const end of ends) {
        end();
      }
      await other.start(laterMs);
      clock.advance(20_000);
      await anna.waitFor(({ text }) => text.includes(linking.unlinked));
      expect(anna.seen()).toHaveLength(1);
      expect(await owedAnswers.list()).toEqual([]);
      await other.stop();
    });

    /** Another process on the same storage and the same clock. */
    async function openAnother(runs: boolean, owedAnswers: OwedAnswers) {
      const settings = settingsFor(harness.slack, mode);
      const deps = { ...fakeUseCases(), clock, log: collectInto([]), owedAnswers };
      const directory = createSlackDirectory(settings, {
        ...deps,
        findIdentity: deps.linking.find,
        leads: standingPortals.leads,
      });
      const surface = createSlackSurface(settings, directory, deps);
      if (runs) {
        await surface.start();
      }
      return {
        async start(laterMs: number) {
          await (runs ? clock.advance(laterMs) : surface.start());
          await new Promise((resolve) => setImmediate(resolve));
        },
        stop: surface.stop,
      };
    }
  });

  describe('a window whose opening Slack confirms late', () => {
    it('is filled when it is there, and nobody is told that it did not open', async () => {
      const slack = await open(linked());
      const anna = slack.as('anna');
      slack.fault('views.open', { slowMs: 200 }, 1);
      const answering = anna.command('/b24task');
      await until(() => clock.waiting().includes(2_000));
      clock.advance(2_000);
      expect((await answering).body).toBe('');
      await anna.waitForView(({ content }) => content['submit'] !== undefined);
      expect(anna.seen()).toEqual([]);
    });

    it('is told of when Slack refuses it after all', async () => {
      const slack = await open(linked());
      const anna = slack.as('anna');
      slack.fault('views.open', { slowMs: 200, refusal: 'expired_trigger_id' }, 1);
      const answering = anna.command('/b24task');
      await until(() => clock.waiting().includes(2_000));
      clock.advance(2_000);
      expect((await answering).body).toBe('');
      await anna.waitFor(({ text }) => text === compose.notOpened);
    });
  });

  describe('while Slack does not accept the app', () => {
    const codes = ['invalid_auth', 'account_inactive', 'token_revoked', 'missing_scope', 'not_authed'];
    const openRefused = async (error: string, deps: HarnessOptions['deps'] = {}) => {
      const slack = await open({ rules: { allowGuests: false }, ...deps });
      slack.fault('*', { error });
      return slack.as('anna');
    };

    it.each(codes)('says what it is and whom to ask: %s', async (code) => {
      const anna = await openRefused(code);
      for (const text of ['status', 'link', '51 hello']) {
        expect((await anna.command(`/b24task ${text}`)).json['text']).toBe(accessDenied['app-refused']);
      }
      expect(harness.submissions).toEqual([]);
    });

    it.each(codes)('says so as well to somebody who is known: %s', async (code) => {
      const anna = await openRefused(code, linked());
      expect((await anna.command('/b24task link')).json['text']).toBe(accessDenied['app-refused']);
      expect((await anna.command('/b24task')).json['text']).toBe(accessDenied['app-refused']);
    });

    it.each(codes)('answers help and doctor all the same: %s', async (code) => {
      const anna = await openRefused(code);
      expect((await anna.command('/b24task help')).json['text']).toBe(commands.help);
      const answer = await anna.command('/b24task doctor');
      expect(JSON.stringify(answer.json)).toContain(code);
    });

    it('says that Slack does not tell who somebody is where it only does not answer', async () => {
      const slack = await open({ rules: { allowGuests: false } });
      slack.fault('*', { status: 500 });
      const anna = slack.as('anna');
      expect((await anna.command('/b24task status')).json['text']).toBe(accessDenied.unverified);
      expect((await anna.command('/b24task help')).json['text']).toBe(commands.help);
    });
  });
});
