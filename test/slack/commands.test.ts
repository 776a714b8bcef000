import { afterEach, describe, expect, it } from 'vitest';
import type { Accepted } from '../../src/delivery/submission.ts';
import { textsIn } from '../../src/locales/locale.ts';
import { mrkdwn } from '../../src/slack/views/mrkdwn.ts';
import { readMrkdwn } from '../../src/translation/read-mrkdwn.ts';
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
  portal,
  task,
  until,
} from './harness.ts';

const { commands, acceptFailures, linking, status } = textsIn('en');

describe.each(['http', 'socket'] as const)('the command over %s', (mode) => {
  let harness: Harness;
  const open = async (options: HarnessOptions = {}) => {
    harness = await openHarness({ mode, ...options });
    return harness.slack;
  };
  const answering = (accepted: Accepted): HarnessOptions => ({ deps: { accept: async () => accepted } });
  afterEach(async () => {
    expect(harness.slack.complaints).toEqual([]);
    await harness.close();
  });

  it('hands the message over with an empty acknowledgement, because the reply follows', async () => {
    const slack = await open();
    const answer = await slack.as('anna').command('/b24task 51 hello *there*\n\n<b> & @bob');
    expect(answer).toMatchObject({ status: 200, body: '', timedOut: false });
    const anna = slack.directory.person('anna');
    const bob = slack.directory.person('bob');
    expect(harness.submissions).toHaveLength(1);
    expect(harness.submissions[0]).toMatchObject({
      person: { tenant: anna.teamId, user: anna.id },
      interactionKey: { scope: anna.teamId },
      task: { kind: 'number', task: 51 },
      document: readMrkdwn(`hello *there*\n\n&lt;b&gt; &amp; <@${bob.id}|bob>`),
      losses: [],
      sayAgain: false,
      route: {
        team: anna.teamId,
        user: anna.id,
        locale: 'en',
        place: { channel: slack.directory.channel('general').id },
      },
    });
    expect(harness.submissions[0]?.route.responseUrl?.reveal()).toContain('/response/commands/');
    expect(harness.submissions[0]?.route.responseUrlUntil).toBeGreaterThan(Date.now() + 29 * 60_000);
  });

  it('answers in the language of the reader', async () => {
    const slack = await open();
    const answer = await slack.as('bob').command('/b24task help');
    expect(answer.json['text']).toBe(textsIn('ru').commands.help);
    await slack.as('bob').command('/b24task 51 привет');
    expect(harness.submissions[0]?.route.locale).toBe('ru');
  });

  it('keeps people apart by organisation where there is one, else by workspace', async () => {
    const people = [{ name: 'anna' }];
    const channels = [{ name: 'general' }];
    const enterprise = { id: 'E0ORG00000', name: 'Org' };
    const slack = await open({ slack: { workspaces: [{ domain: 'grid', enterprise, people, channels }] } });
    const anna = slack.directory.person('anna');
    await slack.as('anna').command('/b24task 51 hello');
    expect(harness.submissions[0]).toMatchObject({
      person: { tenant: 'E0ORG00000', user: anna.id },
      interactionKey: { scope: 'E0ORG00000' },
      route: { team: anna.teamId, enterprise: 'E0ORG00000' },
    });
  });

  it('is one interaction, however often Slack sends it', async () => {
    const slack = await open();
    const first = await slack.as('anna').command('/b24task 51 hello');
    await slack.redeliver(first.interaction);
    await slack.as('anna').command('/b24task 51 hello');
    const [one, same, other] = harness.submissions.map(({ interactionKey }) => interactionKey.handle);
    expect(one).toBe(same);
    expect(other).not.toBe(one);
  });

  it.each([
    ['/b24task 5.1 hello', commands.wrong['bad-number'].message(mrkdwn.text('5.1'))],
    ['/b24task https://acme.bitrix24.com/company/tasks/ hello', commands.wrong['not-a-task-link'].message],
  ])('says what is wrong with %s', async (line, text) => {
    const slack = await open();
    const answer = await slack.as('anna').command(line);
    expect(answer.json['text']).toContain(text);
    expect(answer.json['text']).toContain('`/b24task 51 your message`');
    expect(harness.submissions).toEqual([]);
  });

  it('refuses a webhook URL, and neither repeats nor logs nor hands it over', async () => {
    const slack = await open();
    const answer = await slack.as('anna').command('/b24task 51 https://acme.bitrix24.com/rest/1/planted-secret/');
    expect(answer.json).toMatchObject({ text: commands.webhookUrl });
    expect(harness.submissions).toEqual([]);
    expect(JSON.stringify([answer.body, harness.log])).not.toContain('planted-secret');
  });

  it('offers to link where a person is not linked', async () => {
    const slack = await open(answering({ kind: 'failed', failure: { kind: 'not-linked' } }));
    const answer = await slack.as('anna').command('/b24task 51 hello');
    expect(answer.json['text']).toBe(`${acceptFailures['not-linked']} “hello”`);
    await slack.as('anna').click('Connect Bitrix24');
    expect(await slack.as('anna').waitForView(() => true)).toMatchObject({ content: { callback_id: 'b24task.link' } });
  });

  it('says at once why a message was not taken', async () => {
    const failure = { kind: 'foreign-portal', portal: 'https://other.bitrix24.com', linked: acme } as const;
    const slack = await open(answering({ kind: 'failed', failure }));
    const answer = await slack.as('bob').command('/b24task https://other.bitrix24.com/task/comments/51/ hi');
    expect(answer.json['text']).toContain('other.bitrix24.com, а вы подключены к acme.bitrix24.com');
  });

  it('asks before the same is said twice, and sends it when told to', async () => {
    const said = delivery({ id: 'earlier', state: 'delivered', bitrixUserId: '7' });
    const resends: unknown[] = [];
    const slack = await open({
      deps: {
        accept: async () => ({ kind: 'said-before', delivery: said, nonce: 'nonce-1' }),
        resend: async (request) => {
          resends.push(request);
          return { kind: 'accepted', id: 'new', portal: acme, task: task(51), bitrixUserId: '7' };
        },
      },
    });
    const answer = await slack.as('anna').command('/b24task 51 hello');
    expect(answer.json['text']).toContain('it was delivered. Send it once more?');
    await slack.as('anna').click('Send once more');
    const told = await slack.waitFor('anna', ({ text }) => text.startsWith('Sending it again'));
    expect(told.text).toBe('Sending it again to task 51. The result follows.');
    expect(resends).toMatchObject([{ id: 'earlier', nonce: 'nonce-1', person: { user: told.ephemeralTo } }]);
  });

  it('says at once when the message has to wait for a new link', async () => {
    const parked = { kind: 'credential-rejected' } as const;
    const slack = await open(
      answering({ kind: 'accepted', id: 'd', portal: acme, task: task(51), bitrixUserId: '7', parked }),
    );
    const answer = await slack.as('anna').command('/b24task 51 hello');
    expect(answer.json['text']).toBe(
      '*Not sent yet:* your message to task 51 is waiting for you. “hello” acme.bitrix24.com no longer accepts your connection. Connect again with `/b24task connect`, and with a new incoming webhook if you used one.',
    );
  });

  it('has no second answer to an interaction that was accepted before', async () => {
    const slack = await open(answering({ kind: 'duplicate', id: 'd' }));
    expect(await slack.as('anna').command('/b24task 51 hello')).toMatchObject({ status: 200, body: '' });
  });

  it('is acknowledged in time when the storage hangs, and answered again when it does not any more', async () => {
    const clock = clockOfToday();
    const hanging = Promise.withResolvers<Accepted>();
    let asked = false;
    const accept = () => {
      asked = true;
      return hanging.promise;
    };
    const slack = await open({ deps: { clock, accept } });
    const answer = slack.as('anna').command('/b24task 51 hello');
    await until(() => asked);
    expect(Math.min(...clock.waiting())).toBeLessThan(3_000);
    clock.advance(2_500);
    expect((await answer).json).toMatchObject({ text: commands.late });
    hanging.resolve({ kind: 'failed', failure: { kind: 'storage-unavailable' } });
    const second = await slack.waitFor('anna', ({ via }) => via === 'response_url');
    expect(second.text).toBe(`${acceptFailures['storage-unavailable']} “hello”`);
    expect(JSON.stringify(second.blocks)).toContain('"text":"hello"');
  });

  it('has no answer of its own when a message is accepted late, because the reply follows', async () => {
    const clock = clockOfToday();
    const hanging = Promise.withResolvers<Accepted>();
    let asked = false;
    const accept = () => {
      asked = true;
      return hanging.promise;
    };
    const slack = await open({ deps: { clock, accept } });
    const answer = slack.as('anna').command('/b24task 51 hello');
    await until(() => asked);
    clock.advance(2_500);
    await answer;
    hanging.resolve({ kind: 'accepted', id: 'd', portal: acme, task: task(51), bitrixUserId: '7' });
    await harness.surface.stop();
    expect(slack.seenBy('anna')).toHaveLength(1);
  });

  it('answers an internal error with a reference that is in the log as well', async () => {
    const accept = async () => {
      throw new TypeError('a bug');
    };
    const slack = await open({ deps: { accept } });
    const answer = await slack.as('bob').command('/b24task 51 hello');
    expect(answer.status).toBe(200);
    expect(answer.json['text']).toContain(`Сообщите администратору этот код: \`${loggedReference(harness)}\``);
  });

  it('answers even when Slack does not say who the person is', async () => {
    const slack = await open();
    slack.fault('users.info', { error: 'user_not_visible' });
    expect((await slack.as('anna').command('/b24task help')).json['text']).toBe(commands.help);
  });

  it('shows who somebody is and what is waiting, why, and until when', async () => {
    const waiting = [
      delivery({ id: 'one', waitingFor: { kind: 'unreachable' }, nextAttemptAt: Date.UTC(2026, 10, 22, 14, 8) }),
      delivery({ id: 'two', task: task(52), state: 'sending' }),
      delivery({ id: 'three', task: task(53), ambiguous: true, waitingFor: { kind: 'no-answer' } }),
      delivery({ id: 'four', task: task(54), parked: true, waitingFor: { kind: 'token-expired' } }),
      delivery({ id: 'five', task: task(55) }),
    ];
    const cases = fakeUseCases();
    const slack = await open({
      deps: {
        linking: { ...cases.linking, find: async () => identity() },
        deliveries: { ...cases.deliveries, listOpen: async () => waiting },
      },
    });
    const { json } = await slack.as('anna').command('/b24task status');
    expect(json['text']).toBe(
      'Connected as Anna Petrova on acme.bitrix24.com, since <!date^1795356180^{date_short_pretty}, {time}|2026-11-22 14:03 UTC>.',
    );
    const shown = JSON.stringify(json['blocks']);
    expect(shown).toContain('*5 waiting messages:*');
    expect(shown).toContain('acme.bitrix24.com cannot be reached. Next try: <!date^1795356480^');
    expect(shown).toContain(status.sending);
    expect(shown).toContain(status.mayHaveArrived);
    expect(shown).toContain('Your access to acme.bitrix24.com has expired.\\nConnect again with');
    expect(shown).toContain('It is waiting for its turn. Kept until <!date^');
    const cancellable = [...shown.matchAll(/"value":"status (\w+)"/g)].map((match) => match[1]);
    expect(cancellable).toEqual(['one', 'four', 'five']);
  });

  it('shows no more than a message can hold, and says how many there are', async () => {
    const waiting = Array.from({ length: 200 }, (_, index) => delivery({ id: `delivery-${index}` }));
    const slack = await open({ deps: { deliveries: { ...fakeUseCases().deliveries, listOpen: async () => waiting } } });
    const shown = JSON.stringify((await slack.as('anna').command('/b24task status')).json);
    expect(shown).toContain(status.waiting(200));
    expect(shown).toContain('And 180 more.');
    expect(shown).toContain(linking.notLinked);
  });

  it('unlinks at once when nothing is waiting', async () => {
    const cases = fakeUseCases();
    const unlink = async () => ({ removed: true, cancelled: 0 });
    const slack = await open({ deps: { linking: { ...cases.linking, find: async () => identity(), unlink } } });
    for (const word of ['unlink', 'logout', 'signout']) {
      expect((await slack.as('anna').command(`/b24task ${word}`)).json['text']).toBe(linking.unlinked);
    }
  });

  it('says so when there is nothing to disconnect', async () => {
    const slack = await open();
    expect((await slack.as('anna').command('/b24task unlink')).json['text']).toBe(linking.nothingToUnlink);
  });

  it('asks before unlinking when messages are waiting', async () => {
    const cases = fakeUseCases();
    let unlinked = 0;
    const slack = await open({
      deps: {
        linking: {
          ...cases.linking,
          find: async () => identity(),
          unlink: async () => {
            unlinked += 1;
            return { removed: true, cancelled: 2 };
          },
        },
        deliveries: { ...cases.deliveries, listOpen: async () => [delivery(), delivery({ id: 'two' })] },
      },
    });
    const anna = slack.as('anna');
    expect((await anna.command('/b24task unlink')).json['text']).toBe(linking.askUnlink(2));
    expect(unlinked).toBe(0);
    await anna.click('Stay connected');
    await anna.waitFor(({ text }) => text === linking.stayedLinked);
    await anna.command('/b24task unlink');
    await anna.click('Disconnect');
    const told = await anna.waitFor(({ text }) => text.startsWith('Disconnected'));
    expect(told.text).toBe(`${linking.unlinked} 2 waiting messages will not be sent.`);
    expect(unlinked).toBe(1);
  });

  it('shows a name that somebody chose as text', async () => {
    const find = async () => identity({ name: '<!channel> & co', portal: portal('https://acme.bitrix24.com:8443') });
    const slack = await open({ deps: { linking: { ...fakeUseCases().linking, find } } });
    const { json } = await slack.as('anna').command('/b24task status');
    expect(json['text']).toContain('Connected as &lt;!channel&gt; &amp; co on acme.bitrix24.com:8443');
  });
});
