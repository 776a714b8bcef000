import type { PortalFailure } from '../domain/failure.ts';
import type { Identity } from '../domain/identity.ts';
import type { Person } from '../domain/person.ts';
import type { TaskId } from '../domain/portal.ts';
import { failed, type Result } from '../domain/result.ts';
import type { Refreshing } from '../linking/refresh.ts';
import type { Clock } from './ports.ts';
import type { AskedAs, FoundTask, TaskFinder } from './target-ports.ts';

/** Asks portals for tasks, and remembers for a while what each identity was told: forms ask at every key press. */
export type TaskLookup = {
  search(asker: Asker, words: string, withinMs: number): Promise<Result<readonly FoundTask[], PortalFailure>>;
  get(asker: Asker, task: TaskId, withinMs: number): Promise<Result<FoundTask, PortalFailure>>;
  /** What this identity was told of a task a short while ago, without asking. */
  known(identity: Identity, task: TaskId): FoundTask | undefined;
};

/** A person with the identity that they ask with. */
export type Asker = { readonly person: Person; readonly identity: Identity };

export type TaskLookupDeps = {
  readonly finder: TaskFinder;
  /** Makes a call as somebody, with a fresh token where theirs has expired. */
  readonly actAs: Refreshing['actAs'];
  readonly clock: Clock;
};

/** How many tasks a search gives at most. */
const limit = 20;

const searchKeptMs = 20_000;
const taskKeptMs = 10 * 60_000;
const mostKept = 5_000;

/** Creates the lookup. What was found belongs to the identity it was found with: a new link begins with nothing. */
export function createTaskLookup({ finder, actAs, clock }: TaskLookupDeps): TaskLookup {
  const searches = createShelf<readonly FoundTask[]>(searchKeptMs, clock);
  const tasks = createShelf<FoundTask>(taskKeptMs, clock);

  return {
    search(asker, words, withinMs) {
      const { id } = asker.identity;
      const wanted = words.split(/\s+/).filter(Boolean).join(' ').toLowerCase();
      return searches.take(`${id} ${wanted}`, async () => {
        const found = await ask(asker, withinMs, (as) => finder.search({ ...as, words: wanted, limit }));
        if (found.ok) for (const each of found.value) tasks.put(`${id} ${each.task}`, each);
        return found;
      });
    },
    get: (asker, task, withinMs) =>
      tasks.take(`${asker.identity.id} ${task}`, () => ask(asker, withinMs, (as) => finder.get({ ...as, task }))),
    known: ({ id }, task) => tasks.peek(`${id} ${task}`),
  };

  /** Whoever asks waits no longer than `withinMs`; a token that is fresh only after that serves the next question. */
  async function ask<Value>(
    { person, identity }: Asker,
    withinMs: number,
    call: (as: AskedAs) => Promise<Result<Value, PortalFailure>>,
  ): Promise<Result<Value, PortalFailure>> {
    const until = clock.monotonic() + withinMs;
    const answer = actAs(person, identity, (credential) =>
      call({ credential, withinMs: Math.max(0, until - clock.monotonic()) }),
    );
    const late = Promise.withResolvers<Result<Value, PortalFailure>>();
    const callOff = clock.schedule(withinMs, () => late.resolve(failed({ kind: 'authorisation-unavailable' })));
    return Promise.race([answer, late.promise]).finally(callOff);
  }
}

type Kept<Value> = { readonly value: Value; readonly until: number };

/** Keeps successes for a while; questions that are asked at the same time are asked once. */
function createShelf<Value>(keepMs: number, clock: Clock) {
  const kept = new Map<string, Kept<Value>>();
  const asking = new Map<string, Promise<Result<Value, PortalFailure>>>();
  return { put, peek, take };

  function put(key: string, value: Value): void {
    kept.delete(key);
    for (const oldest of kept.keys()) {
      if (kept.size < mostKept) break;
      kept.delete(oldest);
    }
    kept.set(key, { value, until: clock.monotonic() + keepMs });
  }

  function peek(key: string): Value | undefined {
    const found = kept.get(key);
    return found && found.until > clock.monotonic() ? found.value : undefined;
  }

  async function take(
    key: string,
    ask: () => Promise<Result<Value, PortalFailure>>,
  ): Promise<Result<Value, PortalFailure>> {
    const known = peek(key);
    if (known !== undefined) return { ok: true, value: known };
    const asked = asking.get(key) ?? ask().finally(() => asking.delete(key));
    asking.set(key, asked);
    const answer = await asked;
    if (answer.ok) put(key, answer.value);
    return answer;
  }
}
