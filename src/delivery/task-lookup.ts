import type { PortalFailure } from '../domain/failure.ts';
import type { Identity } from '../domain/identity.ts';
import type { TaskId } from '../domain/portal.ts';
import type { Result } from '../domain/result.ts';
import type { Clock } from './ports.ts';
import type { FoundTask, TaskFinder } from './target-ports.ts';

/** Asks portals for tasks, and remembers for a while what each identity was told: forms ask at every key press. */
export type TaskLookup = {
  search(identity: Identity, words: string, withinMs: number): Promise<Result<readonly FoundTask[], PortalFailure>>;
  get(identity: Identity, task: TaskId, withinMs: number): Promise<Result<FoundTask, PortalFailure>>;
  /** What this identity was told of a task a short while ago, without asking. */
  known(identity: Identity, task: TaskId): FoundTask | undefined;
};

/** How many tasks a search gives at most. */
const limit = 20;

const searchKeptMs = 20_000;
const taskKeptMs = 10 * 60_000;
const mostKept = 5_000;

/** Creates the lookup. What was found belongs to the identity it was found with: a new link begins with nothing. */
export function createTaskLookup({
  finder,
  clock,
}: {
  readonly finder: TaskFinder;
  readonly clock: Clock;
}): TaskLookup {
  const searches = createShelf<readonly FoundTask[]>(searchKeptMs, clock);
  const tasks = createShelf<FoundTask>(taskKeptMs, clock);

  return {
    search({ id, credential }, words, withinMs) {
      const wanted = words.split(/\s+/).filter(Boolean).join(' ').toLowerCase();
      return searches.take(`${id} ${wanted}`, async () => {
        const found = await finder.search({ credential, words: wanted, limit, withinMs });
        if (found.ok) for (const each of found.value) tasks.put(`${id} ${each.task}`, each);
        return found;
      });
    },
    get: ({ id, credential }, task, withinMs) =>
      tasks.take(`${id} ${task}`, () => finder.get({ credential, task, withinMs })),
    known: ({ id }, task) => tasks.peek(`${id} ${task}`),
  };
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
