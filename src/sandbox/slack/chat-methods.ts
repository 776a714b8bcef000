import { findMessageProblems } from './check-surfaces.ts';
import type { Channel, Team } from './directory.ts';
import { type JsonObject, jsonArgument, objectAt, textAt } from './json.ts';
import { contentOf } from './response-urls.ts';
import { type ApiHandler, type ApiRequest, fail } from './web-api.ts';
import type { World } from './world.ts';

/** `chat.*`: Slack's rules about who may write where are checked here, `emulate` keeps the messages. */
export function createChatMethods(world: World): Record<string, ApiHandler> {
  return {
    'chat.postMessage': postMessage(world),
    'chat.postEphemeral': postEphemeral(world),
    'chat.update': updateMessage(world),
    'chat.delete': deleteMessage(world),
    'chat.getPermalink': getPermalink(world),
  };
}

function postMessage(world: World): ApiHandler {
  const { directory, messages } = world;
  return async (request) => {
    const { team, args, token } = request;
    const checked = readMessage(args);
    if (checked.refused) {
      return checked.refused;
    }
    const channel = findChannel(world, team, textAt(args, 'channel'));
    const target = directory.people.get(textAt(args, 'channel'));
    const isToPerson = channel === undefined && target?.teamId === team.id && !target.deleted;
    if (!isToPerson) {
      const refused = refuseWriting(channel, team, token.scopes);
      if (refused) {
        return refused;
      }
    }
    const answer = await forward(world, request, {
      ...checked.message,
      channel: channel?.id ?? textAt(args, 'channel'),
    });
    if (answer['ok'] === true) {
      const id = textAt(answer, 'channel');
      if (target && !directory.channels.has(id)) {
        directory.channels.set(id, directChannel(id, team, target.id));
      }
      messages.add({
        teamId: team.id,
        channel: id,
        ts: textAt(answer, 'ts'),
        threadTs: textAt(args, 'thread_ts'),
        via: 'postMessage',
        message: { ...contentOf(checked.message), ...objectAt(answer, 'message') },
      });
    }
    return answer;
  };
}

function postEphemeral(world: World): ApiHandler {
  const { directory, messages } = world;
  return async (request) => {
    const { team, args } = request;
    const checked = readMessage(args);
    if (checked.refused) {
      return checked.refused;
    }
    const channel = findChannel(world, team, textAt(args, 'channel'));
    const refused = refuseWriting(channel, team, []);
    if (refused || channel === undefined) {
      return refused ?? fail('channel_not_found');
    }
    const user = textAt(args, 'user');
    if (!directory.people.has(user)) {
      return fail('user_not_found');
    }
    if (!channel.members.has(user)) {
      return fail('user_not_in_channel');
    }
    const answer = await forward(world, request, { ...checked.message, channel: channel.id });
    if (answer['ok'] === true) {
      messages.add({
        teamId: team.id,
        channel: channel.id,
        ts: textAt(answer, 'message_ts'),
        threadTs: textAt(args, 'thread_ts'),
        ephemeralTo: user,
        via: 'postEphemeral',
        message: { ...contentOf(checked.message), user: team.botUserId, bot_id: team.botId },
      });
    }
    return answer;
  };
}

function updateMessage(world: World): ApiHandler {
  const { messages } = world;
  return async (request) => {
    const checked = readMessage(request.args);
    if (checked.refused) {
      return checked.refused;
    }
    const answer = await forward(world, request, checked.message);
    const seen = messages.find(textAt(request.args, 'channel'), textAt(request.args, 'ts'));
    if (answer['ok'] === true && seen) {
      messages.replace(seen, { ...contentOf(checked.message), ...objectAt(answer, 'message') });
    }
    return answer;
  };
}

function deleteMessage(world: World): ApiHandler {
  const { messages } = world;
  return async (request) => {
    const answer = await forward(world, request, request.args);
    const seen = messages.find(textAt(request.args, 'channel'), textAt(request.args, 'ts'));
    if (answer['ok'] === true && seen) {
      messages.remove(seen);
    }
    return answer;
  };
}

function getPermalink(world: World): ApiHandler {
  const { messages } = world;
  return ({ team, args }) => {
    const channel = findChannel(world, team, textAt(args, 'channel'));
    if (channel === undefined || isHiddenFrom(channel, team.botUserId)) {
      return fail('channel_not_found');
    }
    const found = messages.find(channel.id, textAt(args, 'message_ts'));
    if (found === undefined || found.ephemeralTo !== null) {
      return fail('message_not_found');
    }
    const thread = found.threadTs === undefined ? '' : `?thread_ts=${found.threadTs}&cid=${channel.id}`;
    const link = `https://${team.domain}.slack.com/archives/${channel.id}/p${found.ts.replace('.', '')}`;
    return { ok: true, channel: channel.id, permalink: `${link}${thread}` };
  };
}

/** A channel of this workspace by id, or by name as `chat.postMessage` still takes it. */
export function findChannel(world: World, team: Team, key: string): Channel | undefined {
  const { channels } = world.directory;
  const byName = [...channels.values()].find((c) => c.teamId === team.id && c.name === key.replace(/^#/, ''));
  const found = channels.get(key) ?? (key === '' ? undefined : byName);
  return found?.teamId === team.id ? found : undefined;
}

/** What a bot that is not in a private conversation is told: that there is none. */
export function isHiddenFrom(channel: Channel, userId: string): boolean {
  return channel.kind !== 'public' && !channel.members.has(userId);
}

/** A direct conversation between the app and a person. */
export function directChannel(id: string, team: Team, userId: string): Channel {
  const members = new Set([team.botUserId, userId]);
  return { id, teamId: team.id, name: userId, kind: 'im', members, archived: false, shared: false };
}

function refuseWriting(channel: Channel | undefined, team: Team, scopes: readonly string[]): JsonObject | undefined {
  if (channel === undefined || isHiddenFrom(channel, team.botUserId)) {
    return fail('channel_not_found');
  }
  if (channel.archived) {
    return fail('is_archived');
  }
  const mayWrite = channel.members.has(team.botUserId) || scopes.includes('chat:write.public');
  return mayWrite ? undefined : fail('not_in_channel');
}

async function forward(world: World, { method, team, token }: ApiRequest, args: JsonObject): Promise<JsonObject> {
  const author = token.kind === 'bot' ? { bot_id: team.botId, app_id: world.app.id } : {};
  const answer = await world.backends.get(team.id)?.call(method, { ...args, ...author }, token.userId ?? undefined);
  return answer ?? fail('internal_error');
}

type ReadMessage = { readonly message: JsonObject; readonly refused?: never } | { readonly refused: JsonObject };

/** The message as JSON (a form carries its blocks as text), or Slack's refusal. */
function readMessage(args: JsonObject): ReadMessage {
  const message: JsonObject = { ...args };
  for (const key of ['blocks', 'attachments', 'metadata']) {
    if (args[key] !== undefined) {
      const value = jsonArgument(args, key);
      if (value === undefined) {
        return { refused: fail(key === 'metadata' ? 'invalid_metadata_format' : `invalid_${key}`) };
      }
      message[key] = value;
    }
  }
  const problems = findMessageProblems(message);
  return problems.length > 0 ? { refused: fail('invalid_blocks', problems) } : { message };
}
