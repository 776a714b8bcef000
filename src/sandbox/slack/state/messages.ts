import { type JsonObject, objectsAt, textAt } from '../json.ts';
import type { SandboxClock } from '../options.ts';
import type { Changes } from './changes.ts';
import type { Directory } from './directory.ts';

/** How a message came to be. */
type Via =
  | 'ack'
  | 'response_url'
  | 'postEphemeral'
  | 'postMessage'
  /** A notice of Slack itself. */
  | 'slack'
  /** Posted by a person. */
  | 'person';

/** A message as people see it now. */
export type SeenMessage = {
  /** Rises by one with every message. */
  readonly order: number;
  readonly teamId: string;
  readonly channel: string;
  readonly ts: string;
  readonly threadTs?: string;
  /** The only person who sees it; null when every member of the channel does. */
  readonly ephemeralTo: string | null;
  readonly via: Via;
  /** When it was last changed, in epoch ms on the sandbox's clock. */
  at: number;
  text: string;
  blocks: JsonObject[];
  /** Slack's own object, with every field. */
  message: JsonObject;
  /** How often it was replaced or updated. */
  replaced: number;
  deleted: boolean;
  /** The ids of the users who reacted, by the name of the emoji. */
  readonly reactions: Map<string, Set<string>>;
};

type NewMessage = {
  readonly teamId: string;
  readonly channel: string;
  readonly threadTs?: string | undefined;
  readonly ephemeralTo?: string | null;
  readonly via: Via;
  readonly message: JsonObject;
};

/** The messages of all workspaces. */
export type Messages = {
  add(input: NewMessage): SeenMessage;
  replace(target: SeenMessage, message: JsonObject): void;
  remove(target: SeenMessage): void;
  /** Adds a reaction; false when this user has added it before. */
  react(target: SeenMessage, name: string, userId: string): boolean;
  find(channel: string, ts: string): SeenMessage | undefined;
  /** The message with this `ts`, even when deleted, and the replies in its thread, oldest first. */
  thread(channel: string, ts: string): { readonly root: SeenMessage | undefined; readonly replies: SeenMessage[] };
  /** The messages that everybody in a channel sees, oldest first. */
  inChannel(channel: string): SeenMessage[];
  /** The messages of the app and of Slack that a person sees, oldest first: ephemeral ones and those of their channels. */
  seenBy(userId: string): SeenMessage[];
  /** A `ts` that no message has yet. */
  nextTs(): string;
};

/** The fields of a message that an app decides: `text` and `blocks`. */
export function contentOf(message: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(message).filter(([key]) => key === 'text' || key === 'blocks'));
}

/** Creates a store without messages. */
export function createMessages(clock: SandboxClock, directory: Directory, changes: Changes): Messages {
  const all: SeenMessage[] = [];
  let count = 500_000;

  const nextTs = (): string => {
    count += 1;
    return `${Math.floor(clock.now() / 1000)}.${count}`;
  };
  return {
    nextTs,
    add(input) {
      const ts = nextTs();
      const seen: SeenMessage = {
        order: all.length + 1,
        teamId: input.teamId,
        channel: input.channel,
        ts,
        ...(input.threadTs === undefined || input.threadTs === '' ? {} : { threadTs: input.threadTs }),
        ephemeralTo: input.ephemeralTo ?? null,
        via: input.via,
        at: clock.now(),
        text: textAt(input.message, 'text'),
        blocks: objectsAt(input.message, 'blocks'),
        message: { type: 'message', ...input.message, ts },
        replaced: 0,
        deleted: false,
        reactions: new Map(),
      };
      all.push(seen);
      changes.announce();
      return seen;
    },
    replace(target, message) {
      target.text = textAt(message, 'text');
      target.blocks = objectsAt(message, 'blocks');
      target.message = { ...target.message, ...message, blocks: target.blocks, ts: target.ts };
      target.at = clock.now();
      target.replaced += 1;
      changes.announce();
    },
    remove(target) {
      target.deleted = true;
      changes.announce();
    },
    react(target, name, userId) {
      const by = target.reactions.get(name) ?? new Set();
      if (by.has(userId)) {
        return false;
      }
      target.reactions.set(name, by.add(userId));
      changes.announce();
      return true;
    },
    find: (channel, ts) => all.find((m) => m.channel === channel && m.ts === ts && !m.deleted),
    thread: (channel, ts) => ({
      root: all.find((m) => m.channel === channel && m.ts === ts && m.ephemeralTo === null),
      replies: all.filter(
        (m) => m.channel === channel && m.threadTs === ts && m.ts !== ts && m.ephemeralTo === null && !m.deleted,
      ),
    }),
    inChannel: (channel) => all.filter((m) => m.channel === channel && m.ephemeralTo === null && !m.deleted),
    seenBy: (userId) =>
      all.filter((m) => {
        const isVisible =
          m.ephemeralTo === null ? directory.channels.get(m.channel)?.members.has(userId) : m.ephemeralTo === userId;
        return m.via !== 'person' && !m.deleted && isVisible === true;
      }),
  };
}
