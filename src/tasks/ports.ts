import type { Author } from '../domain/author.ts';
import type { ReplyRoute } from '../domain/delivery.ts';
import type { PortalFailure } from '../domain/failure.ts';
import type { FileReference } from '../domain/file-reference.ts';
import type { ReadAs } from '../domain/identity.ts';
import type { PrivatePlace } from '../domain/message-words.ts';
import type { Person } from '../domain/person.ts';
import type { PortalOrigin, TaskId } from '../domain/portal.ts';
import type { Result } from '../domain/result.ts';

/** Where a task stands. `unknown`: the portal has statuses that its documentation does not name. */
export type TaskStatus =
  | 'pending'
  | 'in-progress'
  | 'awaiting-control'
  | 'completed'
  | 'deferred'
  | 'declined'
  | 'unknown';

/** A task as the owner of the credential sees it. */
export type FoundTask = {
  readonly task: TaskId;
  readonly title: string;
  readonly status: TaskStatus;
  /** The group's name. */
  readonly group?: string;
};

/** A task as a person is shown it when they ask for it alone. */
export type TaskCard = FoundTask & {
  /** The name of the person who is responsible. */
  readonly responsible?: string;
  /** Epoch ms. */
  readonly deadline?: number;
};

/** Finds tasks with a person's own rights. */
export type TaskReader = {
  /** Tasks whose title has these words in this order, newest activity first; without words, the newest of all. */
  search(
    query: ReadAs & { readonly words: string; readonly limit: number },
  ): Promise<Result<readonly FoundTask[], PortalFailure>>;
  /** One task; `no-access` when there is none, or none for this person: portals do not tell which. */
  get(query: ReadAs & { readonly task: TaskId }): Promise<Result<FoundTask, PortalFailure>>;
  /** The same, with more of it. */
  card(query: ReadAs & { readonly task: TaskId }): Promise<Result<TaskCard, PortalFailure>>;
};

/** A task without its title: all that may be kept where several people can see it. */
export type TaskAddress = { readonly portal: PortalOrigin; readonly task: TaskId };

/** A task that a person wrote to. */
export type RecentTask = TaskAddress & {
  /** The Bitrix24 user that the person wrote as. */
  readonly bitrixUserId: string;
  /** The title that this user could read. */
  readonly title?: string;
};

/** A conversation in Slack. */
export type Place = {
  readonly tenant: string;
  readonly channel: string;
  /** The `ts` of the message that the thread hangs on, also while nobody answered it. */
  readonly thread?: string;
};

/** That a message reached a task, and where it came from. */
export type TaskNote = { readonly task: RecentTask; readonly place: Place };

/** Remembers where messages went. Every operation rejects when the storage fails. */
export type TaskMemory = {
  threadTask(place: Place): Promise<TaskAddress | undefined>;
  channelDefault(place: Place): Promise<TaskAddress | undefined>;
  /** Without `address` the channel has no default any more. `by` gets the channel into `channels`. */
  setChannelDefault(place: Place, by: Person, address: TaskAddress | undefined): Promise<void>;
  /** Whether the person knows that what names no task goes from `place` to `task`. */
  knowsDefault(person: Person, place: Place, task: TaskId): Promise<boolean>;
  /** Notes that they know it; of each person the newest are kept. */
  noteKnownDefault(person: Person, place: Place, task: TaskId): Promise<void>;
  /** The last tasks that a person wrote to, newest first, at most five. */
  recent(person: Person): Promise<readonly RecentTask[]>;
  /** The ids of the channels in which a person wrote or set a default, newest first. */
  channels(person: Person): Promise<readonly string[]>;
  /** Notes where messages of this person went, the newest last, unless the person is not linked any more. */
  remember(person: Person, notes: readonly TaskNote[]): Promise<void>;
  /** Forgets what is known of a person, and the threads that they sent. Defaults belong to their channels and stay. */
  forget(person: Person): Promise<void>;
};

/**
 * What a person is about to send. `nothing`: they start with an empty form. `text`: what they typed after the command,
 * as Slack's mrkdwn. `message`: the whole message object of a shortcut; `channelName` where others may read it.
 */
export type DraftContent =
  | { readonly kind: 'nothing' }
  | {
      readonly kind: 'text';
      readonly text: string;
      /** The same as a `rich_text` block of Slack's, where that says more. */
      readonly rich?: unknown;
    }
  | {
      readonly kind: 'message';
      readonly message: unknown;
      /** Who wrote it, where Slack was asked. */
      readonly author?: Author;
      readonly permalink: string;
      readonly channelName?: string;
      /** What the conversation is, where its name is not for everybody. */
      readonly privatePlace?: PrivatePlace;
      /** The thread that the message belongs to, once it was read. */
      readonly thread?: DraftThread;
    };

/** A post of a thread as Slack sends it, and who wrote it, where Slack was asked. */
export type ThreadPost = { readonly message: unknown; readonly author?: Author };

/** A thread that can be sent in place of one of its messages. */
export type DraftThread = {
  /** The oldest first. */
  readonly posts: readonly ThreadPost[];
  /** How many posts between the first one and the others were more than a draft may hold. */
  readonly dropped: number;
  /** The person chose it. */
  readonly chosen?: true;
  /** The window whose submission had the thread looked at once more, and how many posts had been added by then. */
  readonly renewed?: { readonly view: string; readonly added: number };
};

/** The content of an open form; forms carry only its id. */
export type Draft = {
  readonly person: Person;
  readonly content: DraftContent;
  readonly route: ReplyRoute;
  /** The portal that the person was shown. */
  readonly portal?: PortalOrigin;
  /** The task that they named. */
  readonly task?: TaskId;
  /** What they had written into the form when they had to connect first, as a `rich_text` block of Slack's. */
  readonly written?: unknown;
  /** The same as the earlier release reads and wrote it. */
  readonly comment?: string;
  /** Files go along: the app may read them, and the person's connection puts them into chats. */
  readonly takesFiles?: true;
  /** Were put into a form before this one. Slack's field for files begins empty: it cannot be given any. */
  readonly files?: readonly FileReference[];
};

/** Keeps drafts for an hour, encrypted. A draft is found only by the person it belongs to. */
export type DraftStore = {
  /** Gives back the id. */
  save(draft: Draft): Promise<string>;
  replace(id: string, draft: Draft): Promise<void>;
  find(person: Person, id: string): Promise<Draft | undefined>;
  /** Notes with which draft a person goes on once they have linked; the newest counts. */
  noteLinking(person: Person, id: string): Promise<void>;
  /** The noted id, once. */
  takeLinking(person: Person): Promise<string | undefined>;
};
