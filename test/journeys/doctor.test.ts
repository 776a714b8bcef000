import { describe, expect, it } from 'vitest';
import { defaultApp } from '../../src/sandbox/slack/options.ts';
import type { SeenMessage } from '../../src/sandbox/slack/state/messages.ts';
import { type Harness, onPostgres, openHarness, openNoticeHarness } from '../support/harness.ts';

const { mode, engine } = onPostgres;

describe('/b24task doctor', () => {
  it('says of every part of the way that it is OK, and what is not known yet', async () => {
    const { slack, link } = await openHarness(engine, { mode });
    await link('anna', 7);
    expect(linesOf(await ask(slack, 'anna'))).toEqual([
      '*Everything works.*',
      'Slack, access: *OK*',
      'Slack, permissions: *OK*',
      'Storage: *OK*',
      'Your connection to Bitrix24: *OK*, you are Anna Petrova',
      expect.stringMatching(/^Portal: \*OK\*, 127\.0\.0\.1:\d+$/),
      'Access to the portal: *OK*',
      'Permissions in Bitrix24: *OK*',
      'Chats of tasks (new task card): *OK*',
      'Protection against doubles: *not known yet.* The first message that is delivered shows it.',
      expect.stringMatching(/^Room for requests: \*OK\*, \d+ of 50 at once, and 2 more each second$/),
    ]);
    expect(slack.complaints).toEqual([]);
  });

  it('knows after the first success whether the portal protects against doubles', async () => {
    const { slack, link } = await openHarness(engine, { mode });
    await link('anna', 7);
    await slack.as('anna').command('/b24task 51 hello');
    await slack.waitFor('anna', ({ text }) => text.startsWith('Sent'));
    expect(linesOf(await ask(slack, 'anna'))).toContain('Protection against doubles: *OK*');
  });

  it('speaks Russian to Russian readers, and offers to connect to people without a connection', async () => {
    const { slack, link, chooseLanguage } = await openHarness(engine, { mode });
    await chooseLanguage('bob', 'ru');
    const answer = await ask(slack, 'bob');
    expect(linesOf(answer)).toEqual([
      '*Нужно исправить: 1 пункт.*',
      'Ваше подключение к Битрикс24: *не в порядке.* Вы не подключены. Подключитесь: `/b24task connect`.',
      'Slack, доступ: *в порядке*',
      'Slack, права: *в порядке*',
      'Хранилище: *в порядке*',
      '*Не проверено*, потому что сначала нужно остальное: Портал; Доступ к порталу; Права в Битрикс24; Чаты задач (новая карточка задачи); Защита от повторов; Запас запросов.',
    ]);
    await slack.as('bob').click('b24task.link', { on: answer });
    await slack.as('bob').waitForView(() => true);
    await slack.as('bob').closeView({ all: true });

    await link('bob', 9);
    expect(linesOf(await ask(slack, 'bob', answer))[0]).toBe('*Всё работает.*');
    expect(slack.complaints).toEqual([]);
  });

  it.each([
    ['anna', 7, 'The permission `im` is missing.'],
    ['bob', 9, 'Нет права `im`.'],
  ])('says what a missing permission would add, wherever a connection is shown: %s', async (name, userId, words) => {
    const { slack, portal, chooseLanguage } = await openHarness(engine, { mode });
    await chooseLanguage(name, name === 'bob' ? 'ru' : 'en');
    const person = slack.as(name);
    const webhook = portal.createWebhook({ userId, scopes: ['task', 'tasks'] });
    await person.command('/b24task link');
    await person.waitForView(() => true);
    await person.submit({ 'webhook-url': webhook.url });
    expect(JSON.stringify(person.view()?.content)).toContain(words);
    await person.closeView({ all: true });
    const whereShown = async () => {
      const status = await person.command('/b24task status');
      const report = await ask(slack, name, person.seen().at(-1));
      const before = person.home()?.hash;
      await person.openHome();
      const home = await person.waitForHome(({ hash }) => hash !== before);
      return [status.json, report, home].map((each) => JSON.stringify(each).includes(words));
    };
    expect(await whereShown()).toEqual([true, true, true]);
    webhook.setScopes(['task', 'tasks', 'im']);
    await ask(slack, name, person.seen().at(-1));
    expect(await whereShown()).toEqual([false, false, false]);
    expect(slack.complaints).toEqual([]);
  });

  it('shows what works in one line of small print, and a problem above it with its button', async () => {
    const { slack, link } = await openHarness(engine, { mode });
    await link('anna', 7);
    const fine = await ask(slack, 'anna');
    expect(fine.blocks.map(({ type }) => type)).toEqual(['section', 'context']);
    const answer = await ask(slack, 'bob');
    expect(answer.blocks.map(({ type }) => type)).toEqual(['section', 'section', 'context']);
    expect(JSON.stringify(answer.blocks[1])).toContain('b24task.link');
  });

  it('does not doubt what has just worked', async () => {
    const { slack, portal, link } = await openHarness(engine, { mode });
    await link('anna', 7);
    portal.faults.set({ kind: 'old-card' });
    expect((await ask(slack, 'anna')).text).toContain('Chats of tasks (new task card): *not OK.*');
    portal.faults.clear();
    await slack.as('anna').command('/b24task 51 hello');
    const sent = await slack.waitFor('anna', ({ text }) => text.startsWith('Sent'));
    portal.faults.set({ kind: 'old-card' });
    expect(linesOf(await ask(slack, 'anna', sent))[0]).toBe('*Everything works.*');
  });

  it('is acknowledged in time when the portal is slow, and answers later', async () => {
    const { slack, portal, link } = await openHarness(engine, { mode });
    await link('anna', 7);
    const held = portal.faults.hold('before');
    const answer = await slack.as('anna').command('/b24task doctor');
    expect(answer).toMatchObject({ status: 200, timedOut: false });
    await slack.waitFor('anna', ({ text }) => text.includes('The answer follows'));
    held.release();
    const late = await slack.waitFor('anna', isReport);
    expect(linesOf(late)).toContain('Access to the portal: *OK*');
  });
});

describe('/b24task doctor tells what to do when', () => {
  it('the portal is down', async () => {
    const { slack, portal, link } = await openHarness();
    await link('anna', 7);
    await portal.down();
    const lines = linesOf(await ask(slack, 'anna'));
    expect(lines[0]).toBe('*1 thing needs mending:*');
    expect(lines[1]).toMatch(/^Portal: \*not OK\.\* 127\.0\.0\.1:\d+ cannot be reached\. .*Check again in a minute\./);
    expect(lines).toContain(
      '*Not checked*, because the rest comes first: Access to the portal; Permissions in Bitrix24; Chats of tasks (new task card).',
    );
  });

  it('the administrator does not allow the portal any more, while messages wait', async () => {
    const harness = await openNoticeHarness();
    const { slack, log } = harness;
    await harness.link('anna', 7);
    const before = log.length;
    await harness.restart({ BITRIX24_PORTALS: 'https://other.example' });

    const report = await ask(slack, 'anna');
    expect(linesOf(report)[1]).toMatch(/^Portal: \*not OK\.\* The app may not connect to 127\.0\.0\.1:\d+: /);
    expect(report.text).toContain('`BITRIX24_PORTALS`');
    await slack.as('anna').command('/b24task 51 hello');
    await harness.noticesAfter(1);
    await slack.waitFor('anna', ({ text }) => text.startsWith('*Not sent yet*'), { after: report });
    const words = 'the app may not connect to the address of this portal';
    expect(log.slice(before).join('')).toContain(words);
    expect(log.slice(0, before).join('')).not.toContain(words);
  });

  it('the webhook is not accepted any more', async () => {
    const { slack, portal, link } = await openHarness();
    await link('anna', 7);
    portal.setUserActive(7, false);
    const answer = await ask(slack, 'anna');
    expect(answer.text).toContain('Access to the portal: *not OK.*');
    expect(answer.text).toContain('Connect again with `/b24task connect`.');
    await slack.as('anna').click('b24task.link', { on: answer });
    await slack.as('anna').waitForView(() => true);
  });

  it('the portal has no method for task chats, or its new task card is off', async () => {
    const { slack, portal, link } = await openHarness();
    await link('anna', 7);
    portal.faults.set({ kind: 'too-old', shape: 'v3' });
    const old = await ask(slack, 'anna');
    expect(old.text).toContain('Chats of tasks (new task card): *not OK.*');
    expect(old.text).toContain('Ask your Bitrix24 administrator to update the portal.');
    portal.faults.set({ kind: 'old-card' });
    const off = await ask(slack, 'anna', old);
    expect(off.text).toContain('the new task card seems to be off there');
    expect(off.text).toContain('Access to the portal: *OK*');
  });

  it('the portal blocks everybody, and says it once', async () => {
    const { slack, portal, link } = await openHarness();
    await link('anna', 7);
    portal.faults.set({ kind: 'overloaded' });
    const { text } = await ask(slack, 'anna');
    expect(text).toContain('*1 thing needs mending:*');
    expect(text).toContain('Portal: *not OK.*');
    expect(text).toContain('Bitrix24 support');
  });

  it('the portal does not recognise repeats', async () => {
    const { slack, link } = await openHarness('SQLite', { portal: { honoursKeys: false } });
    await link('anna', 7);
    await slack.as('anna').command('/b24task 51 hello');
    const sent = await slack.waitFor('anna', ({ text }) => text.startsWith('Sent'));
    const { text } = await ask(slack, 'anna', sent);
    expect(text).toContain('Protection against doubles: *not available.*');
    expect(text).toContain('*Everything works.*');
  });

  it('Slack has given the app less than its manifest asks for', async () => {
    const { slack } = await openHarness('SQLite', {
      slack: { app: { scopes: ['commands', 'chat:write', 'users:read'] } },
    });
    const { text } = await ask(slack, 'anna');
    expect(text).toContain(
      'Slack, permissions: *not OK.* The app lacks channels:read, groups:read, and usergroups:read.',
    );
  });

  it('Slack has not given the app what is optional: nothing is wrong', async () => {
    const { slack } = await openHarness('SQLite', {
      slack: { app: { scopes: defaultApp.scopes.filter((scope) => !scope.endsWith(':history')) } },
    });
    const { text } = await ask(slack, 'anna');
    expect(text).toContain(
      'Slack, permissions: *OK*, without the optional channels:history, groups:history, and mpim:history',
    );
  });

  it('Slack refuses the token of the app, or does not answer', async () => {
    const { slack } = await openHarness();
    slack.fault('auth.test', { error: 'token_revoked' }, 1);
    const refused = await ask(slack, 'anna');
    expect(refused.text).toContain(
      'Slack, access: *not OK.* Slack does not accept the token of the app (token_revoked).',
    );
    slack.fault('auth.test', { reset: true }, 1);
    expect((await ask(slack, 'anna', refused)).text).toContain('Slack did not answer the app.');
  });

  it('anything is asked: no secret is in the answer', async () => {
    const { slack, portal, webhookFor, environment } = await openHarness();
    const url = webhookFor(7);
    const anna = slack.as('anna');
    await anna.command('/b24task link');
    await anna.waitForView(() => true);
    await anna.submit({ 'webhook-url': url });
    const secrets = [new URL(url).pathname.split('/')[3] ?? 'none', environment['SLACK_BOT_TOKEN'] ?? 'none'];
    for (const fault of [undefined, { kind: 'html', status: 500, moment: 'before' }, { kind: 'closed' }] as const) {
      portal.faults.set(fault);
      const last = slack.as('anna').seen().at(-1);
      const said = JSON.stringify(await ask(slack, 'anna', last));
      for (const secret of [...secrets, slack.app.signingSecret]) {
        expect(said).not.toContain(secret);
      }
    }
  });
});

async function ask(slack: Harness['slack'], name: string, after?: SeenMessage): Promise<SeenMessage> {
  await slack.as(name).command('/b24task doctor');
  return slack.waitFor(name, isReport, after ? { after } : {});
}

function isReport({ text }: SeenMessage): boolean {
  return text.includes('\nSlack, ');
}

/** The headline, what is to be mended, the rest, what waits. */
function linesOf({ text }: SeenMessage): string[] {
  return text.split('\n');
}
