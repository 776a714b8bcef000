import { webApi } from '@slack/bolt';
import { afterEach, describe, expect, it } from 'vitest';
import type { SlackOptions } from '../../../src/sandbox/slack/options.ts';
import { type SandboxSlack, startSlack } from '../../../src/sandbox/slack/slack.ts';
import { accessRefusalOf, clientOf, manualClock } from './bolt-app.ts';

const clock = manualClock();
let slack: SandboxSlack;

const historyScopes = ['channels:history', 'groups:history', 'im:history', 'mpim:history'];

async function open(options: SlackOptions = {}) {
  slack = await startSlack({
    clock,
    workspaces: [
      {
        domain: 'acme',
        people: [{ name: 'anna' }, { name: 'bob' }],
        channels: [
          { name: 'general', withApp: true },
          { name: 'random' },
          { name: 'secret', kind: 'private' },
          { name: 'ours', kind: 'private', withApp: true },
          { name: 'mpdm-anna--bob-1', id: 'G0GROUP000', kind: 'mpim', withApp: true },
        ],
      },
    ],
    ...options,
  });
  slack.addToken('xoxb-reader', historyScopes);
  return clientOf(slack, 'xoxb-reader');
}

afterEach(() => slack.close());

/** A thread of so many posts, the first one included. */
async function postThread(posts: number, channel = 'general') {
  const root = await slack.as('anna').post('post 1', { channel });
  for (let at = 2; at <= posts; at += 1) {
    await slack.as(at % 2 === 0 ? 'bob' : 'anna').post(`post ${at}`, { channel, threadTs: root.ts });
  }
  return root;
}

const textsOf = ({ messages }: webApi.ConversationsRepliesResponse) => (messages ?? []).map(({ text }) => text);

describe('conversations.replies', () => {
  it('answers with the first post and its answers, each marked as Slack marks them', async () => {
    const client = await open();
    const root = await postThread(3);
    const answer = await client.conversations.replies({ channel: root.channel, ts: root.ts });
    const [first, second, third] = slack.history('general');
    expect(answer.has_more).toBe(false);
    expect(answer.messages).toMatchObject([
      {
        ts: root.ts,
        thread_ts: root.ts,
        reply_count: 2,
        reply_users_count: 2,
        latest_reply: third?.ts,
        reply_users: [slack.as('bob').id, slack.as('anna').id],
      },
      { ts: second?.ts, thread_ts: root.ts, parent_user_id: slack.as('anna').id, text: 'post 2' },
      { ts: third?.ts, thread_ts: root.ts, text: 'post 3' },
    ]);
    expect(first?.message['reply_count']).toBeUndefined();
  });

  it('gives a message without answers, and an answer of its own, alone', async () => {
    const client = await open();
    const [lonely, root] = [await postThread(1), await postThread(2)];
    const answer = slack.history('general').at(-1);
    const read = (ts = '') => client.conversations.replies({ channel: root.channel, ts });
    expect((await read(lonely.ts)).messages).toMatchObject([{ ts: lonely.ts, text: 'post 1' }]);
    expect(textsOf(await read(answer?.ts))).toEqual(['post 2']);
  });

  it.each([
    [true, ['post 1', 'post 2', 'post 1', 'post 3', 'post 4', 'post 1', 'post 5']],
    [false, ['post 1', 'post 2', 'post 3', 'post 4', 'post 5']],
  ])('goes on with a cursor; the first post stands on every page: %s', async (rootOnEveryPage, texts) => {
    const client = await open({ rootOnEveryPage });
    const root = await postThread(5);
    const read: (string | undefined)[] = [];
    let cursor = '';
    do {
      const page = await client.conversations.replies({
        channel: root.channel,
        ts: root.ts,
        limit: 2,
        ...(cursor ? { cursor } : {}),
      });
      read.push(...textsOf(page));
      cursor = page.response_metadata?.next_cursor ?? '';
    } while (cursor !== '');
    expect(read).toEqual(texts);
  });

  it('keeps to the times that are asked for, and to the first post always', async () => {
    const client = await open();
    const root = await postThread(4);
    const [, second, third, fourth] = slack.history('general').map(({ ts }) => ts);
    const between = async (asked: { oldest?: string; latest?: string; inclusive?: boolean }) =>
      textsOf(await client.conversations.replies({ channel: root.channel, ts: root.ts, ...asked }));
    expect(await between({ oldest: second ?? '' })).toEqual(['post 1', 'post 3', 'post 4']);
    expect(await between({ oldest: third ?? '', inclusive: true })).toEqual(['post 1', 'post 3', 'post 4']);
    expect(await between({ latest: third ?? '' })).toEqual(['post 1', 'post 2']);
    expect(await between({ oldest: second ?? '', latest: fourth ?? '', inclusive: true })).toEqual([
      'post 1',
      'post 2',
      'post 3',
      'post 4',
    ]);
  });

  it('shows what was edited and that the first post was deleted, and no answer that was', async () => {
    const client = await open();
    const root = await postThread(3);
    const [, second, third] = slack.history('general');
    if (second && third) {
      slack.edit(second, 'post 2, better');
      slack.remove(third);
    }
    slack.remove(root);
    const { messages } = await client.conversations.replies({ channel: root.channel, ts: root.ts });
    expect(messages).toMatchObject([
      { subtype: 'tombstone', ts: root.ts, reply_count: 1, user: 'USLACKBOT' },
      { text: 'post 2, better', edited: { user: slack.as('bob').id } },
    ]);
    expect(messages).toHaveLength(2);
    if (second) {
      slack.remove(second);
    }
    expect(await accessRefusalOf(client.conversations.replies({ channel: root.channel, ts: root.ts }))).toMatchObject({
      error: 'thread_not_found',
    });
  });

  it('refuses as its page says', async () => {
    const client = await open();
    const refusal = async (asked: webApi.ConversationsRepliesArguments) =>
      (await accessRefusalOf(client.conversations.replies(asked)))['error'];
    const [inside, outside, hidden] = [
      await postThread(2),
      await postThread(2, 'random'),
      await postThread(2, 'secret'),
    ];
    const direct = slack.openDirect('anna', 'bob');
    const whispered = await slack.as('anna').post('between us', { channel: direct });
    const { channel, ts } = inside;
    expect(await refusal({ channel: outside.channel, ts: outside.ts })).toBe('not_in_channel');
    expect(await refusal({ channel: hidden.channel, ts: hidden.ts })).toBe('channel_not_found');
    expect(await refusal({ channel: direct, ts: whispered.ts })).toBe('channel_not_found');
    expect(await refusal({ channel, ts: '1.000001' })).toBe('thread_not_found');
    expect(await refusal({ channel, ts, cursor: 'nonsense' })).toBe('invalid_cursor');
    expect(await refusal({ channel, ts, oldest: 'yesterday' })).toBe('invalid_ts_oldest');
    expect(await refusal({ channel, ts, latest: 'now' })).toBe('invalid_ts_latest');
    expect(await refusal({ channel, ts, limit: 0 })).toBe('invalid_limit');
  });

  it.each([
    ['general', 'channels:history'],
    ['ours', 'groups:history'],
    ['G0GROUP000', 'mpim:history'],
  ])('needs a scope of its own in %s: %s', async (channel, scope) => {
    await open();
    const root = await postThread(2, channel);
    slack.addToken(
      'xoxb-others',
      historyScopes.filter((one) => one !== scope),
    );
    const asked = { channel: root.channel, ts: root.ts };
    expect(await accessRefusalOf(clientOf(slack, 'xoxb-others').conversations.replies(asked))).toMatchObject({
      error: 'missing_scope',
      needed: scope,
    });
    expect(textsOf(await clientOf(slack, 'xoxb-reader').conversations.replies(asked))).toHaveLength(2);
  });

  it('is read once a minute and 15 posts at a time by apps that are distributed past the Marketplace', async () => {
    const client = await open({ distributed: true });
    const root = await postThread(20);
    const asked = { channel: root.channel, ts: root.ts, limit: 200 };
    const page = await client.conversations.replies(asked);
    expect(page).toMatchObject({ has_more: true });
    expect(page.messages).toHaveLength(15);
    const again = client.conversations.replies(asked);
    await expect(again).rejects.toThrow(webApi.WebAPIRateLimitedError);
    await expect(again).rejects.toMatchObject({ retryAfter: 60 });
    clock.advance(60_000);
    expect((await client.conversations.replies(asked)).ok).toBe(true);
  });

  it('is of tier 3 for other apps', async () => {
    const client = await open();
    const root = await postThread(2);
    const asked = { channel: root.channel, ts: root.ts };
    for (let call = 0; call < 50; call += 1) {
      await client.conversations.replies(asked);
    }
    await expect(client.conversations.replies(asked)).rejects.toThrow(webApi.WebAPIRateLimitedError);
  });
});

describe('a shortcut on a message of a thread', () => {
  it('tells what belongs to the thread', async () => {
    await open();
    slack.connectHttp('http://127.0.0.1:9/slack/events');
    const root = await postThread(2);
    const answer = slack.history('general').at(-1);
    const sent = async (message = root) => {
      const { interaction } = await slack.as('anna').shortcut('any', message);
      return interaction?.payload['message'];
    };
    expect(await sent()).toMatchObject({ ts: root.ts, thread_ts: root.ts, reply_count: 1 });
    expect(await sent(answer)).toMatchObject({
      ts: answer?.ts,
      thread_ts: root.ts,
      parent_user_id: slack.as('anna').id,
    });
  });
});
