import type { webApi } from '@slack/bolt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../src/sandbox/slack/json.ts';
import { type SandboxSlack, startSlack } from '../../../src/sandbox/slack/slack.ts';
import { clientOf, plain } from './bolt-app.ts';
import {
  type FieldType,
  type RecordedFields,
  recorded,
  recordedMessage,
  recordedView,
} from './fixtures/recorded-fields.ts';

type Name = keyof typeof recorded;

/** The fields that Bolt, its clients or the service read. Without one of them an answer or a payload is of no use. */
const readBySomebody: Readonly<Record<Name, string>> = {
  'apps.connections.open': 'ok url',
  'auth.test': 'ok team_id user_id bot_id is_enterprise_install',
  'chat.getPermalink': 'ok permalink',
  'chat.postEphemeral': 'ok message_ts',
  'chat.postMessage': 'ok channel ts message.text message.blocks',
  'conversations.info': 'ok channel.id channel.name',
  'oauth.v2.access':
    'ok app_id authed_user.id scope token_type access_token bot_user_id team.id team.name enterprise.id is_enterprise_install',
  'usergroups.list': 'ok usergroups',
  'users.info':
    'ok user.name user.real_name user.locale user.profile.display_name user.team_id user.deleted user.is_admin user.is_owner user.is_restricted user.is_ultra_restricted user.is_stranger user.enterprise_user.enterprise_id',
  'views.open': 'ok view.id view.hash',
  'views.publish': 'ok view.id view.hash',
  'views.push': 'ok view.id view.hash',
  'views.update': 'ok view.id view.hash',
  'slash command':
    'command text user_id team_id channel_id enterprise_id is_enterprise_install response_url trigger_id api_app_id',
  message_action:
    'type callback_id user.id team.id channel.id message.ts message.text message_ts response_url trigger_id is_enterprise_install',
  shortcut: 'type callback_id user.id team.id trigger_id',
  block_actions:
    'type user.id team.id api_app_id trigger_id response_url channel.id container.type container.channel_id container.message_ts container.is_ephemeral actions[].action_id actions[].block_id actions[].value is_enterprise_install',
  view_submission:
    'type user.id team.id view.id view.hash view.callback_id view.private_metadata view.state.values.*.*.value trigger_id is_enterprise_install',
  view_closed: 'type user.id team.id view.id view.callback_id is_cleared',
  block_suggestion: 'type user.id team.id action_id block_id value container.view_id view.id view.private_metadata',
  event_callback:
    'type event_id event_time team_id api_app_id event.type event.user event.tab event.event_ts event.view.hash event.tokens.bot authorizations[].team_id authorizations[].user_id authorizations[].is_enterprise_install',
};

/**
 * Fields that the recordings do not have, because they are older or were made elsewhere, and who says that they are
 * there.
 */
const knownOtherwise: Readonly<Partial<Record<Name, RecordedFields>>> = {
  // Bolt's type BlockSuggestion; null as in block_actions.
  block_suggestion: {
    string: 'enterprise.id enterprise.name',
    boolean: 'is_enterprise_install',
    null: 'enterprise',
    object: 'enterprise',
  },
  // The example of docs.slack.dev, oauth.v2.access.
  'oauth.v2.access': { null: 'enterprise' },
  // As in block_actions.
  view_closed: { null: 'enterprise' },
  view_submission: { null: 'enterprise' },
};

const enterprise = { id: 'E0GRID0000', name: 'Grid' };
const collected = new Map<Name, JsonObject[]>();
let slack: SandboxSlack;

beforeAll(async () => {
  slack = await startSlack({
    workspaces: [
      {
        domain: 'acme',
        enterprise,
        people: [{ name: 'anna' }, { name: 'partner', homeTeamId: 'T9PARTNER0' }],
        channels: [{ name: 'general', withApp: true }],
      },
      { domain: 'alone', people: [{ name: 'anna' }], channels: [{ name: 'general', withApp: true }] },
    ],
  });
  slack.connectHttp('http://127.0.0.1:9/');
  for (const team of ['acme', 'alone']) {
    await useEverything(team);
  }
});

afterAll(() => slack.close());

describe.each(Object.keys(recorded).filter(isName))('%s', (name) => {
  it('has no field that was never recorded, and none of another type', () => {
    const known = new Set([
      ...fieldsIn(recorded[name]),
      ...fieldsIn(knownOtherwise[name] ?? {}),
      ...fieldsIn(recordedView).flatMap((field) => [`view.${field}`, `event.view.${field}`]),
      ...fieldsIn(recordedMessage).map((field) => `message.${field}`),
    ]);
    const unknown = fieldsOf(name).filter((field) => !known.has(field));
    expect(unknown).toEqual([]);
  });

  it('has what is read of it', () => {
    const paths = new Set(fieldsOf(name).map((field) => field.split(' ')[0]));
    expect(readBySomebody[name].split(' ').filter((path) => !paths.has(path))).toEqual([]);
  });
});

/** One of everything that the service does, or that is done to it, in one workspace. */
async function useEverything(team: string): Promise<void> {
  const client = clientOf(slack, slack.botToken(team));
  const anna = slack.as('anna', { team, channel: 'general' });
  const { id: channel } = slack.directory.channel('general', team);

  keep('apps.connections.open', await clientOf(slack, slack.app.appToken).apps.connections.open());
  keep('auth.test', await client.auth.test());
  keep('usergroups.list', await client.usergroups.list());
  keep('conversations.info', await client.conversations.info({ channel }));
  const people = [...slack.directory.people.values()].filter(({ teamId }) => teamId === anna.teamId);
  for (const { id } of people) {
    keep('users.info', await client.users.info({ user: id, include_locale: true }));
  }
  keep('oauth.v2.access', await install(team));

  const blocks = [
    { type: 'section' as const, text: plain('Sure?') },
    {
      type: 'actions' as const,
      elements: [{ type: 'button' as const, text: plain('Yes'), action_id: 'yes', value: '1' }],
    },
  ];
  const post = await client.chat.postMessage({ channel, text: 'Sure?', blocks });
  keep('chat.postMessage', post);
  keep('chat.getPermalink', await client.chat.getPermalink({ channel, message_ts: String(post.ts) }));
  keep('block_actions', (await anna.click('yes')).interaction?.payload);
  keep('chat.postEphemeral', await client.chat.postEphemeral({ channel, user: anna.id, text: 'Sure?', blocks }));
  keep('block_actions', (await anna.click('yes')).interaction?.payload);

  keep('message_action', (await anna.shortcut('send', await anna.post('hello'))).interaction?.payload);
  keep('shortcut', (await anna.shortcut('compose')).interaction?.payload);
  await useViews(client, team);

  keep('event_callback', (await slack.sendEvent('app_uninstalled', {}, { team })).interaction?.payload);
  const tokens = { oauth: [], bot: [slack.directory.team(team).botUserId] };
  keep('event_callback', (await slack.sendEvent('tokens_revoked', { tokens }, { team })).interaction?.payload);
}

async function useViews(client: webApi.WebClient, team: string): Promise<void> {
  const anna = slack.as('anna', { team, channel: 'general' });
  const form = {
    type: 'modal' as const,
    callback_id: 'form',
    notify_on_close: true,
    title: plain('Form'),
    submit: plain('Send'),
    close: plain('Cancel'),
    blocks: [
      {
        type: 'input' as const,
        block_id: 'text',
        label: plain('Text'),
        element: { type: 'plain_text_input' as const, action_id: 'text' },
      },
      {
        type: 'section' as const,
        block_id: 'task',
        text: plain('Task'),
        accessory: { type: 'external_select' as const, action_id: 'task', min_query_length: 0 },
      },
      {
        type: 'actions' as const,
        block_id: 'more',
        elements: [{ type: 'button' as const, text: plain('More'), action_id: 'more', value: 'm' }],
      },
    ],
  };
  const trigger = (payload: JsonObject | undefined) => String(payload?.['trigger_id']);

  const command = (await anna.command('/b24task 51 hello')).interaction?.payload;
  keep('slash command', command);
  const opened = await client.views.open({ trigger_id: trigger(command), view: form });
  keep('views.open', opened);
  keep('views.update', await client.views.update({ view_id: String(opened.view?.id), view: form }));
  const pressed = (await anna.click('more')).interaction?.payload;
  keep('block_actions', pressed);
  keep('views.push', await client.views.push({ trigger_id: trigger(pressed), view: form }));
  keep('block_suggestion', (await anna.suggest('task', 'report')).interaction?.payload);
  keep('view_submission', (await anna.submit({ text: 'hello' })).interaction?.payload);
  keep('view_closed', (await anna.closeView({ all: true }))?.interaction?.payload);

  keep('event_callback', (await anna.openHome()).interaction?.payload);
  const home = { type: 'home' as const, blocks: form.blocks.slice(1) };
  keep('views.publish', await client.views.publish({ user_id: anna.id, view: home }));
  keep('event_callback', (await anna.openHome()).interaction?.payload);
  keep('block_actions', (await anna.click('more')).interaction?.payload);
}

function install(team: string): Promise<webApi.OauthV2AccessResponse> {
  const { clientId, clientSecret } = slack.app;
  const callback = 'http://127.0.0.1:9/slack/oauth_redirect';
  const query = new URLSearchParams({ client_id: clientId, scope: 'commands', redirect_uri: callback, state: 's' });
  const location = new URL(slack.consent(`${slack.authorizeUrl}?${query}`, { team, user: 'anna' }));
  const code = location.searchParams.get('code') ?? '';
  return clientOf(slack, null).oauth.v2.access({ client_id: clientId, client_secret: clientSecret, code });
}

/** Goes through JSON, as it would to the app. What the client adds to an answer itself is left out. */
function keep(name: Name, value: unknown): void {
  const sample: JsonObject = JSON.parse(JSON.stringify(value));
  const { response_metadata: _added, ...rest } = sample;
  collected.set(name, [...(collected.get(name) ?? []), rest]);
}

function fieldsOf(name: Name): string[] {
  return [...new Set((collected.get(name) ?? []).flatMap((sample) => describeFields(sample, '')))];
}

/** Every field as `path type`. Blocks and their items are the app's own. */
function describeFields(value: Json | undefined, path: string): string[] {
  const own = path === '' ? [] : [`${path} ${typeOf(value)}`];
  if (/(^|\.)blocks$/.test(path)) {
    return own;
  }
  if (Array.isArray(value)) {
    return [...own, ...value.flatMap((item) => describeFields(item, `${path}[]`))];
  }
  if (typeof value !== 'object' || value === null) {
    return own;
  }
  const isIds = /state\.values(\.\*)?$/.test(path);
  const inside = Object.entries(value).flatMap(([key, item]) =>
    describeFields(item, `${path}${path === '' ? '' : '.'}${isIds ? '*' : key}`),
  );
  return [...own, ...inside];
}

function typeOf(value: Json | undefined): FieldType {
  if (value === null) {
    return 'null';
  }
  if (Array.isArray(value)) {
    return 'list';
  }
  const type = typeof value;
  return type === 'string' || type === 'number' || type === 'boolean' ? type : 'object';
}

function fieldsIn(fields: RecordedFields): string[] {
  return Object.entries(fields).flatMap(([type, paths]) =>
    paths
      .trim()
      .split(/\s+/)
      .map((path) => `${path} ${type}`),
  );
}

function isName(name: string): name is Name {
  return name in recorded;
}
