import { createCache } from '../domain/cache.ts';
import type { PortalFailure } from '../domain/failure.ts';
import type { Identity } from '../domain/identity.ts';
import type { Log } from '../domain/log.ts';
import type { Person } from '../domain/person.ts';
import type { PortalOrigin, TaskId } from '../domain/portal.ts';
import { failed, type Result, success } from '../domain/result.ts';
import type { Place, RecentTask } from './ports.ts';
import { createSuggest, type Suggest, type SuggestDeps } from './suggest-task.ts';
import { rememberedFor, type SuggestedTask, withTitle } from './suggested-task.ts';
import type { Asker } from './task-cache.ts';

/** A portal's answer about a task, to one person. `unknown`: it could not be asked. */
export type Checked =
  | { readonly kind: 'found'; readonly title: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'unknown' };

/** A task that somebody wrote to as one Bitrix24 user. */
type WrittenTo = Omit<RecentTask, 'title'>;

/** Finds the task that a person means, with their own rights; a title reaches nobody who may not read it. */
export type TaskFinder = {
  readonly suggest: Suggest;
  /** The task to begin with: the thread's, else the channel's; `undefined` where this identity may read neither. */
  preselect(identity: Identity, person: Person, place: Place): Promise<SuggestedTask | undefined>;
  check(person: Person, task: TaskId): Promise<Checked>;
  /** The title of a task that a person wrote to, if it is to be had soon. Never rejects. */
  titleOf(person: Person, task: WrittenTo): Promise<string | undefined>;
  /** The same without asking the portal. */
  knownTitle(person: Person, task: WrittenTo): Promise<string | undefined>;
  /**
   * The same, of a task that has just taken a message of theirs. A person who may write to a task may read it, so what
   * a colleague was told after theirs serves as well, and the portal is asked once.
   */
  titleOfDelivered(asker: Asker, task: WrittenTo): Promise<string | undefined>;
};

/** The dependencies of finding tasks. */
export type TaskFinderDeps = SuggestDeps & {
  /** Whether a portal's bucket has room for questions that nobody waits for. */
  readonly hasRoom: (portal: PortalOrigin) => Promise<boolean>;
  readonly log: Log;
};

const preselectWithinMs = 1_000;
const checkWithinMs = 1_200;
const titleWithinMs = 800;
const titleKeptMs = 10 * 60_000;
const slowForMs = 10_000;

/** Creates the use cases of finding a task. They reject when the storage fails. */
export function createTaskFinder(deps: TaskFinderDeps): TaskFinder {
  const { lookup, memory, findIdentity, clock, log } = deps;
  const now = () => clock.monotonic();
  /** Portals that were too slow for a title: for a while they are not asked for others, as replies wait for titles. */
  const slow = createCache<true>({ capacity: 1_000, keepMs: () => slowForMs, now });
  const titles = createCache<Result<string, PortalFailure>>({
    capacity: 5_000,
    keepMs: ({ ok }) => (ok ? titleKeptMs : 0),
    now,
  });
  return { suggest: createSuggest(deps), preselect, check, titleOf, knownTitle, titleOfDelivered };

  async function preselect(identity: Identity, person: Person, place: Place): Promise<SuggestedTask | undefined> {
    const { thread, channel } = await rememberedFor(deps, identity, person, place);
    for (const task of [thread, channel]) {
      const readable = task && (await withTitle(lookup, { person, identity }, task, preselectWithinMs));
      if (readable) {
        return readable;
      }
    }
    return undefined;
  }

  async function check(person: Person, task: TaskId): Promise<Checked> {
    const identity = await findIdentity(person);
    if (!identity) {
      return { kind: 'unknown' };
    }
    const found = await lookup.get({ person, identity }, task, checkWithinMs);
    if (found.ok) {
      return { kind: 'found', title: found.value.title };
    }
    return found.failure.kind === 'no-access' ? { kind: 'none' } : { kind: 'unknown' };
  }

  function titleOf(person: Person, written: WrittenTo): Promise<string | undefined> {
    return quietly(async () => {
      const asker = await askerOf(deps, person, written);
      return asker && ((await ownTitle(asker, written)) ?? foundIn(await askTitle(asker, written)));
    });
  }

  function knownTitle(person: Person, written: WrittenTo): Promise<string | undefined> {
    return quietly(async () => {
      const [asker, recent] = await Promise.all([askerOf(deps, person, written), titleOfRecent(person, written)]);
      return asker && (lookup.known(asker.identity, written.task)?.title ?? recent);
    });
  }

  function titleOfDelivered(asker: Asker, written: WrittenTo): Promise<string | undefined> {
    const key = `${written.portal} ${written.task}`;
    return quietly(async () => {
      if (!isAccountOf(written, asker.identity)) {
        return undefined;
      }
      const kept = titles.peek(key);
      const known = kept ? foundIn(kept) : await ownTitle(asker, written);
      return known ?? foundIn(await titles.find(key, () => askTitle(asker, written)));
    });
  }

  async function quietly<Value>(find: () => Promise<Value | undefined>): Promise<Value | undefined> {
    try {
      return await find();
    } catch (error) {
      log.warn({ error }, 'the title of a task could not be looked up');
      return undefined;
    }
  }

  async function ownTitle({ person, identity }: Asker, written: WrittenTo): Promise<string | undefined> {
    return lookup.known(identity, written.task)?.title ?? titleOfRecent(person, written);
  }

  async function askTitle(asker: Asker, { portal, task }: WrittenTo): Promise<Result<string, PortalFailure>> {
    if (slow.peek(portal)) {
      return failed({ kind: 'no-answer' });
    }
    if (!(await deps.hasRoom(portal))) {
      return failed({ kind: 'throttled' });
    }
    const found = await lookup.get(asker, task, titleWithinMs);
    if (!found.ok) {
      slow.put(portal, true);
    }
    return found.ok ? success(found.value.title) : found;
  }

  async function titleOfRecent(person: Person, { portal, task, bitrixUserId }: WrittenTo): Promise<string | undefined> {
    const recent = await memory.recent(person);
    return recent.find((one) => one.portal === portal && one.task === task && one.bitrixUserId === bitrixUserId)?.title;
  }
}

async function askerOf(
  { findIdentity }: Pick<TaskFinderDeps, 'findIdentity'>,
  person: Person,
  written: WrittenTo,
): Promise<Asker | undefined> {
  const identity = await findIdentity(person);
  return identity && isAccountOf(written, identity) ? { person, identity } : undefined;
}

function isAccountOf({ portal, bitrixUserId }: WrittenTo, { account }: Identity): boolean {
  return account.portal === portal && account.userId === bitrixUserId;
}

function foundIn<Value>(result: Result<Value, PortalFailure>): Value | undefined {
  return result.ok ? result.value : undefined;
}
