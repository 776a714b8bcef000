import { createEmulator, type Emulator } from 'emulate';
import type { Channel, Directory, Person, Team } from './directory.ts';
import { isObject, type Json, type JsonObject, objectAt, objectsAt, parseJson, textAt } from './json.ts';
import type { AppSeed } from './options.ts';

/** One workspace of the `emulate` package, spoken to with the sandbox's ids. */
export type Backend = {
  /** Calls a Web API method as the app's bot or as a person; answers with the sandbox's ids. */
  call(method: string, args: JsonObject, asUserId?: string): Promise<JsonObject>;
  close(): Promise<void>;
};

const ID_ARGUMENTS = ['channel', 'channel_id', 'user', 'user_id', 'users', 'bot'];
const BOT_TOKEN = 'xoxb-behind-the-front';

/**
 * Starts `emulate` for one team and gives it the team's people and channels. It chooses ids of its own, knows one
 * workspace only and seeds no memberships, so ids are translated on the way and channels are made through its API.
 */
export async function startBackend(directory: Directory, team: Team, app: AppSeed): Promise<Backend> {
  const people = [...directory.people.values()].filter((p) => p.teamId === team.id && !p.isBot);
  const emulator = await createEmulator({ service: 'slack', port: 0, seed: { slack: seedOf(team, people, app) } });
  const call = createCaller(emulator);
  const ids = createIdMap();

  const listed = await call('users.list', { limit: 1000 }, BOT_TOKEN);
  for (const member of objectsAt(listed, 'members')) {
    const ours = people.find((p) => p.name === textAt(member, 'name'));
    if (ours) {
      ids.add(ours.id, textAt(member, 'id'));
    }
  }
  ids.add(team.id, EMULATE_TEAM_ID);

  const backend: Backend = {
    async call(method, args, asUserId) {
      const token = asUserId === undefined || asUserId === team.botUserId ? BOT_TOKEN : tokenOf(asUserId);
      return ids.toOurs(await call(method, ids.toTheirs(args), token));
    },
    close: () => emulator.close(),
  };
  await hideDefaultChannels(call);
  for (const channel of directory.channels.values()) {
    if (channel.teamId === team.id) {
      ids.add(channel.id, await makeChannel(backend, channel, team));
    }
  }
  return backend;
}

const EMULATE_TEAM_ID = 'T000000001';
const EMULATE_ADMIN_TOKEN = 'xoxp-behind-the-front-admin';
const SCOPES =
  'chat:write channels:read channels:history channels:join channels:manage channels:write groups:read groups:history groups:write im:read im:history im:write mpim:read mpim:history mpim:write users:read users:read.email users.profile:read users:write files:read files:write pins:read pins:write bookmarks:read bookmarks:write reactions:read reactions:write team:read';

function tokenOf(userId: string): string {
  return `xoxp-behind-the-front-${userId}`;
}

function seedOf(team: Team, people: readonly Person[], app: AppSeed): Record<string, unknown> {
  return {
    team: { name: team.name, domain: team.domain },
    users: people.map((p) => ({ name: p.name, real_name: p.realName, email: p.email, is_admin: p.isAdmin })),
    oauth_apps: [
      {
        app_id: app.id,
        client_id: app.clientId,
        client_secret: app.clientSecret,
        name: app.name,
        redirect_uris: [...app.redirectUris],
        bot_id: team.botId,
        bot_user_id: team.botUserId,
        bot_name: app.botName,
      },
    ],
    tokens: [
      { token: BOT_TOKEN, type: 'bot', user_id: team.botUserId, bot_id: team.botId, app_id: app.id, scopes: SCOPES },
      { token: EMULATE_ADMIN_TOKEN, type: 'user', user: 'admin', scopes: SCOPES },
      ...people.map((p) => ({ token: tokenOf(p.id), type: 'user', user: p.name, scopes: SCOPES })),
    ],
  };
}

type Caller = (method: string, args: JsonObject, token: string) => Promise<JsonObject>;

function createCaller(emulator: Emulator): Caller {
  const base = emulator.url.replace('//localhost', '//127.0.0.1');
  return async (method, args, token) => {
    const response = await fetch(`${base}/api/${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(args),
    });
    const body = parseJson(await response.text());
    return isObject(body) ? body : { ok: false, error: response.status === 404 ? 'unknown_method' : 'fatal_error' };
  };
}

/** `emulate` always has #general and #random with its own administrator in them; ours take their names. */
async function hideDefaultChannels(call: Caller): Promise<void> {
  for (const [channel, name] of [
    ['C000000001', 'emulate-one'],
    ['C000000002', 'emulate-two'],
  ] as const) {
    await call('conversations.rename', { channel, name }, EMULATE_ADMIN_TOKEN);
    await call('conversations.archive', { channel }, EMULATE_ADMIN_TOKEN);
  }
}

async function makeChannel(backend: Backend, channel: Channel, team: Team): Promise<string> {
  const [creator = team.botUserId, ...others] = channel.members;
  const name = /^[a-z0-9_-]+$/.test(channel.name) ? channel.name : channel.id.toLowerCase();
  const made = await backend.call('conversations.create', { name, is_private: channel.kind === 'private' }, creator);
  const id = textAt(objectAt(made, 'channel'), 'id');
  if (others.length > 0) {
    await backend.call('conversations.invite', { channel: id, users: others.join(',') }, creator);
  }
  return id;
}

type IdMap = {
  add(ours: string, theirs: string): void;
  toTheirs(args: JsonObject): JsonObject;
  toOurs(answer: JsonObject): JsonObject;
};

function createIdMap(): IdMap {
  const theirsByOurs = new Map<string, string>();
  const oursByTheirs = new Map<string, string>();
  const oneToTheirs = (value: Json | undefined): Json | undefined => {
    if (Array.isArray(value)) {
      return value.map((item) => oneToTheirs(item) ?? null);
    }
    return typeof value === 'string'
      ? value
          .split(',')
          .map((id) => theirsByOurs.get(id.trim()) ?? id)
          .join(',')
      : value;
  };
  const allToOurs = (value: Json): Json => {
    if (typeof value === 'string') {
      return oursByTheirs.get(value) ?? value;
    }
    if (Array.isArray(value)) {
      return value.map(allToOurs);
    }
    return isObject(value) ? objectToOurs(value) : value;
  };
  const objectToOurs = (source: JsonObject): JsonObject =>
    Object.fromEntries(Object.entries(source).map(([key, item]) => [key, item === undefined ? item : allToOurs(item)]));
  return {
    add(ours, theirs) {
      theirsByOurs.set(ours, theirs);
      oursByTheirs.set(theirs, ours);
    },
    toTheirs: (args) =>
      Object.fromEntries(
        Object.entries(args).map(([key, value]) => [key, ID_ARGUMENTS.includes(key) ? oneToTheirs(value) : value]),
      ),
    toOurs: objectToOurs,
  };
}
