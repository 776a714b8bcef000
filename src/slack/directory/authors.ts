import { z } from 'zod';
import type { Author } from '../../domain/author.ts';
import { createCache } from '../../domain/cache.ts';
import type { Clock } from '../../domain/clock.ts';
import type { Log } from '../../domain/log.ts';
import type { Person } from '../../domain/person.ts';
import { present } from '../../domain/present.ts';
import { type Posted, presumedAuthor } from '../../translation/read-author.ts';
import type { Clients, Workspace } from '../web-api/clients.ts';
import { createLimiter } from '../web-api/limiter.ts';
import { reasonOf } from '../web-api/slack-fault.ts';
import type { NameShares } from './name-shares.ts';
import type { People } from './people.ts';

/** Tells who wrote messages that were posted through apps. */
export type Authors = {
  /** Asks Slack where the message alone does not tell, within the share of the asker. Never rejects. */
  find(posted: Posted, asker: Person, workspace: Workspace): Promise<Author | undefined>;
};

/** What finding out the author of a message needs. */
export type AuthorsDeps = {
  readonly people: Pick<People, 'findMentioned'>;
  readonly clients: Clients;
  readonly shares: Pick<NameShares, 'user' | 'bot'>;
  readonly clock: Clock;
  readonly log: Log;
};

type Bot = { readonly name: string; readonly userId?: string };

const keptMs = 60 * 60_000;
const nothingKeptMs = 60_000;
const atOnce = 8;

/**
 * Creates the directory of authors over `users.info` and `bots.info` (scope users:read). A message that a person posts
 * through an app and one that the app posts itself look alike; only the user tells them apart (`is_bot`).
 */
export function createAuthors({ people, clients, shares, clock, log }: AuthorsDeps): Authors {
  const bots = createCache<Bot | undefined>({
    capacity: 2_000,
    keepMs: (bot) => (bot ? keptMs : nothingKeptMs),
    now: () => clock.now(),
  });
  const turn = createLimiter(atOnce);

  return {
    async find(posted, asker, workspace) {
      const { user, bot, username } = posted;
      if (bot === undefined || username !== undefined) {
        return presumedAuthor(posted);
      }
      const known = { ...(await findBot(bot, asker, workspace)), ...bot };
      if (user === undefined || user.id === known.userId) {
        return { kind: 'app', ...present({ name: known.name }) };
      }
      const found = await people.findMentioned(workspace, user.id, () => shares.user(asker, workspace));
      if (found === undefined) {
        return presumedAuthor({ user, bot: known });
      }
      return found.isBot
        ? { kind: 'app', name: known.name ?? found.name }
        : { kind: 'user', id: user.id, label: found.name, ...present({ via: known.name }) };
    },
  };

  async function findBot(
    { id, name }: NonNullable<Posted['bot']>,
    asker: Person,
    workspace: Workspace,
  ): Promise<Bot | undefined> {
    if (id === undefined || name !== undefined) {
      return undefined;
    }
    const key = `${workspace.team} ${id}`;
    const load = () => turn(() => askBot(workspace, id));
    return bots.peek(key) ?? (shares.bot(asker, workspace) ? bots.find(key, load) : undefined);
  }

  async function askBot(workspace: Workspace, bot: string): Promise<Bot | undefined> {
    try {
      const client = await clients.prompt(workspace);
      const { name, user_id } = botAnswer.parse(await client.bots.info({ bot, team_id: workspace.team })).bot;
      return { name, ...present({ userId: user_id }) };
    } catch (error) {
      log.info({ source: 'bots.info', reason: reasonOf(error) }, 'a name could not be looked up');
      return undefined;
    }
  }
}

/** Source: `BotsInfoResponse` of @slack/web-api. */
const botAnswer = z.object({ bot: z.object({ name: z.string().min(1), user_id: z.string().optional() }) });
