import type { Identity } from '../domain/identity.ts';
import type { Person } from '../domain/person.ts';
import type { PortalOrigin, TaskId } from '../domain/portal.ts';
import { present } from '../domain/present.ts';
import type { LeadsTo } from '../linking/moving.ts';
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
  readonly names: LeadsTo;
};

/**
 * What is remembered for a person in a place, as far as it is about the portal that they are linked to. Titles are
 * those that this very identity, or the same Bitrix24 user before, was shown.
 */
export async function rememberedFor(
  { memory, lookup, names }: Deps,
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
  const portals = [thread, channel, ...written].flatMap((address) => address?.portal ?? []);
  const own = await ownAddresses(portals);
  const recent = written.filter((task) => own.has(task.portal) && task.bitrixUserId === userId);
  const titles = new Map(recent.map(({ task, title }) => [task, title]));
  return { thread: offered(thread), channel: offered(channel), recent: recent.map(({ task }) => describe(task)) };

  /** The addresses among these that are those of the linked portal. */
  async function ownAddresses(addresses: readonly PortalOrigin[]): Promise<ReadonlySet<PortalOrigin>> {
    const distinct = [...new Set(addresses)];
    const are = await Promise.all(distinct.map((address) => names(person.tenant, address, portal)));
    return new Set(distinct.filter((_, index) => are[index]));
  }

  function offered(address: TaskAddress | undefined): SuggestedTask | undefined {
    return address && own.has(address.portal) ? describe(address.task) : undefined;
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
