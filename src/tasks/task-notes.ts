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

type Entry = { readonly identityId: string; readonly note: TaskNote };

/** While it lasts, what is noted of its person waits for its end. */
type Pause = { readonly person: Person; readonly waiting: Entry[]; readonly cancel: () => void };

/** Each note writes the same record of its person anew: of who writes faster than this, several are one write. */
const pauseMs = 1_000;

/** How many persons' last notes are kept, to spare the storage what it holds already. */
const maxNoted = 2_000;

/**
 * Creates the notes. The first one of a person is stored at once; what comes within a second of it is stored together,
 * and lost with a process that is killed meanwhile: it serves to offer the last tasks, and messages do not depend on it.
 */
export function createTaskNotes({ memory, findIdentity, clock, log }: TaskNotesDeps): TaskNotes {
  const lastStored = createLru<Entry>(maxNoted);
  const pauses = new Map<string, Pause>();
  const going = createInFlight();

  return {
    async note(person, identityId, note) {
      const entry = { identityId, note };
      const pause = pauses.get(personKey(person));
      if (!pause?.waiting.length && holds(lastStored.get(personKey(person)), entry)) {
        return;
      }
      if (pause && note.place.thread === undefined) {
        pause.waiting.push(entry);
        return;
      }
      pause?.cancel();
      begin(person);
      const before = (pause?.waiting ?? []).filter((other) => other.identityId === identityId);
      await quietly(store(person, [...before, entry]));
    },
    async stop() {
      // Those that begin where another one ends come last.
      for (const pause of pauses.values()) {
        pause.cancel();
        end(pause);
      }
      await going.settled();
    },
  };

  function begin(person: Person): void {
    const cancel = clock.schedule(pauseMs, () => end(pause));
    const pause: Pause = { person, waiting: [], cancel };
    pauses.set(personKey(person), pause);
  }

  function end({ person, waiting }: Pause): void {
    pauses.delete(personKey(person));
    if (waiting.length > 0) {
      begin(person);
      going.add(quietly(storeLater(person, waiting)));
    }
  }

  /** Who has linked anew since then, or forgotten everything, starts without it. */
  async function storeLater(person: Person, waiting: readonly Entry[]): Promise<void> {
    const identity = await findIdentity(person);
    await store(
      person,
      waiting.filter(({ identityId }) => identityId === identity?.id),
    );
  }

  async function store(person: Person, entries: readonly Entry[]): Promise<void> {
    const last = entries.at(-1);
    if (last) {
      await memory.remember(
        person,
        entries.map(({ note }) => note),
      );
      lastStored.set(personKey(person), last);
    }
  }

  async function quietly(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      log.warn({ error }, 'the task of a delivery could not be remembered');
    }
  }
}

/** Whether what was stored last says all that is to be noted. */
function holds(last: Entry | undefined, entry: Entry): boolean {
  const isSame = last !== undefined && aboutOf(last) === aboutOf(entry);
  return isSame && (entry.note.task.title === undefined || last.note.task.title !== undefined);
}

function aboutOf({ identityId, note: { task, place } }: Entry): string {
  return JSON.stringify([identityId, task.portal, task.task, place]);
}
