import { parseArgs } from 'node:util';
import type { Identity } from '../domain/identity.ts';
import type { Person } from '../domain/person.ts';
import { present } from '../domain/present.ts';
import type { Storage } from '../storage/open.ts';
import { type AdminCommand, withStorage } from './command.ts';
import { portalArgument } from './portal-argument.ts';
import { momentOf, tableOf } from './table.ts';

const usage = [
  'Usage: npm run people [-- --portal <url or host>] [-- --json]',
  '  lists who has connected a Bitrix24 account, and the default tasks of channels',
];

type Link = {
  readonly person: Person;
  /** `undefined`: the record cannot be read with the keys that there are. */
  readonly identity: Identity | undefined;
  readonly waiting: number;
  readonly parked: number;
  /** Epoch ms. */
  readonly lastDeliveredAt: number | undefined;
};

/** `npm run people`: lists connections and channel defaults; no secret of theirs. Works beside the running service. */
export const people: AdminCommand = async (context) => {
  const { print } = context;
  const options = optionsOf(context.args);
  if (!options) {
    for (const line of usage) {
      print(line);
    }
    return 2;
  }
  return withStorage(context, async (storage) => {
    const isMeant = (portal: string | undefined) => options.portal === undefined || portal === options.portal;
    const links = (await linksIn(storage)).filter(({ identity }) => isMeant(identity?.account.portal));
    const defaults = (await storage.channelDefaults()).filter(({ portal }) => isMeant(portal));
    const lines = options.json
      ? [...links.map(linkJson), ...defaults.map((each) => JSON.stringify({ kind: 'default', ...each }))]
      : [
          ...linkTable(links),
          `Connected: ${links.length}. Channels with a default task: ${defaults.length}.`,
          ...tableOf(
            ['team', 'channel', 'portal', 'task'],
            defaults.map(({ tenant, channel, portal, task }) => [tenant, channel, portal, String(task)]),
          ),
        ];
    for (const line of lines) {
      print(line);
    }
    return 0;
  });
};

function optionsOf(args: readonly string[]): { readonly portal?: string; readonly json: boolean } | undefined {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { portal: { type: 'string' }, json: { type: 'boolean', default: false } },
    });
    const portal = values.portal === undefined ? undefined : portalArgument(values.portal);
    if (values.portal !== undefined && portal === undefined) {
      return undefined;
    }
    return { json: values.json, ...(portal === undefined ? {} : { portal }) };
  } catch {
    return undefined;
  }
}

async function linksIn({ identities, outbox, administration }: Storage): Promise<readonly Link[]> {
  const links: Link[] = [];
  for (const person of await identities.list()) {
    const open = await outbox.listOpen(person);
    links.push({
      person,
      identity: await identities.find(person).catch(() => undefined),
      waiting: open.length,
      parked: open.filter(({ parked }) => parked).length,
      lastDeliveredAt: await administration.lastDeliveredAt(person),
    });
  }
  return links;
}

function linkTable(links: readonly Link[]): readonly string[] {
  return tableOf(
    ['team', 'user', 'portal', 'Bitrix24 user', 'by', 'may', 'since', 'last sent', 'waiting', 'parked'],
    links.map(({ person, identity, waiting, parked, lastDeliveredAt }) => [
      person.tenant,
      person.user,
      identity?.account.portal ?? 'not readable',
      identity?.account.userId ?? '-',
      identity?.credential.kind ?? '-',
      identity?.scopes?.join(' ') ?? '-',
      identity ? momentOf(identity.linkedAt) : '-',
      lastDeliveredAt === undefined ? '-' : momentOf(lastDeliveredAt),
      String(waiting),
      String(parked),
    ]),
  );
}

function linkJson({ person, identity, waiting, parked, lastDeliveredAt }: Link): string {
  return JSON.stringify({
    kind: 'connection',
    team: person.tenant,
    user: person.user,
    ...(identity
      ? {
          portal: identity.account.portal,
          bitrixUserId: identity.account.userId,
          by: identity.credential.kind,
          ...present({ scopes: identity.scopes }),
          since: momentOf(identity.linkedAt),
        }
      : { readable: false }),
    ...(lastDeliveredAt === undefined ? {} : { lastSentAt: momentOf(lastDeliveredAt) }),
    waiting,
    parked,
  });
}
