import { createCache } from '../domain/cache.ts';
import { type Clock, within } from '../domain/clock.ts';
import type { PortalFailure } from '../domain/failure.ts';
import type { Identity, ReadAs } from '../domain/identity.ts';
import type { Person } from '../domain/person.ts';
import type { TaskId } from '../domain/portal.ts';
import { failed, type Result, success } from '../domain/result.ts';
import type { Refreshing } from '../linking/refresh.ts';
import type { FoundTask, TaskReader } from './ports.ts';

/** Asks portals for tasks, and remembers for a while what each identity was told: forms ask at every key press. */
export type TaskCache = {
  search(asker: Asker, words: string, withinMs: number): Promise<Result<readonly FoundTask[], PortalFailure>>;
  get(asker: Asker, task: TaskId, withinMs: number): Promise<Result<FoundTask, PortalFailure>>;
  /** The answer that this identity got about a task a short while ago, without asking again. */
  known(identity: Identity, task: TaskId): FoundTask | undefined;
};

/** A person with the identity that they ask with. */
export type Asker = { readonly person: Person; readonly identity: Identity };

/** The dependencies of the task cache. */
export type TaskCacheDeps = {
  readonly reader: Pick<TaskReader, 'search' | 'get'>;
  /** Makes a call as somebody, with a fresh token where theirs has expired. */
  readonly actAs: Refreshing['actAs'];
  readonly clock: Clock;
};

/** How many tasks a search gives at most. */
const limit = 20;

/** How many answers of each kind are kept. */
const capacity = 5_000;

const searchKeptMs = 20_000;
const taskKeptMs = 10 * 60_000;

/**
 * Creates the lookup. A found task belongs to the identity it was found with: a new link begins with an empty cache.
 */
export function createTaskCache({ reader, actAs, clock }: TaskCacheDeps): TaskCache {
  const now = () => clock.monotonic();
  const searches = createCache<Result<readonly FoundTask[], PortalFailure>>({
    capacity,
    keepMs: ({ ok }) => (ok ? searchKeptMs : 0),
    now,
  });
  const tasks = createCache<Result<FoundTask, PortalFailure>>({
    capacity,
    keepMs: ({ ok }) => (ok ? taskKeptMs : 0),
    now,
  });

  return {
    search(asker, words, withinMs) {
      const { id } = asker.identity;
      const wanted = words.split(/\s+/).filter(Boolean).join(' ').toLowerCase();
      return searches.find(`${id} ${wanted}`, async () => {
        const found = await ask(asker, withinMs, (as) => reader.search({ ...as, words: wanted, limit }));
        if (found.ok) {
          for (const each of found.value) {
            tasks.put(`${id} ${each.task}`, success(each));
          }
        }
        return found;
      });
    },
    get: (asker, task, withinMs) =>
      tasks.find(`${asker.identity.id} ${task}`, () => ask(asker, withinMs, (as) => reader.get({ ...as, task }))),
    known({ id }, task) {
      const kept = tasks.peek(`${id} ${task}`);
      return kept?.ok ? kept.value : undefined;
    },
  };

  /** The caller waits no longer than `withinMs`; a token that is fresh only after that serves the next question. */
  async function ask<Value>(
    { person, identity }: Asker,
    withinMs: number,
    call: (as: ReadAs) => Promise<Result<Value, PortalFailure>>,
  ): Promise<Result<Value, PortalFailure>> {
    const until = clock.monotonic() + withinMs;
    const answer = actAs(person, identity, (credential) =>
      call({ credential, withinMs: Math.max(0, until - clock.monotonic()) }),
    );
    return within(clock, withinMs, answer, () => failed({ kind: 'authorisation-unavailable' }));
  }
}
