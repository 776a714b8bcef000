import { z } from 'zod';
import type { NameDirectory } from '../../delivery/ports.ts';
import { createCache } from '../../domain/cache.ts';
import type { Clock } from '../../domain/clock.ts';
import type { UserName } from '../../domain/document.ts';
import type { Log } from '../../domain/log.ts';
import type { Person } from '../../domain/person.ts';
import type { PortalOrigin } from '../../domain/portal.ts';
import type { FindIdentity } from '../../linking/ports.ts';
import type { Clients, Workspace } from '../web-api/clients.ts';
import { createLimiter } from '../web-api/limiter.ts';
import { reasonOf } from '../web-api/slack-fault.ts';
import type { People } from './people.ts';

export type NamesDeps = {
  readonly people: People;
  readonly clients: Clients;
  readonly findIdentity: FindIdentity;
  readonly clock: Clock;
  readonly log: Log;
};

const nameKeptMs = 10 * 60_000;
const nothingKeptMs = 60_000;
const atOnce = 8;

/** More are not looked up for one message; the labels that Slack sent serve for them. */
const maxOfAKind = 50;

const channelAnswer = z.object({ channel: z.object({ name: z.string().min(1) }) });
const groupsAnswer = z.object({ usergroups: z.array(z.object({ id: z.string(), handle: z.string() })) });

/** Creates the directory of names: users.info, conversations.info, usergroups.list, and the accounts that are linked. */
export function createNames({ people, clients, findIdentity, clock, log }: NamesDeps): NameDirectory {
  const now = () => clock.now();
  const channels = createCache<string | undefined>({ capacity: 5_000, keepMs, now });
  const groups = createCache<ReadonlyMap<string, string> | undefined>({ capacity: 200, keepMs, now });
  const channelTurn = createLimiter(atOnce);
  const groupTurn = createLimiter(atOnce);

  return {
    async resolve(references, { person, portal, route }) {
      const [users, channelNames, groupNames] = await Promise.all([
        found(references.users, (user) => userName(route, { tenant: person.tenant, user }, portal)),
        found(references.channels, (channel) => channelName(route, channel)),
        found(references.groups, async (group) => (await groupHandles(route)).get(group)),
      ]);
      return { users, channels: channelNames, groups: groupNames };
    },
  };

  async function userName(workspace: Workspace, person: Person, portal: PortalOrigin): Promise<UserName | undefined> {
    const account = (await quietly('linking', () => findIdentity(person)))?.account;
    if (account?.portal === portal) {
      return { kind: 'linked', bitrixUserId: account.userId, name: account.name };
    }
    const user = await people.find(workspace, person.user);
    return user && { kind: 'named', name: user.name };
  }

  function channelName(workspace: Workspace, channel: string): Promise<string | undefined> {
    const load = async () => {
      const client = await clients.prompt(workspace);
      return channelAnswer.parse(await client.conversations.info({ channel })).channel.name;
    };
    return channels.find(`${workspace.team} ${channel}`, () => channelTurn(() => quietly('conversations.info', load)));
  }

  async function groupHandles(workspace: Workspace): Promise<ReadonlyMap<string, string>> {
    const load = async () => {
      const client = await clients.prompt(workspace);
      const { usergroups } = groupsAnswer.parse(await client.usergroups.list({ include_disabled: true }));
      return new Map(usergroups.map(({ id, handle }) => [id, handle]));
    };
    const known = await groups.find(workspace.team, () => groupTurn(() => quietly('usergroups.list', load)));
    return known ?? new Map();
  }

  async function quietly<Value>(source: string, load: () => Promise<Value>): Promise<Value | undefined> {
    try {
      return await load();
    } catch (error) {
      log.info({ source, reason: reasonOf(error) }, 'a name could not be looked up');
      return undefined;
    }
  }
}

function keepMs(name: unknown): number {
  return name === undefined ? nothingKeptMs : nameKeptMs;
}

async function found<Value>(
  ids: readonly string[],
  find: (id: string) => Promise<Value | undefined>,
): Promise<ReadonlyMap<string, Value>> {
  const names = new Map<string, Value>();
  await Promise.all(
    ids.slice(0, maxOfAKind).map(async (id) => {
      const name = await find(id);
      if (name !== undefined) {
        names.set(id, name);
      }
    }),
  );
  return names;
}
