import { createHash } from 'node:crypto';
import type { AppSeed, ChannelSeed, PersonSeed, WorkspaceSeed } from '../options.ts';

/** The kinds of conversations. */
export type ChannelKind = 'public' | 'private' | 'im' | 'mpim';

/** A workspace. */
export type Team = {
  readonly id: string;
  readonly name: string;
  readonly domain: string;
  readonly enterprise: { readonly id: string; readonly name: string } | null;
  readonly botId: string;
  readonly botUserId: string;
};

/** A person, or the bot of the app, in one workspace. */
export type Person = {
  readonly id: string;
  /** The workspace in which this person is seen. */
  readonly teamId: string;
  /** The workspace that this person belongs to; differs from `teamId` for people from another workspace. */
  homeTeamId: string;
  /** The organisation of `homeTeamId`. */
  readonly homeEnterprise: Team['enterprise'];
  readonly name: string;
  realName: string;
  locale: string;
  tz: string;
  isAdmin: boolean;
  isOwner: boolean;
  isRestricted: boolean;
  isUltraRestricted: boolean;
  isBot: boolean;
  deleted: boolean;
};

/** A conversation, with its members by id. */
export type Channel = {
  readonly id: string;
  readonly teamId: string;
  name: string;
  readonly kind: ChannelKind;
  readonly members: Set<string>;
  /** Whether it is shared with another organisation (Slack Connect). */
  readonly shared: boolean;
};

/** Teams, people and channels, found by id or by name. */
export type Directory = {
  readonly teams: Map<string, Team>;
  readonly people: Map<string, Person>;
  readonly channels: Map<string, Channel>;
  /** By id, domain or name; without an argument the first one. Throws when there is none. */
  team(key?: string): Team;
  /** By id, or by name within a team. Throws when there is none. */
  person(key: string, teamKey?: string): Person;
  /** By id, or by name (with or without `#`) within a team. Throws when there is none. */
  channel(key: string, teamKey?: string): Channel;
  /** The direct conversation of two users; `undefined` when there is none. */
  directMessage(teamId: string, left: string, right: string): Channel | undefined;
};

/** Fills a directory from seeds, with a bot user in each workspace. */
export function createDirectory(seeds: readonly WorkspaceSeed[], app: AppSeed): Directory {
  const teams = new Map<string, Team>();
  const people = new Map<string, Person>();
  const channels = new Map<string, Channel>();

  seeds.forEach((seed, index) => {
    const team = teamFrom(seed, index);
    teams.set(team.id, team);
    for (const personSeed of seed.people) {
      const person = personFrom(personSeed, team, index);
      people.set(person.id, person);
    }
    people.set(team.botUserId, botFrom(app, team));
    for (const channelSeed of seed.channels) {
      const channel = channelFrom(channelSeed, seed, team, index);
      channels.set(channel.id, channel);
    }
  });

  const team = (key?: string): Team => {
    const found = [...teams.values()].find((t) => key === undefined || [t.id, t.domain, t.name].includes(key));
    return found ?? missing('team', key);
  };
  return {
    teams,
    people,
    channels,
    team,
    person(key, teamKey) {
      const name = key.replace(/^@/, '');
      const inTeam = [...people.values()].find((p) => p.name === name && p.teamId === team(teamKey).id);
      return people.get(key) ?? inTeam ?? missing('person', key);
    },
    channel(key, teamKey) {
      const name = key.replace(/^#/, '');
      const inTeam = [...channels.values()].find((c) => c.name === name && c.teamId === team(teamKey).id);
      return channels.get(key) ?? inTeam ?? missing('channel', key);
    },
    directMessage(teamId, left, right) {
      return [...channels.values()].find(
        (c) => c.teamId === teamId && c.kind === 'im' && c.members.has(left) && c.members.has(right),
      );
    },
  };
}

/** A Slack-looking id that is the same in every run. */
function stableId(prefix: string, teamIndex: number, name: string): string {
  const ascii = name.toUpperCase().replace(/[^A-Z0-9]/g, '');
  const isPlain = /^[\x20-\x7e]+$/.test(name) && ascii.length > 0;
  const stem = isPlain ? ascii : createHash('sha1').update(name).digest('hex').slice(0, 8).toUpperCase();
  return `${prefix}${teamIndex}${stem}`.padEnd(10, '0');
}

function teamFrom(seed: WorkspaceSeed, index: number): Team {
  return {
    id: seed.id ?? stableId('T', index, seed.domain),
    name: seed.name ?? seed.domain,
    domain: seed.domain,
    enterprise: seed.enterprise ?? null,
    botId: stableId('B', index, 'B24TASK'),
    botUserId: stableId('U', index, 'B24TASKBOT'),
  };
}

function personFrom(seed: PersonSeed, team: Team, index: number): Person {
  return {
    id: seed.id ?? stableId('U', index, seed.name),
    teamId: team.id,
    homeTeamId: seed.homeTeamId ?? team.id,
    homeEnterprise: seed.homeEnterprise ?? (seed.homeTeamId === undefined ? team.enterprise : null),
    name: seed.name,
    realName: seed.realName ?? seed.name,
    locale: seed.locale ?? 'en-US',
    tz: seed.tz ?? 'Europe/London',
    isAdmin: seed.isAdmin ?? false,
    isOwner: seed.isOwner ?? false,
    isRestricted: seed.guest !== undefined,
    isUltraRestricted: seed.guest === 'ultra-restricted',
    isBot: false,
    deleted: seed.deleted ?? false,
  };
}

function botFrom(app: AppSeed, team: Team): Person {
  const bot = personFrom({ name: app.botName, id: team.botUserId, realName: app.name }, team, 0);
  return { ...bot, isBot: true };
}

function channelFrom(seed: ChannelSeed, workspace: WorkspaceSeed, team: Team, index: number): Channel {
  const names = seed.members ?? workspace.people.filter((p) => p.deleted !== true).map((p) => p.name);
  const members = new Set(
    workspace.people.filter((p) => names.includes(p.name)).map((p) => p.id ?? stableId('U', index, p.name)),
  );
  if (seed.withApp === true) {
    members.add(team.botUserId);
  }
  return {
    id: seed.id ?? stableId('C', index, seed.name),
    teamId: team.id,
    name: seed.name,
    kind: seed.kind ?? 'public',
    members,
    shared: seed.shared ?? false,
  };
}

function missing(what: string, key: string | undefined): never {
  throw new Error(`The sandbox has no ${what} "${key ?? ''}"`);
}
