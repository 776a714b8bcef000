import { z } from 'zod';
import type { NameDirectory } from '../../delivery/ports.ts';
import { createCache } from '../../domain/cache.ts';
import type { Clock } from '../../domain/clock.ts';
import type { ReplyRoute } from '../../domain/delivery.ts';
import type { UserName } from '../../domain/document.ts';
import type { Account } from '../../domain/identity.ts';
import type { Log } from '../../domain/log.ts';
import type { PlaceWords } from '../../domain/message-words.ts';
import type { Person } from '../../domain/person.ts';
import type { PortalOrigin } from '../../domain/portal.ts';
import type { LeadsTo } from '../../linking/moving.ts';
import type { FindIdentity } from '../../linking/ports.ts';
import { textsIn } from '../../locales/locale.ts';
import type { Clients, Workspace } from '../web-api/clients.ts';
import { createLimiter } from '../web-api/limiter.ts';
import { reasonOf } from '../web-api/slack-fault.ts';
import { createChannelNames } from './channel-names.ts';
import type { NameShares } from './name-shares.ts';
import type { People } from './people.ts';

/** What looking up names needs. */
export type NamesDeps = {
  readonly people: People;
  readonly clients: Clients;
  readonly findIdentity: FindIdentity;
  /** A colleague may still be linked at an earlier address of the portal, where they are the same user. */
  readonly leads: LeadsTo;
  readonly shares: NameShares;
  readonly clock: Clock;
  readonly log: Log;
};

const nameKeptMs = 10 * 60_000;
const nothingKeptMs = 60_000;
const atOnce = 8;

/** More are not looked up for one message; the labels that Slack sent serve for them. */
const maxOfAKind = 50;

/**
 * Creates the directory of names: users.info, conversations.info, usergroups.list, and the accounts that are linked.
 */
export function createNames(deps: NamesDeps): NameDirectory {
  const { people, clients, findIdentity, leads, shares, clock, log } = deps;
  const groups = createCache<ReadonlyMap<string, string> | undefined>({
    capacity: 200,
    keepMs,
    now: () => clock.now(),
  });
  const groupTurn = createLimiter(atOnce);
  const channels = createChannelNames({ clients, people, clock, quietly });

  return {
    async resolve(references, { person, portal, route }) {
      const [users, channelNames, groupNames] = await Promise.all([
        found(references.users, (user) => userName(route, { asker: person, user, portal })),
        found(references.channels, (channel) =>
          channels.find(route, { user: person.user, channel, mayAsk: () => shares.channel(person, route) }),
        ),
        found(references.groups, async (group) => (await groupHandles(route)).get(group)),
      ]);
      return { users, channels: channelNames, groups: groupNames, places: placesIn(route) };
    },
    unresolved: (route) => ({ users: new Map(), channels: new Map(), groups: new Map(), places: placesIn(route) }),
  };

  async function accountOn(portal: PortalOrigin, person: Person): Promise<Account | undefined> {
    const { account } = (await findIdentity(person)) ?? {};
    return account && (await leads(person.tenant, account.portal, portal)) ? account : undefined;
  }

  async function userName(
    workspace: Workspace,
    { asker, user, portal }: { readonly asker: Person; readonly user: string; readonly portal: PortalOrigin },
  ): Promise<UserName | undefined> {
    const account = await quietly('linking', () => accountOn(portal, { tenant: asker.tenant, user }));
    if (account) {
      return { kind: 'linked', bitrixUserId: account.userId, name: account.name };
    }
    const mayAsk = () => shares.user(asker, workspace);
    const known = await people.findMentioned(workspace, user, mayAsk);
    return known && { kind: 'named', name: known.name };
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

function placesIn({ locale }: ReplyRoute): PlaceWords {
  return textsIn(locale).message.places;
}

const groupsAnswer = z.object({ usergroups: z.array(z.object({ id: z.string(), handle: z.string() })) });

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
