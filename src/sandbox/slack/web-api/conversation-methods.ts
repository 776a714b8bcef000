import { textAt } from '../json.ts';
import { findChannel, isHiddenFrom } from '../state/channels.ts';
import type { Channel, Team } from '../state/directory.ts';
import type { World } from '../state/world.ts';
import { type ApiHandler, fail, succeed } from './web-api.ts';

/** `conversations.info`. */
export function createConversationMethods(world: World) {
  return {
    'conversations.info': ({ team, args }) => {
      const channel = findChannel(world, team, textAt(args, 'channel'));
      return channel === undefined || isHiddenFrom(channel, team.botUserId)
        ? fail('channel_not_found')
        : succeed({ channel: describeChannel(channel, team) });
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
    is_mpim: false,
    is_private: kind !== 'public',
    is_archived: false,
    is_member: channel.members.has(team.botUserId),
    is_shared: shared,
    is_ext_shared: shared,
    is_org_shared: false,
    context_team_id: team.id,
  };
}
