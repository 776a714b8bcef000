import type { Identity } from '../domain/identity.ts';
import type { Log } from '../domain/log.ts';
import type { Person } from '../domain/person.ts';
import type { PortalOrigin, TaskId } from '../domain/portal.ts';
import { createSuggest, type Suggest, type SuggestDeps } from './suggest-task.ts';
import { rememberedFor, type SuggestedTask, withTitle } from './suggested-task.ts';
import type { Place, RecentTask } from './target-ports.ts';
import type { Asker } from './task-lookup.ts';

/** What a portal says about a task, to one person. `unknown`: it could not be asked. */
export type Checked =
  | { readonly kind: 'found'; readonly title: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'unknown' };

/** A task that somebody wrote to as one Bitrix24 user. */
type WrittenTo = Omit<RecentTask, 'title'>;

/** Finds the task that a person means, with their own rights; a title reaches nobody else. */
export type TaskFinding = {
  readonly suggest: Suggest;
  /** The task to begin with: the thread's, else the channel's; nothing where this identity may read neither. */
  preselect(identity: Identity, person: Person, place: Place): Promise<SuggestedTask | undefined>;
  check(person: Person, task: TaskId): Promise<Checked>;
  /** The title of a task that a person wrote to, if it is to be had soon. Never rejects. */
  titleOf(person: Person, task: WrittenTo): Promise<string | undefined>;
  /** The same, of somebody whose identity is at hand. */
  titleFor(asker: Asker, task: WrittenTo): Promise<string | undefined>;
};

export type TaskFindingDeps = SuggestDeps & {
  /** Whether a portal's bucket has room for questions that nobody waits for. */
  readonly hasRoom: (portal: PortalOrigin) => Promise<boolean>;
  readonly log: Log;
};

const preselectWithinMs = 1_000;
const checkWithinMs = 1_200;
const titleWithinMs = 800;
const slowForMs = 10_000;

/** Creates the use cases of finding a task. They reject when the storage fails. */
export function createTaskFinding(deps: TaskFindingDeps): TaskFinding {
  const { lookup, memory, findIdentity, clock, log } = deps;
  /** Portals that were too slow for a title, and until when they are not asked for others: replies wait for titles. */
  const slow = new Map<PortalOrigin, number>();
  return { suggest: createSuggest(deps), preselect, check, titleOf, titleFor };

  async function preselect(identity: Identity, person: Person, place: Place): Promise<SuggestedTask | undefined> {
    const { thread, channel } = await rememberedFor(deps, identity, person, place);
    for (const task of [thread, channel]) {
      const readable = task && (await withTitle(lookup, { person, identity }, task, preselectWithinMs));
      if (readable) return readable;
    }
    return undefined;
  }

  async function check(person: Person, task: TaskId): Promise<Checked> {
    const identity = await findIdentity(person);
    if (!identity) return { kind: 'unknown' };
    const found = await lookup.get({ person, identity }, task, checkWithinMs);
    if (found.ok) return { kind: 'found', title: found.value.title };
    return found.failure.kind === 'no-access' ? { kind: 'none' } : { kind: 'unknown' };
  }

  async function titleOf(person: Person, written: WrittenTo): Promise<string | undefined> {
    const identity = await quietly(() => findIdentity(person));
    return identity && titleFor({ person, identity }, written);
  }

  function titleFor(asker: Asker, written: WrittenTo): Promise<string | undefined> {
    return quietly(async () => {
      if (!isAccountOf(written, asker.identity)) return undefined;
      const known = lookup.known(asker.identity, written.task)?.title ?? (await titleOfRecent(asker.person, written));
      return known ?? askedTitle(asker, written);
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

  async function askedTitle(asker: Asker, { portal, task }: WrittenTo): Promise<string | undefined> {
    if ((slow.get(portal) ?? 0) > clock.monotonic() || !(await deps.hasRoom(portal))) return undefined;
    const found = await lookup.get(asker, task, titleWithinMs);
    if (!found.ok) slow.set(portal, clock.monotonic() + slowForMs);
    return found.ok ? found.value.title : undefined;
  }

  async function titleOfRecent(person: Person, { portal, task, bitrixUserId }: WrittenTo): Promise<string | undefined> {
    const recent = await memory.recent(person);
    return recent.find((one) => one.portal === portal && one.task === task && one.bitrixUserId === bitrixUserId)?.title;
  }
}

function isAccountOf({ portal, bitrixUserId }: WrittenTo, { account }: Identity): boolean {
  return account.portal === portal && account.userId === bitrixUserId;
}
