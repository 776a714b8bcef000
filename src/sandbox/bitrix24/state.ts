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
   * `refuses`: the send fails with "Task chat not found"; `swallows`: it says true and shows nothing (seen on one
   * build).
   */
  readonly chat?: 'works' | 'refuses' | 'swallows';
};

/** A message in a task's chat. */
export type ChatMessage = {
  readonly author: { readonly id: number; readonly name: string };
  readonly text: string;
  readonly at: number;
  /** The Idempotency-Key that the request carried, also when the portal does not honour it. */
  readonly key?: string;
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

/** Puts a message at the end of the task's chat, cut at the portal's limit, and moves the task's activity date. */
export function postMessage(
  state: PortalState,
  message: { author: PortalUser; task: PortalTask; text: string; key: string | undefined },
): void {
  const { author, task, key } = message;
  const at = state.clock.now();
  const posted: ChatMessage = {
    author: { id: author.id, name: fullName(author) },
    text: cut(message.text),
    at,
    ...(key === undefined ? {} : { key }),
  };
  const chat = state.chats.get(task.id);
  if (chat === undefined) {
    state.chats.set(task.id, [posted]);
  } else {
    chat.push(posted);
  }
  state.tasks.set(task.id, { ...task, activityAt: at });
}

function cut(text: string): string {
  const characters = text.length <= maxChatText ? [] : Array.from(text);
  return characters.length <= maxChatText ? text : `${characters.slice(0, maxChatText).join('')} (...)`;
}
