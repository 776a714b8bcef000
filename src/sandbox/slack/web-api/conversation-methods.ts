import { textAt } from '../json.ts';
import { findChannel, isHiddenFrom } from '../state/channels.ts';
import type { Channel, Team } from '../state/directory.ts';
import type { SlackState } from '../state/state.ts';
import { type ApiHandler, fail, succeed } from './web-api.ts';

/** Slack's default page size. Source: docs.slack.dev, conversations.members. */
const defaultLimit = 100;

/** `conversations.info` and `conversations.members`, which gives its first page only. */
export function createConversationMethods(state: SlackState) {
  return {
    'conversations.info': ({ team, args }) => {
      const channel = findChannel(state, team, textAt(args, 'channel'));
      return channel === undefined || isHiddenFrom(channel, team.botUserId)
        ? fail('channel_not_found')
        : succeed({ channel: describeChannel(channel, team) });
    },
    'conversations.members': ({ team, args }) => {
      const channel = findChannel(state, team, textAt(args, 'channel'));
      if (channel === undefined || isHiddenFrom(channel, team.botUserId)) {
        return fail('channel_not_found');
      }
      const members = [...channel.members];
      const shown = members.slice(0, Number(textAt(args, 'limit') || defaultLimit));
      const cursor = shown.length < members.length ? 'more' : '';
      return succeed({ members: shown, response_metadata: { next_cursor: cursor } });
    },
  } satisfies Record<string, ApiHandler>;
}

function describeChannel(channel: Channel, team: Team) {
  const { id, name, kind, shared } = channel;
  return {
    id,
    name,
    name_normalized: name,
    is_channel: kind === 'public',
    is_group: kind === 'private',
    is_im: kind === 'im',
    is_mpim: kind === 'mpim',
    is_private: kind !== 'public',
    is_archived: false,
    is_member: channel.members.has(team.botUserId),
    is_shared: shared,
    is_ext_shared: shared,
    is_org_shared: false,
    context_team_id: team.id,
  };
}
