import type { Channel, Team } from './directory.ts';
import type { SlackState } from './state.ts';

/** A channel of this workspace by id, or by name, which `chat.postMessage` still takes. */
export function findChannel(state: SlackState, team: Team, key: string): Channel | undefined {
  const { channels } = state.directory;
  const byName = [...channels.values()].find((c) => c.teamId === team.id && c.name === key.replace(/^#/, ''));
  const found = channels.get(key) ?? (key === '' ? undefined : byName);
  return found?.teamId === team.id ? found : undefined;
}

/** Whether Slack denies to a user that a conversation exists, because it is not public and they are no member. */
export function isHiddenFrom(channel: Channel, userId: string): boolean {
  return channel.kind !== 'public' && !channel.members.has(userId);
}

/** Brings a person or the app (`'app'`) into a channel. */
export function joinChannel(state: SlackState, channel: Channel, user: string): void {
  channel.members.add(memberId(state, channel, user));
}

/** Takes a person or the app (`'app'`) out of a channel. */
export function leaveChannel(state: SlackState, channel: Channel, user: string): void {
  channel.members.delete(memberId(state, channel, user));
}

/** The direct conversation of two people, or of a person and the app; opened when there is none yet. */
export function openDirect(state: SlackState, team: Team, left: string, right: string): Channel {
  const { directory } = state;
  const known = directory.directMessage(team.id, left, right);
  if (known !== undefined) {
    return known;
  }
  const id = `D${String(directory.channels.size + 1).padStart(9, '0')}`;
  const members = new Set([left, right]);
  const opened: Channel = { id, teamId: team.id, name: right, kind: 'im', members, shared: false };
  directory.channels.set(id, opened);
  return opened;
}

function memberId({ directory }: SlackState, { teamId }: Channel, user: string): string {
  return user === 'app' ? directory.team(teamId).botUserId : directory.person(user, teamId).id;
}
