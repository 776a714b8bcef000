import { afterEach, describe, expect, it } from 'vitest';
import type { Accepted } from '../../src/delivery/submission.ts';
import { acme, clockOfToday, type Harness, type HarnessOptions, openHarness, task, until } from './harness.ts';

const mebibyte = 1024 * 1024;
const home = { type: 'app_home_opened', user: 'U0ANNA0000', tab: 'home' };

let harness: Harness;
afterEach(() => harness.close());

const open = async (deps: HarnessOptions['deps'] = {}) => {
  harness = await openHarness({ mode: 'socket', deps });
  return harness.slack;
};

/** An envelope as Slack sends it, or one with a part of it changed. */
const envelope = (text: string, changed: object = {}) => ({
  envelope_id: `envelope-${text.replaceAll(/\W/g, '-')}`,
  type: 'slash_commands',
  accepts_response_payload: true,
  payload: {
    command: '/b24task',
    text,
    team_id: 'T0ACME0000',
    user_id: 'U0ANNA0000',
    channel_id: 'C0GENERAL0',
    trigger_id: `1.2.${text}`,
  },
  ...changed,
});

const refusals = () =>
  harness.log
    .filter(({ message }) => message === 'a message of the socket was refused')
    .map(({ fields }) => fields['reason']);

const isUp = async () => {
  const answer = await harness.slack.as('anna').command('/b24task help');
  return answer.status === 200 && harness.slack.socketMode.connections === 1;
};

describe('a message of the socket', () => {
  it.each<readonly [string, string | Buffer]>([
    ['nothing', ''],
    ['null', 'null'],
    ['a number', '51'],
    ['a list', '[]'],
    ['an empty object', '{}'],
    ['broken JSON', '{"type":'],
    ['an envelope without a payload', JSON.stringify({ envelope_id: 'e', type: 'slash_commands' })],
    ['an envelope whose payload is null', JSON.stringify(envelope('help', { payload: null }))],
    ['an envelope of nobody', JSON.stringify(envelope('help', { type: 'interactive', payload: { type: 'shortcut' } }))],
    ['an envelope without an id', JSON.stringify(envelope('help', { envelope_id: undefined }))],
    ['an envelope whose id is long', JSON.stringify(envelope('help', { envelope_id: 'e'.repeat(10_000) }))],
    ['an event without an event', JSON.stringify(envelope('help', { type: 'events_api' }))],
    ...['close', 'error', 'ws_message', 'disconnected', 'slack_event'].flatMap((name) => [
      [`a message called ${name}`, JSON.stringify({ type: name })] as const,
      [
        `an event called ${name}`,
        JSON.stringify(envelope('help', { type: 'events_api', payload: { event: { ...home, type: name } } })),
      ] as const,
    ]),
    ['bytes', Buffer.from([0, 255, 1])],
  ])('with %s in it is refused, and the connection stays', async (_, data) => {
    const slack = await open();
    slack.socketMode.say(data);
    await until(() => refusals().length === 1);
    expect(await isUp()).toBe(true);
    expect(slack.calls.filter(({ method }) => method === 'apps.connections.open')).toHaveLength(1);
    expect(harness.log.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('that says that Slack holds events back is acknowledged', async () => {
    const slack = await open();
    const payload = { type: 'app_rate_limited', team_id: 'T0ACME0000', minute_rate_limited: 1_518_467_820 };
    const answer = await slack.redeliver({ type: 'events_api', payload, settle: () => {} });
    expect(answer).toMatchObject({ status: 200, timedOut: false });
    expect(refusals()).toEqual([]);
    expect(harness.log.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it.each([
    ['is larger than over HTTP', () => harness.slack.socketMode.say(JSON.stringify(envelope('x'.repeat(mebibyte))))],
    ['never ends', () => sayForEver()],
  ])('that %s ends its connection, and the next one works', async (_, attack) => {
    const clock = clockOfToday();
    const slack = await open({ clock });
    attack();
    await until(() => slack.socketMode.connections === 0);
    await until(() => clock.waiting().includes(0));
    clock.advance(0);
    await until(() => slack.socketMode.connections === 1);
    expect(await isUp()).toBe(true);
    expect(harness.submissions).toEqual([]);
  });

  it.each(['unlink', 'status', 'default off'])('that is delivered twice has one effect: %s', async (text) => {
    const used = new Set<string>();
    const claim = async (id: string) => !used.has(id) && used.size < used.add(id).size;
    const slack = await open({ usedSignatures: { claim } });
    const data = JSON.stringify(envelope(text));
    slack.socketMode.say(data);
    await until(() => used.size === 1);
    slack.socketMode.say(data);
    await until(() => refusals().length === 1);
    expect(refusals()).toEqual(['seen before']);
    expect(await isUp()).toBe(true);
  });

  it('is not taken where hundreds before it are unanswered, and later ones are', async () => {
    const going = Promise.withResolvers<Accepted>();
    let accepted = 0;
    const slack = await open({
      accept: () => {
        accepted += 1;
        return going.promise;
      },
    });
    for (let number = 0; number < 600; number += 1) {
      slack.socketMode.say(JSON.stringify(envelope(`51 flood ${number}`)));
    }
    await until(() => refusals().length > 0);
    expect(refusals()).toEqual(['too many at once']);
    await until(() => accepted === 512);
    going.resolve({ kind: 'accepted', id: 'd', portal: acme, task: task(51), bitrixUserId: '7' });
    await until(() => slack.socketMode.connections === 1);
    expect(await isUp()).toBe(true);
  });
});

/** One message of pieces, none of which is the last. */
function sayForEver(): void {
  const { socketMode } = harness.slack;
  for (let piece = 0; piece < 40 && socketMode.connections > 0; piece += 1) {
    socketMode.say('x'.repeat(mebibyte / 16), { more: true });
  }
}
