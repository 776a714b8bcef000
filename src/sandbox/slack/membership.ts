import type { Channel, Team } from './directory.ts';
import { objectAt, textAt } from './json.ts';
import type { World } from './world.ts';

/** Brings a person or the app (`'app'`) into a channel, or out of it, here and in `emulate`. */
export async function changeMembership(
  world: World,
  channel: Channel,
  user: string,
  change: 'join' | 'leave',
): Promise<void> {
  const team = world.directory.team(channel.teamId);
  const id = user === 'app' ? team.botUserId : world.directory.person(user, team.id).id;
  const [member] = [...channel.members].filter((other) => other !== id);
  const backend = world.backends.get(team.id);
  if (change === 'join') {
    await (channel.kind === 'public'
      ? backend?.call('conversations.join', { channel: channel.id }, id)
      : backend?.call('conversations.invite', { channel: channel.id, users: id }, member));
    channel.members.add(id);
  } else {
    await backend?.call('conversations.leave', { channel: channel.id }, id);
    channel.members.delete(id);
  }
}

/** Opens a direct conversation between two people, or a person and the app; answers with its id. */
export async function openDirect(world: World, team: Team, left: string, right: string): Promise<string> {
  const known = world.directory.directMessage(team.id, left, right);
  if (known !== undefined) {
    return known.id;
  }
  const answer = await world.backends.get(team.id)?.call('conversations.open', { users: right }, left);
  const id = textAt(objectAt(answer ?? {}, 'channel'), 'id');
  const members = new Set([left, right]);
  world.directory.channels.set(id, {
    id,
    teamId: team.id,
    name: right,
    kind: 'im',
    members,
    archived: false,
    shared: false,
  });
  return id;
}
