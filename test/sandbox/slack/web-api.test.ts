import { webApi } from '@slack/bolt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SandboxSlack, startSlack } from '../../../src/sandbox/slack/slack.ts';
import { accessRefusalOf, clientOf, manualClock, plain, silentLogger } from './bolt-app.ts';

let slack: SandboxSlack;
let client: webApi.WebClient;
const clock = manualClock();

beforeAll(async () => {
  slack = await startSlack({
    clock,
    workspaces: [
      {
        domain: 'acme',
        name: 'Acme',
        people: [
          { name: 'anna', realName: 'Anna Petrova', locale: 'en-US', isAdmin: true },
          { name: 'bob', realName: 'Борис Иванов', locale: 'en-GB' },
          { name: 'guest', guest: 'ultra-restricted' },
          { name: 'partner', homeTeamId: 'T9PARTNER0' },
          { name: 'rival', homeTeamId: 'T9RIVAL000', homeEnterprise: { id: 'E9RIVAL000', name: 'Rival' } },
          { name: 'gone', deleted: true },
        ],
        channels: [
          { name: 'general', withApp: true, members: ['anna', 'bob'] },
          { name: 'public', members: ['anna'] },
          { name: 'секретно', kind: 'private', members: ['anna', 'bob'] },
          { name: 'ours', kind: 'private', members: ['anna'], withApp: true },
          { name: 'shared', members: ['anna', 'rival'], shared: true, withApp: true },
        ],
      },
      { domain: 'other', people: [{ name: 'anna' }], channels: [{ name: 'general', withApp: true }] },
    ],
  });
  client = clientOf(slack);
});

afterAll(() => slack.close());

describe('tokens and scopes', () => {
  it('says who the bot is and which scopes it has', async () => {
    const answer = await client.auth.test();
    expect(answer).toMatchObject({
      ok: true,
      team_id: 'T0ACME0000',
      team: 'Acme',
      url: 'https://acme.slack.com/',
      is_enterprise_install: false,
      response_metadata: { scopes: [...slack.app.scopes] },
    });
    expect(slack.directory.person('b24task').id).toBe(answer.user_id);
    expect((await clientOf(slack, slack.botToken('other')).auth.test()).team_id).toBe('T1OTHER000');
  });

  it('refuses unknown and missing tokens, and unknown methods', async () => {
    expect(await accessRefusalOf(clientOf(slack, 'xoxb-nobody').auth.test())).toMatchObject({ error: 'invalid_auth' });
    expect(await accessRefusalOf(clientOf(slack, null).auth.test())).toMatchObject({
      error: 'not_authed',
    });
    expect(await accessRefusalOf(client.apiCall('chat.shout'))).toMatchObject({ error: 'unknown_method' });
    const response = await fetch(`${slack.apiUrl}chat.shout`, { method: 'POST' });
    expect(response.status).toBe(200);
  });

  it('refuses a call whose scope the token lacks, and records what every call needed', async () => {
    slack.addToken('xoxb-poor', ['chat:write']);
    const refusal = await accessRefusalOf(clientOf(slack, 'xoxb-poor').users.info({ user: 'U0BOB00000' }));
    expect(refusal).toMatchObject({ error: 'missing_scope', needed: 'users:read', provided: 'chat:write' });
    expect(slack.calls.at(-1)).toMatchObject({
      method: 'users.info',
      needed: ['users:read'],
      provided: ['chat:write'],
      ok: false,
      error: 'missing_scope',
    });
    const secret = slack.directory.channel('секретно').id;
    slack.addToken('xoxb-public-only', ['channels:read']);
    expect(
      await accessRefusalOf(clientOf(slack, 'xoxb-public-only').conversations.info({ channel: secret })),
    ).toMatchObject({
      error: 'missing_scope',
      needed: 'groups:read',
    });
  });

  it('takes an app-level token for Socket Mode only', async () => {
    expect(await accessRefusalOf(client.apps.connections.open())).toMatchObject({ error: 'not_allowed_token_type' });
    expect(await accessRefusalOf(clientOf(slack, slack.app.appToken).auth.test())).toMatchObject({
      error: 'not_allowed_token_type',
    });
  });
});

describe('people', () => {
  it('have a locale when asked for', async () => {
    expect((await client.users.info({ user: 'U0BOB00000', include_locale: true })).user).toMatchObject({
      id: 'U0BOB00000',
      real_name: 'Борис Иванов',
      locale: 'en-GB',
      is_restricted: false,
      is_ultra_restricted: false,
      deleted: false,
    });
    const { user } = await client.users.info({ user: 'U0BOB00000' });
    expect(user?.locale).toBeUndefined();
  });

  it('may be guests, strangers, deactivated or unknown', async () => {
    const info = async (name: string) =>
      (await client.users.info({ user: slack.directory.person(name, 'acme').id })).user;
    expect(await info('guest')).toMatchObject({ is_restricted: true, is_ultra_restricted: true });
    expect(await info('partner')).toMatchObject({ is_stranger: true, team_id: 'T9PARTNER0' });
    expect(await info('rival')).toMatchObject({
      team_id: 'E9RIVAL000',
      enterprise_user: { enterprise_id: 'E9RIVAL000' },
    });
    expect(await info('rival')).not.toHaveProperty('is_stranger');
    expect(await info('gone')).toMatchObject({ deleted: true });
    expect(await accessRefusalOf(client.users.info({ user: 'U0NOBODY00' }))).toMatchObject({ error: 'user_not_found' });
    const elsewhere = slack.directory.person('anna', 'other').id;
    expect(await accessRefusalOf(client.users.info({ user: elsewhere }))).toMatchObject({ error: 'user_not_found' });

    slack.changePerson('bob', { locale: 'de-DE' });
    expect((await client.users.info({ user: 'U0BOB00000', include_locale: true })).user?.locale).toBe('de-DE');
    slack.changePerson('bob', { locale: 'en-GB' });
  });
});

describe('conversations', () => {
  it('hide private channels from a bot that is not in them', async () => {
    const secret = slack.directory.channel('секретно').id;
    const hidden = { error: 'channel_not_found' };
    expect(await accessRefusalOf(client.conversations.info({ channel: secret }))).toMatchObject(hidden);
    expect(await accessRefusalOf(client.chat.postMessage({ channel: secret, text: 'hi' }))).toMatchObject(hidden);
    expect(await client.conversations.info({ channel: 'C0PUBLIC00' })).toMatchObject({
      channel: { id: 'C0PUBLIC00', is_member: false },
    });
    expect(await client.conversations.info({ channel: 'C0OURS0000' })).toMatchObject({
      channel: { name: 'ours', is_member: true, is_private: true },
    });
  });

  it('take messages where the bot is a member, or may write in public', async () => {
    expect(await accessRefusalOf(client.chat.postMessage({ channel: 'C0PUBLIC00', text: 'hi' }))).toMatchObject({
      error: 'not_in_channel',
    });
    slack.addToken('xoxb-public', ['chat:write', 'chat:write.public']);
    const loud = clientOf(slack, 'xoxb-public');
    await loud.chat.postMessage({ channel: 'C0PUBLIC00', text: 'without being a member' });
    const { ts } = await client.chat.postMessage({ channel: 'C0GENERAL0', text: 'hello' });
    await client.chat.postMessage({ channel: 'C0GENERAL0', text: 'in a thread', thread_ts: String(ts) });
    expect(slack.seenBy('bob')).toMatchObject([
      { text: 'hello', via: 'postMessage', ephemeralTo: null },
      { text: 'in a thread', threadTs: ts },
    ]);
  });

  it('show an ephemeral message to one member only', async () => {
    const to = (channel: string, user: string) => client.chat.postEphemeral({ channel, user, text: 'psst' });
    await to('C0GENERAL0', 'U0ANNA0000');
    expect(slack.seenBy('anna').at(-1)).toMatchObject({ text: 'psst', via: 'postEphemeral' });
    expect(slack.seenBy('bob').at(-1)?.text).not.toBe('psst');
    const guest = slack.directory.person('guest').id;
    expect(await accessRefusalOf(to('C0GENERAL0', guest))).toMatchObject({ error: 'user_not_in_channel' });
    expect(await accessRefusalOf(to('C0PUBLIC00', 'U0ANNA0000'))).toMatchObject({ error: 'not_in_channel' });
    expect(await accessRefusalOf(to('C0NOWHERE0', 'U0ANNA0000'))).toMatchObject({ error: 'channel_not_found' });
    expect(await accessRefusalOf(to('C0GENERAL0', 'U0NOBODY00'))).toMatchObject({ error: 'user_not_found' });
  });

  it('begin with a message to a person, which only the two can see', async () => {
    const { channel } = await client.chat.postMessage({ channel: 'U0BOB00000', text: 'direct' });
    await client.chat.postMessage({ channel: 'U0BOB00000', text: 'direct again' });
    const direct = slack.seenBy('bob').slice(-2);
    expect(direct.map((message) => [message.channel, message.text])).toEqual([
      [channel, 'direct'],
      [channel, 'direct again'],
    ]);
    expect(slack.seenBy('anna').some((message) => message.text.startsWith('direct'))).toBe(false);
    const gone = slack.directory.person('gone').id;
    expect(await accessRefusalOf(client.chat.postMessage({ channel: gone, text: 'hi' }))).toMatchObject({
      error: 'channel_not_found',
    });
  });

  it('between two people are hidden from the bot', async () => {
    const direct = slack.openDirect('anna', 'bob');
    await slack.as('anna', { team: 'acme', channel: direct }).post('between us');
    expect(await accessRefusalOf(client.chat.postMessage({ channel: direct, text: 'me too' }))).toMatchObject({
      error: 'channel_not_found',
    });
    const withApp = slack.openDirect('anna', 'app');
    await client.chat.postMessage({ channel: withApp, text: 'to you' });
    expect(slack.history(withApp)).toMatchObject([{ text: 'to you' }]);
    expect((await client.chat.postMessage({ channel: 'U0ANNA0000', text: 'again' })).channel).toBe(withApp);
  });

  it('change as people and the app come and go', async () => {
    slack.join('public', 'app');
    await client.chat.postMessage({ channel: 'C0PUBLIC00', text: 'now a member' });
    slack.leave('public', 'app');
    expect(await accessRefusalOf(client.chat.postMessage({ channel: 'C0PUBLIC00', text: 'x' }))).toMatchObject({
      error: 'not_in_channel',
    });
  });

  it('have permalinks to messages that everybody can see', async () => {
    const posted = await slack.as('anna', { team: 'acme', channel: 'general' }).post('link me');
    const reply = await slack.as('anna', { team: 'acme', channel: 'general' }).post('deep', { threadTs: posted.ts });
    const link = async (ts: string) =>
      (await client.chat.getPermalink({ channel: 'C0GENERAL0', message_ts: ts })).permalink;
    const base = 'https://acme.slack.com/archives/C0GENERAL0/p';
    expect(await link(posted.ts)).toBe(`${base}${posted.ts.replace('.', '')}`);
    expect(await link(reply.ts)).toBe(`${base}${reply.ts.replace('.', '')}?thread_ts=${posted.ts}&cid=C0GENERAL0`);
    expect(await accessRefusalOf(link('1.000001'))).toMatchObject({ error: 'message_not_found' });
    const secret = slack.directory.channel('секретно').id;
    expect(await accessRefusalOf(client.chat.getPermalink({ channel: secret, message_ts: posted.ts }))).toMatchObject({
      error: 'channel_not_found',
    });
  });

  it.each([
    [{ timestamp: '' }, 'no_item_specified'],
    [{ timestamp: 'now' }, 'bad_timestamp'],
    [{ timestamp: '1.1' }, 'message_not_found'],
    [{ name: 'ja nein' }, 'invalid_name'],
    [{ channel: 'public' }, 'not_in_channel'],
    [{ channel: 'секретно' }, 'channel_not_found'],
    [{}, 'already_reacted'],
  ])('take one mark of a kind from the bot: %j is %s the second time', async (change, refusal) => {
    const { ts } = await slack.as('anna').post('look', { channel: 'general' });
    const mark = { channel: 'general', timestamp: ts, name: 'white_check_mark' };
    const add = ({ channel, ...rest }: typeof mark) =>
      client.reactions.add({ ...rest, channel: slack.directory.channel(channel).id });
    expect(await add(mark)).toMatchObject({ ok: true });
    await expect(add({ ...mark, ...change })).rejects.toMatchObject({ data: { error: refusal } });
  });

  it('take no message without content', async () => {
    expect(await accessRefusalOf(client.chat.postMessage({ channel: 'C0GENERAL0', text: '' }))).toMatchObject({
      error: 'no_text',
    });
  });
});

describe('faults', () => {
  it('refuse, limit the rate, break, slow down and drop a call when switched on', async () => {
    slack.fault('users.info', { error: 'fatal_error' }, 1);
    const ask = () => client.users.info({ user: 'U0BOB00000' });
    expect(await accessRefusalOf(ask())).toMatchObject({ error: 'fatal_error' });

    slack.fault('users.info', { rateLimitedSeconds: 7 }, 1);
    await expect(ask()).rejects.toMatchObject({ code: 'slack_webapi_rate_limited_error', retryAfter: 7 });

    slack.fault('*', { status: 500 }, 1);
    await expect(ask()).rejects.toBeInstanceOf(webApi.WebAPIHTTPError);

    slack.fault('users.info', { reset: true }, 1);
    await expect(ask()).rejects.toBeInstanceOf(webApi.WebAPIRequestError);

    const off = slack.fault('users.info', { slowMs: 60_000 });
    const impatient = new webApi.WebClient(slack.botToken(), {
      slackApiUrl: slack.apiUrl,
      retryConfig: { retries: 0 },
      timeout: 20,
      logger: silentLogger,
    });
    await expect(impatient.users.info({ user: 'U0BOB00000' })).rejects.toBeInstanceOf(webApi.WebAPIRequestError);
    off();
    expect((await ask()).ok).toBe(true);
  });

  it('can lose the answer of a call that has run', async () => {
    slack.fault('chat.postMessage', { lost: true }, 1);
    await expect(client.chat.postMessage({ channel: 'C0GENERAL0', text: 'unanswered' })).rejects.toThrow();
    expect(slack.seenBy('anna').at(-1)?.text).toBe('unanswered');
  });
});

describe('triggers', () => {
  const view = { type: 'modal' as const, title: plain('Hi'), blocks: [] };

  it('live for three seconds and work once', async () => {
    slack.connectHttp('http://127.0.0.1:9/');
    const trigger = async () => {
      const { interaction } = await slack.as('anna', { team: 'acme' }).command('/b24task');
      return String(interaction?.payload['trigger_id']);
    };
    const inTime = await trigger();
    clock.advance(2900);
    await client.views.open({ trigger_id: inTime, view });
    expect(await accessRefusalOf(client.views.open({ trigger_id: inTime, view }))).toMatchObject({
      error: 'exchanged_trigger_id',
    });
    const late = await trigger();
    clock.advance(3001);
    expect(await accessRefusalOf(client.views.open({ trigger_id: late, view }))).toMatchObject({
      error: 'expired_trigger_id',
    });
    expect(await accessRefusalOf(client.views.open({ trigger_id: '1.2.abc', view }))).toMatchObject({
      error: 'invalid_trigger_id',
    });
    const foreign = clientOf(slack, slack.botToken('other'));
    expect(await accessRefusalOf(foreign.views.open({ trigger_id: await trigger(), view }))).toMatchObject({
      error: 'invalid_trigger_id',
    });
  });
});

describe('views', () => {
  it('are updated by their hash and told when it is stale', async () => {
    const home = (text: string) => ({
      type: 'home' as const,
      blocks: [{ type: 'header' as const, text: plain(text) }],
    });
    const first = await client.views.publish({ user_id: 'U0ANNA0000', view: home('one') });
    const viewId = String(first.view?.id);
    const second = await client.views.update({ view_id: viewId, hash: String(first.view?.hash), view: home('two') });
    expect(second.view?.id).toBe(viewId);
    expect(
      await accessRefusalOf(client.views.update({ view_id: viewId, hash: String(first.view?.hash), view: home('3') })),
    ).toMatchObject({
      error: 'hash_conflict',
    });
    expect(await accessRefusalOf(client.views.update({ view_id: 'V1', view: home('4') }))).toMatchObject({
      error: 'not_found',
    });
    expect(await accessRefusalOf(client.views.publish({ user_id: 'U0NOBODY00', view: home('5') }))).toMatchObject({
      error: 'user_not_found',
    });
    expect(slack.home('anna', 'acme')?.blocks).toMatchObject([{ text: plain('two') }]);
  });

  it('and messages beyond a limit are refused with the reason', async () => {
    const broken = { type: 'home' as const, blocks: [{ type: 'header' as const, text: plain('x'.repeat(151)) }] };
    expect(await accessRefusalOf(client.views.publish({ user_id: 'U0ANNA0000', view: broken }))).toMatchObject({
      error: 'invalid_arguments',
      response_metadata: { messages: [expect.stringContaining('/view/blocks/0/text/text')] },
    });
    const blocks = broken.blocks;
    expect(await accessRefusalOf(client.chat.postMessage({ channel: 'C0GENERAL0', text: 'x', blocks }))).toMatchObject({
      error: 'invalid_blocks',
    });
    expect(
      await accessRefusalOf(
        client.chat.postEphemeral({ channel: 'C0GENERAL0', user: 'U0ANNA0000', text: 'x', blocks }),
      ),
    ).toMatchObject({ error: 'invalid_blocks' });
  });
});
