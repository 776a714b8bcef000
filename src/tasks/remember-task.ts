import type { Report, Reporter } from '../delivery/ports.ts';
import type { Log } from '../domain/log.ts';
import { createLru } from '../domain/lru.ts';
import { type Person, personKey } from '../domain/person.ts';
import { present } from '../domain/present.ts';
import type { FindIdentity } from '../linking/ports.ts';
import type { TaskFinder } from './find-task.ts';
import type { Place, TaskMemory } from './ports.ts';

/** The dependencies of remembering tasks. */
export type RememberingDeps = {
  readonly reporter: Reporter;
  readonly memory: Pick<TaskMemory, 'remember'>;
  readonly titleOf: TaskFinder['titleOfDelivered'];
  readonly knownTitle: TaskFinder['knownTitle'];
  readonly findIdentity: FindIdentity;
  readonly log: Log;
};

/** The place of an interaction, as tasks are remembered for it. */
export function placeOf(person: Person, { channel, threadTs, rootTs }: Report['route']['place']): Place {
  const thread = threadTs ?? rootTs;
  return { tenant: person.tenant, channel, ...present({ thread }) };
}

/** The record that was stored last about a person, and whether its title was known. */
type LastNote = { readonly about: string; readonly isTitled: boolean };

/** How many persons' last notes are kept, to spare the storage what it holds already. */
const maxNoted = 2_000;

/**
 * A reporter that first remembers where delivered messages went, and what the task is called, because the reader of the
 * reply may go on in the same thread at once. A failure to remember is only logged.
 */
export function createRememberingReporter(deps: RememberingDeps): Reporter {
  const { reporter, memory, findIdentity, log } = deps;
  const lastNotes = createLru<LastNote>(maxNoted);
  return {
    async report(report) {
      const isDelivered = report.kind === 'final' && report.delivery.outcome?.kind === 'delivered';
      const { person } = report.delivery;
      const title = isDelivered ? await remember(report) : await deps.knownTitle(person, report.delivery);
      return reporter.report(report, title);
    },
    reportMany: (latest, waiting) => reporter.reportMany(latest, waiting),
  };

  /** The title of the task. */
  async function remember({ delivery, route }: Report): Promise<string | undefined> {
    const { person, portal, task, bitrixUserId } = delivery;
    let title: string | undefined;
    try {
      const identity = await findIdentity(person);
      if (!identity) {
        return undefined;
      }
      title = await deps.titleOf({ person, identity }, { portal, task, bitrixUserId });
      const place = placeOf(person, route.place);
      const note = { about: JSON.stringify([identity.id, portal, task, place]), isTitled: title !== undefined };
      if (!isNew(person, note)) {
        return title;
      }
      await memory.remember(person, { portal, task, bitrixUserId, ...present({ title }) }, place);
      lastNotes.set(personKey(person), note);
    } catch (error) {
      log.warn({ error, delivery: delivery.id }, 'the task of a delivery could not be remembered');
    }
    return title;
  }

  function isNew(person: Person, { about, isTitled }: LastNote): boolean {
    const last = lastNotes.get(personKey(person));
    return last?.about !== about || (isTitled && !last.isTitled);
  }
}
