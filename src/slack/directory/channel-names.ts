import { z } from 'zod';
import { createCache } from '../../domain/cache.ts';
import type { Clock } from '../../domain/clock.ts';
import type { Clients, Workspace } from '../web-api/clients.ts';
import { createLimiter } from '../web-api/limiter.ts';
import type { People } from './people.ts';

/** Who mentioned which channel. */
type MentionedChannel = {
  readonly user: string;
  readonly channel: string;
  /** Tells, once for each call, whether Slack may be asked about it. */
  readonly mayAsk: () => boolean;
};

/** What channels are called, for people who may know. */
export type ChannelNames = {
  /**
   * `undefined` where the person is not known to see the channel: the app may be in channels that they are not in, and
   * what it tells them goes into Bitrix24 as well. Never rejects.
   */
  find(workspace: Workspace, mentioned: MentionedChannel): Promise<string | undefined>;
};

/** What looking up names of channels needs. */
export type ChannelNamesDeps = {
  readonly clients: Clients;
  readonly people: Pick<People, 'findMentioned'>;
  readonly clock: Clock;
  /** Gives `undefined`, and logs it, where the work fails. */
  readonly quietly: <Value>(source: string, load: () => Promise<Value>) => Promise<Value | undefined>;
};

type Channel = { readonly name: string; readonly isPublic: boolean };

const channelKeptMs = 10 * 60_000;
const membersKeptMs = 2 * 60_000;
const nothingKeptMs = 60_000;
const atOnce = 8;

/** One page of members is asked for: a user who is not on it counts as not in the channel. Slack gives at most so many. */
const maxMembers = 1_000;

/**
 * Creates the names over `conversations.info` and, where the name is not for everybody, `conversations.members` (scopes
 * channels:read and groups:read). Only full members of a workspace see all of its public channels.
 */
export function createChannelNames({ clients, people, clock, quietly }: ChannelNamesDeps): ChannelNames {
  const now = () => clock.now();
  const kept = (ms: number) => (value: unknown) => (value === undefined ? nothingKeptMs : ms);
  const channels = createCache<Channel | undefined>({ capacity: 5_000, keepMs: kept(channelKeptMs), now });
  const members = createCache<ReadonlySet<string> | undefined>({ capacity: 100, keepMs: kept(membersKeptMs), now });
  const turn = createLimiter(atOnce);

  return {
    async find(workspace, mentioned) {
      const key = `${workspace.team} ${mentioned.channel}`;
      const { mayAsk } = mentioned;
      const channel =
        channels.peek(key) ??
        (mayAsk() ? await channels.find(key, () => turn(() => askChannel(workspace, mentioned))) : undefined);
      if (!channel || (channel.isPublic && (await isFullMember(workspace, mentioned)))) {
        return channel?.name;
      }
      const inside =
        members.peek(key) ??
        (mayAsk() ? await members.find(key, () => turn(() => askMembers(workspace, mentioned))) : undefined);
      return inside?.has(mentioned.user) ? channel.name : undefined;
    },
  };

  function askChannel(workspace: Workspace, { channel }: MentionedChannel): Promise<Channel | undefined> {
    return quietly('conversations.info', async () => {
      const client = await clients.prompt(workspace);
      const { name, is_private } = channelAnswer.parse(await client.conversations.info({ channel })).channel;
      return { name, isPublic: is_private === false };
    });
  }

  function askMembers(workspace: Workspace, { channel }: MentionedChannel): Promise<ReadonlySet<string> | undefined> {
    return quietly('conversations.members', async () => {
      const client = await clients.prompt(workspace);
      const answer = await client.conversations.members({ channel, limit: maxMembers });
      return new Set(membersAnswer.parse(answer).members);
    });
  }

  async function isFullMember(workspace: Workspace, { user, mayAsk }: MentionedChannel): Promise<boolean> {
    const status = (await people.findMentioned(workspace, user, mayAsk))?.userStatus;
    return status !== undefined && !status.guest && !status.foreign;
  }
}

/** Source: docs.slack.dev, conversation object: `is_private` is false for public channels only. */
const channelAnswer = z.object({
  channel: z.object({ name: z.string().min(1), is_private: z.boolean().optional().catch(undefined) }),
});

const membersAnswer = z.object({ members: z.array(z.string()) });
