import { findMessageProblems } from '../block-kit/check-surfaces.ts';
import { isObject, type Json, type JsonObject, jsonArgument, objectsAt, textAt } from '../json.ts';
import { findChannel, isHiddenFrom, openDirect } from '../state/channels.ts';
import type { Channel, Team } from '../state/directory.ts';
import type { SeenMessage } from '../state/messages.ts';
import type { SlackState } from '../state/state.ts';
import { type ApiRequest, type Failure, fail, succeed } from './web-api.ts';

/** `chat.*`, with Slack's rules about who may write where. */
export function createChatMethods(state: SlackState) {
  return {
    'chat.postMessage': postMessage(state),
    'chat.postEphemeral': postEphemeral(state),
    'chat.getPermalink': getPermalink(state),
  };
}

function postMessage(state: SlackState) {
  return ({ team, args, token }: ApiRequest) => {
    const checked = readMessage(args);
    if (checked.refused) {
      return checked.refused;
    }

    const channel = findWritable(state, team, textAt(args, 'channel'), token.scopes);
    if ('error' in channel) {
      return channel;
    }

    const message = botMessage(state, team, checked.message);
    const { ts } = state.messages.add({
      teamId: team.id,
      channel: channel.id,
      threadTs: textAt(args, 'thread_ts'),
      via: 'postMessage',
      message,
    });
    return succeed({ channel: channel.id, ts, message: { ...message, ts } });
  };
}

function postEphemeral(state: SlackState) {
  return ({ team, args }: ApiRequest) => {
    const checked = readMessage(args);
    if (checked.refused) {
      return checked.refused;
    }

    const channel = findChannel(state, team, textAt(args, 'channel'));
    const refused = refuseWriting(channel, team, []);
    if (refused || channel === undefined) {
      return refused ?? fail('channel_not_found');
    }

    const user = textAt(args, 'user');
    if (!state.directory.people.has(user)) {
      return fail('user_not_found');
    }
    if (!channel.members.has(user)) {
      return fail('user_not_in_channel');
    }

    const posted = state.messages.add({
      teamId: team.id,
      channel: channel.id,
      threadTs: textAt(args, 'thread_ts'),
      ephemeralTo: user,
      via: 'postEphemeral',
      message: botMessage(state, team, checked.message),
    });
    return succeed({ message_ts: posted.ts });
  };
}

function getPermalink(state: SlackState) {
  return ({ team, args }: ApiRequest) => {
    const channel = findChannel(state, team, textAt(args, 'channel'));
    if (channel === undefined || isHiddenFrom(channel, team.botUserId)) {
      return fail('channel_not_found');
    }

    const found = state.messages.find(channel.id, textAt(args, 'message_ts'));
    if (found === undefined || found.ephemeralTo !== null) {
      return fail('message_not_found');
    }
    return succeed({ channel: channel.id, permalink: permalinkOf(team, channel, found) });
  };
}

function permalinkOf(team: Team, channel: Channel, { ts, threadTs }: SeenMessage): string {
  const thread = threadTs === undefined ? '' : `?thread_ts=${threadTs}&cid=${channel.id}`;
  return `https://${team.domain}.slack.com/archives/${channel.id}/p${ts.replace('.', '')}${thread}`;
}

/** The channel that a message goes to; a person's id stands for the direct conversation with the app. */
function findWritable(state: SlackState, team: Team, key: string, scopes: readonly string[]): Channel | Failure {
  const channel = findChannel(state, team, key);
  const person = state.directory.people.get(key);
  if (channel === undefined && person?.teamId === team.id && !person.deleted) {
    return openDirect(state, team, team.botUserId, person.id);
  }
  return refuseWriting(channel, team, scopes) ?? channel ?? fail('channel_not_found');
}

function refuseWriting(channel: Channel | undefined, team: Team, scopes: readonly string[]): Failure | undefined {
  if (channel === undefined || isHiddenFrom(channel, team.botUserId)) {
    return fail('channel_not_found');
  }
  const mayWrite = channel.members.has(team.botUserId) || scopes.includes('chat:write.public');
  return mayWrite ? undefined : fail('not_in_channel');
}

function botMessage(state: SlackState, team: Team, message: JsonObject) {
  return {
    type: 'message',
    text: textAt(message, 'text'),
    ...(message['blocks'] === undefined ? {} : { blocks: objectsAt(message, 'blocks') }),
    user: team.botUserId,
    bot_id: team.botId,
    app_id: state.app.id,
    team: team.id,
    ...(textAt(message, 'thread_ts') === '' ? {} : { thread_ts: textAt(message, 'thread_ts') }),
  };
}

type ReadMessage = { readonly message: JsonObject; readonly refused?: never } | { readonly refused: Failure };

/** The message as JSON (a form carries its blocks as text), or Slack's refusal. */
function readMessage(args: JsonObject): ReadMessage {
  const message: JsonObject = { ...args };
  if (args['blocks'] !== undefined) {
    const blocks = jsonArgument(args, 'blocks');
    if (blocks === undefined) {
      return { refused: fail('invalid_blocks') };
    }
    message['blocks'] = blocks;
  }
  if (textAt(message, 'text') === '' && objectsAt(message, 'blocks').length === 0) {
    return { refused: fail('no_text') };
  }

  const problems = findMessageProblems(message);
  if (problems.length > 0) {
    return { refused: fail('invalid_blocks', problems) };
  }
  return textLength(message['blocks'] ?? null) > maxBlocksText ? { refused: fail('msg_blocks_too_long') } : { message };
}

/**
 * How much text all blocks of a posted message may have. Undocumented, and not so for response URLs. Source:
 * slackapi/bolt-js#2509 (about 13,200 characters with the blocks around them), #2867 (11,341 were too many).
 */
const maxBlocksText = 11_000;

function textLength(value: Json): number {
  if (Array.isArray(value)) {
    return value.reduce<number>((sum, item) => sum + textLength(item), 0);
  }
  return isObject(value)
    ? Object.entries(value).reduce(
        (sum, [key, inner]) =>
          sum + (key === 'text' && typeof inner === 'string' ? inner.length : textLength(inner ?? null)),
        0,
      )
    : 0;
}
