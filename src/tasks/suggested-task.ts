import type { Identity } from '../domain/identity.ts';
import type { Person } from '../domain/person.ts';
import type { TaskId } from '../domain/portal.ts';
import { present } from '../domain/present.ts';
import type { FoundTask, Place, TaskAddress, TaskMemory } from './ports.ts';
import type { Asker, TaskCache } from './task-cache.ts';

/** A task as it is offered: its number, and as much more as is known to the person. */
export type SuggestedTask = Pick<FoundTask, 'task'> & Partial<Omit<FoundTask, 'task'>>;

/** Remembered tasks that may be offered to a person. */
export type Remembered = {
  readonly thread: SuggestedTask | undefined;
  readonly channel: SuggestedTask | undefined;
  readonly recent: readonly SuggestedTask[];
};

type Deps = {
  readonly memory: Pick<TaskMemory, 'threadTask' | 'channelDefault' | 'recent'>;
  readonly lookup: Pick<TaskCache, 'known'>;
};

/**
 * What is remembered for a person in a place, as far as it is about the portal that they are linked to. Titles are
 * those that this very identity, or the same Bitrix24 user before, was shown.
 */
export async function rememberedFor(
  { memory, lookup }: Deps,
  identity: Identity,
  person: Person,
  place: Place,
): Promise<Remembered> {
  const { portal, userId } = identity.account;
  const [thread, channel, written] = await Promise.all([
    place.thread === undefined ? undefined : memory.threadTask(place),
    place.channel === '' ? undefined : memory.channelDefault(place),
    memory.recent(person),
  ]);
  const own = written.filter((task) => task.portal === portal && task.bitrixUserId === userId);
  const titles = new Map(own.map(({ task, title }) => [task, title]));
  return { thread: offered(thread), channel: offered(channel), recent: own.map(({ task }) => describe(task)) };

  function offered(address: TaskAddress | undefined): SuggestedTask | undefined {
    return address?.portal === portal ? describe(address.task) : undefined;
  }

  function describe(task: TaskId): SuggestedTask {
    const title = titles.get(task);
    return lookup.known(identity, task) ?? { task, ...present({ title }) };
  }
}

/**
 * A task with its title where the portal tells it within `withinMs`; `undefined` when the portal says that there is
 * none for this identity.
 */
export async function withTitle(
  lookup: Pick<TaskCache, 'get'>,
  asker: Asker,
  task: SuggestedTask,
  withinMs: number,
): Promise<SuggestedTask | undefined> {
  if (task.title !== undefined) {
    return task;
  }
  const found = await lookup.get(asker, task.task, withinMs);
  if (found.ok) {
    return found.value;
  }
  return found.failure.kind === 'no-access' ? undefined : task;
}
