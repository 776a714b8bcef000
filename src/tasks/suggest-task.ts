import type { TaskReference } from '../delivery/submission.ts';
import type { Clock } from '../domain/clock.ts';
import type { AcceptFailure, PortalFailure } from '../domain/failure.ts';
import type { Identity } from '../domain/identity.ts';
import type { Person } from '../domain/person.ts';
import type { TaskId } from '../domain/portal.ts';
import type { LeadsTo } from '../linking/moving.ts';
import type { FindIdentity } from '../linking/ports.ts';
import type { Place, TaskMemory } from './ports.ts';
import { rememberedFor, type SuggestedTask, withTitle } from './suggested-task.ts';
import type { Asker, TaskCache } from './task-cache.ts';

/** What somebody typed while looking for a task: words of its title, or a number or link that names it. */
export type TaskQuery = { readonly kind: 'words'; readonly words: string } | TaskReference;

/**
 * `thread`: the task that the thread went to before. `channel`: the channel's default. `recent`: where the person wrote
 * last. `found`: what the portal answered. `unchecked`: named, but the portal could not be asked.
 */
export type SuggestionGroup = {
  readonly kind: 'thread' | 'channel' | 'recent' | 'found' | 'unchecked';
  readonly tasks: readonly SuggestedTask[];
};

/** The tasks to offer. */
export type Suggestions = {
  /** In the order in which they are offered, none empty. */
  readonly groups: readonly SuggestionGroup[];
  /** Why there may be more tasks than the groups hold. */
  readonly trouble?: PortalFailure | Extract<AcceptFailure, { kind: 'not-linked' | 'foreign-portal' }>;
  /** The linked portal. */
  readonly portal?: Identity['account']['portal'];
};

/** Suggests tasks for a text that a person types. */
export type Suggest = (asked: {
  readonly person: Person;
  readonly place: Place;
  readonly query: TaskQuery;
}) => Promise<Suggestions>;

/** The dependencies of suggesting tasks. */
export type SuggestDeps = {
  readonly lookup: TaskCache;
  readonly memory: TaskMemory;
  readonly findIdentity: FindIdentity;
  readonly names: LeadsTo;
  readonly clock: Clock;
};

/** Slack drops suggestions after 3 s, so the portal gets less. */
const withinMs = 1_700;
/** A second question is not worth asking in less time. */
const leastWithinMs = 300;

/** Creates the suggestions of tasks, found with a person's own rights. Rejects when the storage fails. */
export function createSuggest(deps: SuggestDeps): Suggest {
  const { lookup, findIdentity, clock } = deps;

  return async ({ person, place, query }) => {
    const identity = await findIdentity(person);
    if (!identity) {
      return { groups: [], trouble: { kind: 'not-linked' } };
    }
    const { portal } = identity.account;
    if (query.kind === 'words') {
      return { portal, ...(await byWords(identity, person, place, query.words.trim())) };
    }
    if (query.kind === 'number' || (await deps.names(person.tenant, query.portal, portal))) {
      return { portal, ...(await byNumber({ person, identity }, query)) };
    }
    return { portal, groups: [], trouble: { kind: 'foreign-portal', portal: query.portal, linked: portal } };
  };

  async function byWords(identity: Identity, person: Person, place: Place, words: string): Promise<Suggestions> {
    const known = await rememberedFor(deps, identity, person, place);
    const isOpening = words === '';
    const named = (task: SuggestedTask | undefined) =>
      task && isOpening ? withTitle(lookup, { person, identity }, task, withinMs) : task;
    const [found, thread, channel] = await Promise.all([
      lookup.search({ person, identity }, words, withinMs),
      named(known.thread),
      named(known.channel),
    ]);
    const fitting = (tasks: readonly (SuggestedTask | undefined)[]) =>
      tasks.filter((task) => task !== undefined).filter((task) => isOpening || hasWords(task, words));
    const groups = distinct([
      { kind: 'thread', tasks: fitting([thread]) },
      { kind: 'channel', tasks: fitting([channel]) },
      { kind: 'recent', tasks: fitting(known.recent) },
      { kind: 'found', tasks: found.ok ? found.value : [] },
    ]);
    return found.ok ? { groups } : { groups, trouble: found.failure };
  }

  /** Digits may also be words of a title: they are searched for where no task has that number. */
  async function byNumber(asker: Asker, { kind, task }: TaskReference): Promise<Suggestions> {
    const until = clock.monotonic() + withinMs;
    const one = await lookup.get(asker, task, withinMs);
    if (one.ok) {
      return { groups: [{ kind: 'found', tasks: [one.value] }] };
    }
    const trouble = one.failure;
    if (trouble.kind !== 'no-access') {
      return { groups: [{ kind: 'unchecked', tasks: [{ task }] }], trouble };
    }
    const leftMs = until - clock.monotonic();
    const isWord = kind === 'number' && leftMs >= leastWithinMs;
    const found = isWord ? await lookup.search(asker, String(task), leftMs) : undefined;
    const tasks = found?.ok ? found.value : [];
    return tasks.length > 0 ? { groups: [{ kind: 'found', tasks }] } : { groups: [], trouble };
  }
}

function hasWords({ task, title }: SuggestedTask, words: string): boolean {
  const text = `${task} ${title ?? ''}`.toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** Every task only where it comes first, and no group without tasks. */
function distinct(groups: readonly SuggestionGroup[]): readonly SuggestionGroup[] {
  const seen = new Set<TaskId>();
  return groups
    .map(({ kind, tasks }) => ({ kind, tasks: tasks.filter(({ task }) => !seen.has(task) && seen.add(task)) }))
    .filter(({ tasks }) => tasks.length > 0);
}
