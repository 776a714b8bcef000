import type { SlackFile } from '../state/files.ts';
import type { SlackState } from '../state/state.ts';

/**
 * Whether the bot sees a file: it was given to it in a form, or is shared where the bot is a member. Sources:
 * PipedreamHQ/pipedream issue 22031, slack-go/slack issue 1284. Of public channels that the bot has not joined reports
 * disagree, so `openFiles` of the options says which of the two this Slack is.
 */
export function isSeenByBot({ directory, openFiles }: SlackState, file: SlackFile): boolean {
  if (file.isGivenToApp) {
    return true;
  }
  const { botUserId } = directory.team(file.teamId);
  return [...file.channels].some((id) => {
    const channel = directory.channels.get(id);
    return channel?.members.has(botUserId) === true || (openFiles && channel?.kind === 'public');
  });
}
