/** The time as the portal sees it. */
export type Clock = {
  /** Milliseconds since 1970; the portal never reads another clock. */
  now(): number;
};

/** An employee. */
export type PortalUser = {
  readonly id: number;
  readonly name: string;
  readonly lastName: string;
  /** An administrator may read every task. */
  readonly admin?: boolean;
  /** A dismissed employee is not active: their credentials are refused. */
  readonly active?: boolean;
};

/** The status of a task, in the words of REST 3. */
export type TaskStatus = 'pending' | 'in_progress' | 'supposedly_completed' | 'completed' | 'deferred';

/** A task, with its chat. */
export type PortalTask = {
  readonly id: number;
  readonly title: string;
  readonly status?: TaskStatus;
  readonly group?: { readonly id: number; readonly name: string };
  readonly creatorId?: number;
  readonly responsibleId?: number;
  /** Milliseconds since 1970. */
  readonly deadlineAt?: number;
  /** Administrators, the creator and the responsible person always may read. */
  readonly readers?: 'everybody' | readonly number[];
  /** Milliseconds since 1970; moves forward with each message in the chat. */
  readonly activityAt?: number;
  /**
   * `refuses`: the task has no chat, and the send fails with "Task chat not found"; `swallows`: it says true and shows
   * nothing (seen on one build).
   */
  readonly chat?: 'works' | 'refuses' | 'swallows';
};

/** A file in a chat: its content is not kept. */
export type ChatFile = {
  readonly id: number;
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** Of the content, in hex. */
  readonly sha256: string;
};

/** A message in a task's chat. */
export type ChatMessage = {
  /** Unique within the portal, and growing. */
  readonly id: number;
  readonly author: { readonly id: number; readonly name: string };
  readonly text: string;
  readonly at: number;
  /** The Idempotency-Key that the request carried, also when the portal does not honour it. */
  readonly key?: string;
  readonly file?: ChatFile;
  /** Taken back by its author: its place stays. */
  readonly deleted?: true;
};

/** How the chats of a build behave where builds differ. */
export type ChatBuild = {
  /** Who may read a chat: who may read its task (seen in `im` 26.250), or only who has a part in the chat, as documented. */
  readers: 'readers-of-the-task' | 'members';
  /** The spelling of the errors of im.v2.File.upload: as documented, or as in the code of `im` 26.250. */
  fileErrors: 'documented' | 'code';
  /** The longest file in bytes. */
  maxFileBytes: number;
  /** Whether messages may still be taken back. */
  deletes: boolean;
};

/** The people and tasks that a portal begins with. */
export type PortalSeed = {
  readonly users: readonly PortalUser[];
  readonly tasks: readonly PortalTask[];
};

/** Everything that a portal remembers about people, tasks and chats. */
export type PortalState = {
  readonly clock: Clock;
  readonly users: Map<number, PortalUser>;
  readonly tasks: Map<number, PortalTask>;
  readonly chats: Map<number, ChatMessage[]>;
  /** The last message that a person has read, by task and person: only people with a part in the chat are in it. */
  readonly read: Map<string, number>;
  readonly chatBuild: ChatBuild;
  /** The numbers that were given last. */
  readonly last: { message: number; file: number };
};

/**
 * The portal's longest chat message, in Unicode characters; the rest is cut without an error (imbot.v2 documentation).
 */
const maxChatText = 20_000;

/** Fills a portal's memory from the seed; a task without an activity date was touched at the start. */
export function createState(seed: PortalSeed, clock: Clock): PortalState {
  return {
    clock,
    users: new Map(seed.users.map((user) => [user.id, user])),
    tasks: new Map(seed.tasks.map((task) => [task.id, { activityAt: clock.now(), ...task }])),
    chats: new Map(),
    read: new Map(),
    chatBuild: {
      readers: 'readers-of-the-task',
      fileErrors: 'documented',
      maxFileBytes: 100 * 1024 * 1024,
      deletes: true,
    },
    last: { message: 38_000, file: 9_000 },
  };
}

/** Whether the person may read the task: the right that sending to its chat needs. */
export function canRead(user: PortalUser, task: PortalTask): boolean {
  if (user.admin === true || task.creatorId === user.id || task.responsibleId === user.id) {
    return true;
  }
  const readers = task.readers ?? 'everybody';
  return readers === 'everybody' || readers.includes(user.id);
}

/** "Anna Petrova". */
export function fullName(user: PortalUser): string {
  return `${user.name} ${user.lastName}`.trim();
}

/** The number of the task's chat; null for a task that has none. */
export function chatIdOf(task: PortalTask): number | null {
  return task.chat === 'refuses' ? null : 4_400 + task.id;
}

/** The task whose chat has this number. */
export function taskOfChat(state: PortalState, chatId: number): PortalTask | undefined {
  return Array.from(state.tasks.values()).find((task) => chatIdOf(task) === chatId);
}

/**
 * Puts a message at the end of the task's chat, cut at the portal's limit, and moves the task's activity date. Whoever
 * writes has read what is there.
 */
export function postMessage(
  state: PortalState,
  message: { author: PortalUser; task: PortalTask; text: string; key: string | undefined; file?: ChatFile },
): ChatMessage {
  const { author, task, key, file } = message;
  const at = state.clock.now();
  state.last.message += 1;
  const posted: ChatMessage = {
    id: state.last.message,
    author: { id: author.id, name: fullName(author) },
    text: cut(message.text),
    at,
    ...(key === undefined ? {} : { key }),
    ...(file === undefined ? {} : { file }),
  };
  const chat = state.chats.get(task.id);
  if (chat === undefined) {
    state.chats.set(task.id, [posted]);
  } else {
    chat.push(posted);
  }
  state.tasks.set(task.id, { ...task, activityAt: at });
  state.read.set(`${task.id} ${author.id}`, posted.id);
  return posted;
}

function cut(text: string): string {
  const characters = text.length <= maxChatText ? [] : Array.from(text);
  return characters.length <= maxChatText ? text : `${characters.slice(0, maxChatText).join('')} (...)`;
}
