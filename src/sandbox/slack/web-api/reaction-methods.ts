import { textAt } from '../json.ts';
import { findChannel, isHiddenFrom } from '../state/channels.ts';
import type { SlackState } from '../state/state.ts';
import { type ApiRequest, fail, succeed } from './web-api.ts';

/**
 * `reactions.add`, with the errors of docs.slack.dev, reactions.add. The error for a public channel without the bot is not
 * documented: apps have met `not_in_channel` (HubSpot/slack-client, pull request 356), which this one answers, and
 * `channel_not_found`, which a test can set as a fault.
 */
export function createReactionMethods(state: SlackState) {
  return {
    'reactions.add': ({ team, args }: ApiRequest) => {
      const [key, ts, name] = [textAt(args, 'channel'), textAt(args, 'timestamp'), textAt(args, 'name')];
      if (key === '' || ts === '') {
        return fail('no_item_specified');
      }
      if (!/^[a-z0-9_+'-]+(::skin-tone-[2-6])?$/.test(name)) {
        return fail('invalid_name');
      }
      if (!/^\d+\.\d+$/.test(ts)) {
        return fail('bad_timestamp');
      }
      const channel = findChannel(state, team, key);
      if (channel === undefined || isHiddenFrom(channel, team.botUserId)) {
        return fail('channel_not_found');
      }
      if (!channel.members.has(team.botUserId)) {
        return fail('not_in_channel');
      }
      const found = state.messages.find(channel.id, ts);
      if (found === undefined || found.ephemeralTo !== null) {
        return fail('message_not_found');
      }
      return state.messages.react(found, name, team.botUserId) ? succeed({}) : fail('already_reacted');
    },
  };
}
