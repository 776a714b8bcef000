import type { webApi } from '@slack/bolt';
import { z } from 'zod';
import { type Clock, within } from '../../domain/clock.ts';
import type { Log } from '../../domain/log.ts';
import { type Person, personKey } from '../../domain/person.ts';
import { present } from '../../domain/present.ts';
import type { ThreadPost } from '../../tasks/ports.ts';
import { presumedAuthor, readPosted } from '../../translation/read-author.ts';
import type { Clients, Workspace } from '../web-api/clients.ts';
import { faultOf, reasonOf, type SlackFault } from '../web-api/slack-fault.ts';
import type { Authors } from './authors.ts';
import { createShares } from './name-shares.ts';

/** A thread of a conversation, and who wants to read it. */
export type AskedThread = {
  readonly workspace: Workspace;
  readonly person: Person;
  readonly channel: string;
  /** The post that it began with. */
  readonly threadTs: string;
  /** Only what was posted after this post. */
  readonly since?: string;
};

/**
 * Why a thread cannot be sent as a whole. `direct`: people write to each other there, where no app is. `outside`: the app
 * is no member. `limited`: Slack shows the app a part of so long a thread at a time. `later`: not before `afterMs`.
 */
export type Unreadable =
  | { readonly kind: 'direct' | 'outside' | 'no-scope' | 'limited' | 'too-many' | 'refused' | 'no-answer' }
  | { readonly kind: 'later'; readonly afterMs: number };

/** What reading a thread came to: its posts, the oldest first, each once and without deleted ones. */
export type ThreadReading = { readonly kind: 'read'; readonly posts: readonly ThreadPost[] } | Unreadable;

/** Reads threads where the app may. */
export type Threads = {
  /** Never rejects. The same thread asked for at the same time is read once. */
  read(asked: AskedThread): Promise<ThreadReading>;
};

/** What reading threads needs. */
export type ThreadsDeps = {
  readonly clients: Clients;
  readonly authors: Authors;
  readonly clock: Clock;
  readonly log: Log;
  /** How many replicas share Slack's limits; one where it is absent. */
  readonly replicas?: (() => number) | undefined;
};

/** More posts than one message to Bitrix24 can hold. */
const maxThreadPosts = 1_000;

/** As many as Slack advises for one page. Source: docs.slack.dev, "Pagination". */
const pageSize = 200;

/**
 * Calls that threads may cost. Source: docs.slack.dev, conversations.replies: tier 3 (over 50 a minute for each
 * workspace) for apps of the Marketplace and those that are made for one's own workspace.
 */
const share = { person: { burst: 10, perMinute: 5 }, workspace: { burst: 20, perMinute: 20 } };
const shareBackMs = 30_000;

const authorsWithinMs = 1_000;

const page = z.object({
  messages: z
    .array(z.looseObject({ ts: z.string(), subtype: z.string().optional(), hidden: z.unknown().optional() }))
    .default([]),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});

type Post = z.infer<typeof page>['messages'][number];

/**
 * Creates the reader over `conversations.replies` (scopes channels:history, groups:history, mpim:history). Pages may
 * begin with the first post each, or not: neither is documented, so every post is known by its `ts`.
 */
export function createThreads(deps: ThreadsDeps): Threads {
  const { clients, clock, log, replicas } = deps;
  const mayCall = createShares(share, clock, replicas);
  const going = new Map<string, Promise<ThreadReading>>();

  return {
    read(asked) {
      if (asked.channel.startsWith('D')) {
        return Promise.resolve({ kind: 'direct' });
      }
      const key = JSON.stringify([
        asked.workspace.team,
        personKey(asked.person),
        asked.channel,
        asked.threadTs,
        asked.since,
      ]);
      const reading = going.get(key) ?? readAll(asked).finally(() => going.delete(key));
      going.set(key, reading);
      return reading;
    },
  };

  async function readAll(asked: AskedThread): Promise<ThreadReading> {
    const posts = new Map<string, Post>();
    let cursor = '';
    let pages = 0;
    try {
      // A reading of what was added is waited for.
      const client = await clients[asked.since === undefined ? 'patient' : 'prompt'](asked.workspace);
      do {
        if (!mayCall(asked.person, asked.workspace)) {
          return { kind: 'later', afterMs: shareBackMs };
        }
        const { messages, response_metadata } = page.parse(await client.conversations.replies(request(asked, cursor)));
        for (const post of messages.filter((one) => isAsked(one, asked))) {
          posts.set(post.ts, post);
        }
        pages += 1;
        cursor = response_metadata?.next_cursor ?? '';
      } while (cursor !== '' && posts.size <= maxThreadPosts);
    } catch (error) {
      return unreadable(error, pages);
    }
    const inOrder = [...posts.values()].sort((left, right) => Number(left.ts) - Number(right.ts));
    return inOrder.length > maxThreadPosts
      ? { kind: 'too-many' }
      : { kind: 'read', posts: await signed(inOrder, asked) };
  }

  function unreadable(error: unknown, pages: number): Unreadable {
    log.info({ reason: reasonOf(error), pages }, 'a thread could not be read');
    try {
      return reasonFor(faultOf(error), pages);
    } catch {
      // The message itself can be sent all the same, so whatever it is does not matter here.
      return { kind: 'no-answer' };
    }
  }

  /** The posts with who wrote them, where the app through which it was posted is not enough. */
  function signed(posts: readonly Post[], { person, workspace }: AskedThread): Promise<readonly ThreadPost[]> {
    const asked = posts.map(async (message) => {
      const posted = readPosted(message);
      const author = posted.bot && (await deps.authors.find(posted, person, workspace));
      return { message, ...present({ author }) };
    });
    return within(clock, authorsWithinMs, Promise.all(asked), () =>
      posts.map((message) => ({ message, ...present({ author: presumedAuthor(readPosted(message)) }) })),
    );
  }
}

function request({ channel, threadTs, since }: AskedThread, cursor: string): webApi.ConversationsRepliesArguments {
  return {
    channel,
    ts: threadTs,
    limit: pageSize,
    ...(since === undefined ? {} : { oldest: since }),
    ...(cursor === '' ? {} : { cursor }),
  };
}

/** Of a deleted post that was answered Slack keeps a place without words (`tombstone`). */
function isAsked({ ts, subtype, hidden }: Post, { since }: AskedThread): boolean {
  return subtype !== 'tombstone' && hidden !== true && (since === undefined || Number(ts) > Number(since));
}

/**
 * An app that is not in a conversation is told that there is none, or no such thread. Source of the codes:
 * docs.slack.dev, conversations.replies.
 */
const outsideCodes = new Set(['not_in_channel', 'channel_not_found', 'thread_not_found']);

function reasonFor(fault: SlackFault, pages: number): Unreadable {
  if (fault.kind === 'again') {
    if (fault.afterMs === undefined) {
      return { kind: 'no-answer' };
    }
    return pages > 0 ? { kind: 'limited' } : { kind: 'later', afterMs: fault.afterMs };
  }
  if (fault.code === 'missing_scope') {
    return { kind: 'no-scope' };
  }
  return { kind: outsideCodes.has(fault.code) ? 'outside' : 'refused' };
}
