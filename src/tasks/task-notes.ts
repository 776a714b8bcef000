import { createInFlight } from '../delivery/in-flight.ts';
import type { Clock } from '../domain/clock.ts';
import type { Log } from '../domain/log.ts';
import { createLru } from '../domain/lru.ts';
import { type Person, personKey } from '../domain/person.ts';
import type { FindIdentity } from '../linking/ports.ts';
import type { TaskMemory, TaskNote } from './ports.ts';

/** The dependencies of taking notes. */
export type TaskNotesDeps = {
  readonly memory: Pick<TaskMemory, 'remember'>;
  readonly findIdentity: FindIdentity;
  readonly clock: Pick<Clock, 'schedule'>;
  readonly log: Log;
};

/** Takes notes of where messages went, as seldom as its readers allow. */
export type TaskNotes = {
  /**
   * Notes what somebody wrote under the identity with this id. A thread's task is stored once it resolves, because
   * whoever reads the reply may go on there at once. Never rejects: a failure is only logged.
   */
  note(person: Person, identityId: string, note: TaskNote): Promise<void>;
  /** Stores what waits. */
  stop(): Promise<void>;
};

type Taken = { readonly identityId: string; readonly note: TaskNote };

/** While it is open, what is noted of its person waits for its end. */
type Window = { readonly person: Person; readonly waiting: Taken[]; readonly cancel: () => void };

/** Each note writes the same record of its person anew: of who writes faster than this, several are one write. */
const windowMs = 1_000;

/** How many persons' last notes are kept, to spare the storage what it holds already. */
const maxNoted = 2_000;

/**
 * Creates the notes. The first one of a person is stored at once; what comes within a second of it is stored together,
 * and lost with a process that is killed meanwhile: it serves to offer the last tasks, and messages do not depend on it.
 */
export function createTaskNotes({ memory, findIdentity, clock, log }: TaskNotesDeps): TaskNotes {
  const lastStored = createLru<Taken>(maxNoted);
  const windows = new Map<string, Window>();
  const going = createInFlight();

  return {
    async note(person, identityId, note) {
      const taken = { identityId, note };
      const window = windows.get(personKey(person));
      if (!window?.waiting.length && holds(lastStored.get(personKey(person)), taken)) {
        return;
      }
      if (window && note.place.thread === undefined) {
        window.waiting.push(taken);
        return;
      }
      window?.cancel();
      open(person);
      const before = (window?.waiting ?? []).filter((other) => other.identityId === identityId);
      await store(person, [...before, taken]);
    },
    async stop() {
      // Those that are opened by closing another one come last.
      for (const window of windows.values()) {
        window.cancel();
        close(window);
      }
      await going.settled();
    },
  };

  function open(person: Person): void {
    const cancel = clock.schedule(windowMs, () => close(window));
    const window: Window = { person, waiting: [], cancel };
    windows.set(personKey(person), window);
  }

  function close({ person, waiting }: Window): void {
    windows.delete(personKey(person));
    if (waiting.length > 0) {
      open(person);
      going.add(storeLater(person, waiting));
    }
  }

  /** Who has linked anew since then, or forgotten everything, starts without it. */
  async function storeLater(person: Person, waiting: readonly Taken[]): Promise<void> {
    try {
      const identity = await findIdentity(person);
      await store(
        person,
        waiting.filter(({ identityId }) => identityId === identity?.id),
      );
    } catch (error) {
      log.warn({ error }, couldNot);
    }
  }

  async function store(person: Person, taken: readonly Taken[]): Promise<void> {
    const last = taken.at(-1);
    if (!last) {
      return;
    }
    try {
      await memory.remember(
        person,
        taken.map(({ note }) => note),
      );
      lastStored.set(personKey(person), last);
    } catch (error) {
      log.warn({ error }, couldNot);
    }
  }
}

const couldNot = 'the task of a delivery could not be remembered';

/** Whether what was stored last says all that is to be noted. */
function holds(last: Taken | undefined, taken: Taken): boolean {
  const isSame = last !== undefined && aboutOf(last) === aboutOf(taken);
  return isSame && (taken.note.task.title === undefined || last.note.task.title !== undefined);
}

function aboutOf({ identityId, note: { task, place } }: Taken): string {
  return JSON.stringify([identityId, task.portal, task.task, place]);
}
