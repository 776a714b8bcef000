import { afterEach, describe, expect, it } from 'vitest';
import type { Accepted } from '../../src/delivery/submission.ts';
import type { TakenBack } from '../../src/delivery/take-back.ts';
import type { Delivery } from '../../src/domain/delivery.ts';
import { textsIn } from '../../src/locales/locale.ts';
import type { SurfaceDeps } from '../../src/slack/ports.ts';
import {
  acme,
  clockOfToday,
  delivery,
  fakeUseCases,
  type Harness,
  type HarnessOptions,
  identity,
  loggedReference,
  openHarness,
  task,
  until,
} from './harness.ts';

const { replies, commands, acceptFailures, status } = textsIn('en');

describe.each(['http', 'socket'] as const)('a button over %s', (mode) => {
  let harness: Harness;
  const open = async (deps: HarnessOptions['deps'] = {}) => {
    harness = await openHarness({ mode, deps });
    return harness.slack;
  };
  const refused = delivery({ state: 'refused', outcome: { kind: 'refused', failure: { kind: 'no-access' } } });
  const report = async (about: Delivery, kind: 'final' | 'waiting' = 'final') => {
    await harness.slack.as('anna').command('/b24task 51 hello');
    const route = harness.submissions.at(-1)?.route;
    if (route) {
      await harness.surface.reporter.report({ kind, delivery: about, losses: [], route, attempts: 0 });
    }
    return harness.slack.as('anna');
  };
  afterEach(async () => {
    expect(harness.slack.complaints).toEqual([]);
    await harness.close();
  });

  describe('that sends again', () => {
    const resending = (result: Accepted | { kind: 'gone' }) => {
      const asked: unknown[] = [];
      const resend = async (request: unknown) => {
        asked.push(request);
        return result;
      };
      return { asked, deps: { resend } };
    };

    it('is acknowledged, sends the message, and disappears', async () => {
      const { asked, deps } = resending({
        kind: 'accepted',
        id: 'new',
        portal: acme,
        task: task(51),
        bitrixUserId: '7',
      });
      await open(deps);
      const anna = await report(refused);
      expect(await anna.click('Send again')).toMatchObject({ status: 200, body: '' });
      const told = await anna.waitFor(({ text }) => text === 'Sending it again to task 51. The result follows.');
      expect(told.replaced).toBe(1);
      expect(anna.seen()).toHaveLength(1);
      expect(asked).toMatchObject([{ id: 'delivery-1', nonce: 'again', person: { user: anna.id } }]);
    });

    it.each<[string, Accepted | { kind: 'gone' }, string, number]>([
      ['was taken before', { kind: 'duplicate', id: 'new' }, replies.sentAgainAlready, 1],
      ['is not kept any more', { kind: 'gone' }, replies.textForgotten, 1],
      ['is refused', { kind: 'failed', failure: { kind: 'not-linked' } }, acceptFailures['not-linked'], 0],
    ])('says that it %s', async (_, result, text, replaced) => {
      await open(resending(result).deps);
      const anna = await report(refused);
      await anna.click('Send again');
      expect(await anna.waitFor((message) => message.text === text)).toMatchObject({ replaced });
    });

    it('asks first where the message may then be there twice', async () => {
      await open();
      const unknown = delivery({ state: 'unknown', outcome: { kind: 'unknown' } });
      const anna = await report(unknown);
      const shown = JSON.stringify(anna.seen().at(-1)?.blocks);
      expect(shown).toContain('"confirm":{"title"');
      expect(shown).toContain('the message may be in the task twice');
    });

    it('says when it takes long, and answers all the same', async () => {
      const clock = clockOfToday();
      const hanging = Promise.withResolvers<Accepted>();
      let asked = false;
      await open({
        clock,
        resend: () => {
          asked = true;
          return hanging.promise;
        },
      });
      const anna = await report(refused);
      await anna.click('Send again');
      await until(() => asked);
      clock.advance(10_000);
      await anna.waitFor(({ text }) => text === commands.late);
      hanging.resolve({ kind: 'failed', failure: { kind: 'storage-unavailable' } });
      await anna.waitFor(({ text }) => text === acceptFailures['storage-unavailable']);
    });
  });

  describe('that takes back what was delivered', () => {
    const sent = delivery({ state: 'delivered', outcome: { kind: 'delivered' }, partsDelivered: 1 });
    const takingBack = (taken: TakenBack, asked: unknown[] = []): SurfaceDeps['takingBack'] => ({
      isOffered: () => true,
      takeBack: async (...given) => {
        asked.push(given);
        return taken;
      },
    });

    it('asks first, and takes the place of the reply once it is done', async () => {
      const asked: unknown[] = [];
      await open({ takingBack: takingBack({ kind: 'taken-back', delivery: sent }, asked) });
      const anna = await report(sent);
      expect(JSON.stringify(anna.seen().at(-1)?.blocks)).toContain('"confirm":{"title"');
      expect(await anna.click('Take back')).toMatchObject({ status: 200, body: '' });
      const told = await anna.waitFor(({ text }) => text.startsWith('*Taken back:* your message is deleted'));
      expect(told.replaced).toBe(1);
      expect(asked).toEqual([[expect.objectContaining({ user: anna.id }), 'delivery-1']]);
    });

    it.each<[TakenBack, RegExp]>([
      [{ kind: 'partly', delivery: sent, removed: 2, parts: 3 }, /^\*Only partly taken back:\* 2 of 3 parts/],
      [{ kind: 'not-allowed', delivery: sent }, /^\*Not taken back:\*.+does not let you delete it any more/],
      [{ kind: 'not-found', delivery: sent }, /^\*Not taken back:\*.+does not find it in the chat/],
      [{ kind: 'other-account', delivery: sent }, /^\*Not taken back:\*.+another Bitrix24 user/],
      [
        { kind: 'not-certain', delivery: sent },
        /^\*It is not certain\*.+did not answer\..+Press _Take back_ once more/,
      ],
      [
        { kind: 'failed', delivery: sent, failure: { kind: 'missing-scope', scopes: ['im'] } },
        /^\*Not taken back:\*.+lacks the permission im\./,
      ],
      [{ kind: 'nothing' }, /^There is nothing to take back here/],
    ])('says what came of it, and leaves the reply: %j', async (taken, words) => {
      await open({ takingBack: takingBack(taken) });
      const anna = await report(sent);
      await anna.click('Take back');
      expect(await anna.waitFor(({ text }) => words.test(text))).toMatchObject({ replaced: 0 });
    });

    it('is not shown when taking back is not possible', async () => {
      await open();
      const anna = await report(sent);
      expect(JSON.stringify(anna.seen().at(-1)?.blocks)).not.toContain('take-back');
    });
  });

  describe('whose window Slack does not open, because its trigger has expired', () => {
    const { compose, buttons } = textsIn('en');

    it.each([
      ['in an answer', '/b24task status', buttons.link, commands.viewNotOpened],
      ['in an answer about a message', '/b24task 51 hello', buttons.link, commands.viewNotOpened],
      ['on Home', undefined, buttons.link, commands.viewNotOpened],
      ['on Home', undefined, buttons.writeToTask, compose.notOpened],
    ])('says so where it was pressed: %s', async (_, command, label, told) => {
      const accept = async (): Promise<Accepted> => ({ kind: 'failed', failure: { kind: 'not-linked' } });
      const linked = { linking: { ...fakeUseCases().linking, find: async () => identity() } };
      const slack = await open({ accept, ...(label === buttons.writeToTask ? linked : {}) });
      const anna = slack.as('anna');
      await (command === undefined ? anna.openHome() : anna.command(command));
      const on =
        command === undefined ? await anna.waitForHome((view) => JSON.stringify(view).includes(label)) : undefined;
      slack.fault('views.open', { error: 'expired_trigger_id' }, 1);
      await anna.click(label, on ? { on } : {});
      await anna.waitFor(({ text }) => text.includes(told));
      expect(slack.openView('anna')).toBeUndefined();
    });
  });

  describe('that cancels', () => {
    const cancelling = (
      result: Awaited<ReturnType<SurfaceDeps['deliveries']['cancel']>>,
      more: Partial<SurfaceDeps['deliveries']> = {},
    ) => ({
      deliveries: { ...fakeUseCases().deliveries, cancel: async () => result, ...more },
    });

    it.each([
      ['cancelled', replies.cancelledNow, 1],
      ['sending', replies.tooLateToCancel, 0],
      ['ambiguous', replies.cannotCancel, 0],
      ['ended', replies.endedAlready, 0],
      ['absent', replies.endedAlready, 0],
    ] as const)('says what came of it: %s', async (result, text, replaced) => {
      await open(cancelling(result));
      const anna = await report(delivery(), 'waiting');
      await anna.click('Do not send');
      expect(await anna.waitFor((message) => message.text === text)).toMatchObject({ replaced });
    });

    it('shows the status again when it was pressed in the status', async () => {
      let waiting = [delivery({ id: 'one' }), delivery({ id: 'two' })];
      await open({
        deliveries: {
          ...fakeUseCases().deliveries,
          listOpen: async () => waiting,
          cancel: async (_, id) => {
            waiting = waiting.filter((candidate) => candidate.id !== id);
            return 'cancelled';
          },
        },
      });
      const anna = harness.slack.as('anna');
      await anna.command('/b24task status');
      await anna.click('Do not send');
      await anna.waitFor(({ blocks }) => JSON.stringify(blocks).includes(status.waiting(1)));
      expect(waiting.map(({ id }) => id)).toEqual(['two']);
      expect(anna.seen()).toHaveLength(1);
    });
  });

  it('answers an internal error with a reference, and stays', async () => {
    await open({
      deliveries: {
        ...fakeUseCases().deliveries,
        cancel: async () => {
          throw new Error('the disk is gone');
        },
      },
    });
    const anna = await report(delivery(), 'waiting');
    await anna.click('Do not send');
    const told = await anna.waitFor(({ text }) => text.includes(loggedReference(harness)));
    expect(told.replaced).toBe(0);
    expect(anna.seen()).toHaveLength(2);
  });

  it('of another version is answered, not left alone', async () => {
    const slack = await open();
    const elements = [
      { type: 'button', action_id: 'b24task.surprise', text: { type: 'plain_text', text: 'Surprise' } },
    ];
    slack.addMessage('general', { text: 'old', blocks: [{ type: 'actions', elements }] });
    const [old] = slack.history('general').slice(-1);
    if (!old) {
      throw new Error('There is no message');
    }
    const anna = slack.as('anna');
    expect(await anna.click('Surprise', { on: old })).toMatchObject({ status: 200 });
    await anna.waitFor(({ text }) => text === commands.unknownInteraction);
  });

  it('in an unknown window, and a shortcut, are answered as well', async () => {
    const slack = await open();
    const anna = slack.as('anna');
    const post = await slack.as('bob').post('hello', { channel: 'general' });
    expect(await anna.shortcut('unheard_of', post)).toMatchObject({ status: 200, body: '' });
    await anna.waitFor(({ text }) => text === commands.unknownInteraction);
    expect(await anna.shortcut('unheard_of_globally')).toMatchObject({ status: 200, body: '' });
    await anna.waitFor(({ text, via }) => text === commands.unknownInteraction && via === 'postMessage');
  });
});
