import { directChannel, findChannel, isHiddenFrom } from './chat-methods.ts';
import type { Channel, Team } from './directory.ts';
import { flagAt, type JsonObject, objectAt, objectsAt, textAt } from './json.ts';
import { type ApiHandler, type ApiRequest, fail } from './web-api.ts';
import type { World } from './world.ts';

/** `conversations.*`: kept by `emulate`; what is hidden from whom is decided here. */
export function createConversationMethods(world: World, forward: ApiHandler): Record<string, ApiHandler> {
  const { directory } = world;
  const withChannel = async (request: ApiRequest): Promise<{ channel: Channel; answer: JsonObject } | JsonObject> => {
    const channel = findChannel(world, request.team, textAt(request.args, 'channel'));
    if (channel === undefined || isHiddenFrom(channel, request.token.userId ?? '')) {
      return fail('channel_not_found');
    }
    const answer = await forward(request);
    return answer['ok'] === true ? { channel, answer } : answer;
  };

  return {
    'conversations.info': async (request) => {
      const found = await withChannel(request);
      return isFound(found)
        ? { ...found.answer, channel: completeChannel(objectAt(found.answer, 'channel'), found.channel, request) }
        : found;
    },
    'conversations.members': async (request) => {
      const found = await withChannel(request);
      return isFound(found) ? found.answer : found;
    },
    'conversations.list': async (request) => {
      const answer = await forward(request);
      const channels = objectsAt(answer, 'channels').flatMap((item) => {
        const channel = directory.channels.get(textAt(item, 'id'));
        return channel ? [completeChannel(item, channel, request)] : [];
      });
      return answer['ok'] === true ? { ...answer, channels } : answer;
    },
    'conversations.open': async (request) => {
      const { team, args } = request;
      const users = textAt(args, 'users').split(',').filter(Boolean);
      if (users.some((id) => directory.people.get(id)?.deleted === true)) {
        return fail('user_disabled');
      }
      const answer = await forward(request);
      const id = textAt(objectAt(answer, 'channel'), 'id');
      const [first] = users;
      if (answer['ok'] === true && first !== undefined && !directory.channels.has(id)) {
        const channel = directChannel(id, team, first);
        const others = users.slice(1);
        others.forEach((user) => {
          channel.members.add(user);
        });
        directory.channels.set(id, others.length > 0 ? { ...channel, kind: 'mpim' } : channel);
      }
      return answer;
    },
    'conversations.create': async (request) => {
      const answer = await forward(request);
      const made = objectAt(answer, 'channel');
      if (answer['ok'] === true) {
        directory.channels.set(textAt(made, 'id'), {
          id: textAt(made, 'id'),
          teamId: request.team.id,
          name: textAt(made, 'name'),
          kind: flagAt(made, 'is_private') ? 'private' : 'public',
          members: new Set([request.team.botUserId]),
          archived: false,
          shared: false,
        });
      }
      return answer;
    },
    ...createMembershipMethods(world, forward),
  };
}

/** What changes a channel goes to `emulate` first; where it agrees, the directory follows. */
function createMembershipMethods(world: World, forward: ApiHandler): Record<string, ApiHandler> {
  return {
    'conversations.join': membership(world, forward, (channel, team) => channel.members.add(team.botUserId)),
    'conversations.leave': membership(world, forward, (channel, team) => channel.members.delete(team.botUserId)),
    'conversations.invite': membership(world, forward, (channel, _team, args) => {
      for (const user of textAt(args, 'users').split(',')) {
        channel.members.add(user.trim());
      }
    }),
    'conversations.kick': membership(world, forward, (channel, _team, args) =>
      channel.members.delete(textAt(args, 'user')),
    ),
    'conversations.archive': membership(world, forward, (channel) => {
      channel.archived = true;
    }),
    'conversations.unarchive': membership(world, forward, (channel) => {
      channel.archived = false;
    }),
    'conversations.rename': membership(world, forward, (channel, _team, args) => {
      channel.name = textAt(args, 'name');
    }),
  };
}

function membership(
  world: World,
  forward: ApiHandler,
  apply: (channel: Channel, team: Team, args: JsonObject) => unknown,
): ApiHandler {
  return async (request) => {
    const channel = findChannel(world, request.team, textAt(request.args, 'channel'));
    if (channel === undefined || isHiddenFrom(channel, request.token.userId ?? '')) {
      return fail('channel_not_found');
    }
    const answer = await forward(request);
    if (answer['ok'] === true) {
      apply(channel, request.team, request.args);
    }
    return answer;
  };
}

function isFound(
  value: { channel: Channel; answer: JsonObject } | JsonObject,
): value is { channel: Channel; answer: JsonObject } {
  return 'answer' in value;
}

function completeChannel(item: JsonObject, channel: Channel, { team, token }: ApiRequest): JsonObject {
  return {
    ...item,
    id: channel.id,
    name: channel.name,
    name_normalized: channel.name,
    is_archived: channel.archived,
    is_member: channel.members.has(token.userId ?? ''),
    is_shared: channel.shared,
    is_ext_shared: channel.shared,
    is_org_shared: false,
    context_team_id: team.id,
  };
}
