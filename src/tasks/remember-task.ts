import type { Report, Reporter, SenderKnown } from '../delivery/ports.ts';
import type { Log } from '../domain/log.ts';
import type { Person } from '../domain/person.ts';
import { present } from '../domain/present.ts';
import type { FindIdentity } from '../linking/ports.ts';
import type { TaskFinder } from './find-task.ts';
import type { Place } from './ports.ts';
import type { TaskNotes } from './task-notes.ts';

/** The dependencies of remembering tasks. */
export type RememberingDeps = {
  readonly reporter: Reporter;
  readonly notes: Pick<TaskNotes, 'note'>;
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

/**
 * A reporter that first remembers where delivered messages went, and what the task is called, because the reader of the
 * reply may go on in the same thread at once. A failure to remember is only logged.
 */
export function createRememberingReporter(deps: RememberingDeps): Reporter {
  const { reporter, notes, findIdentity, log } = deps;
  return {
    async report(report) {
      const isDelivered = report.kind === 'final' && report.delivery.outcome?.kind === 'delivered';
      const { person } = report.delivery;
      const known = isDelivered
        ? await remember(report)
        : present({ title: await deps.knownTitle(person, report.delivery) });
      return reporter.report(report, known);
    },
    reportMany: (latest, waiting) => reporter.reportMany(latest, waiting),
  };

  async function remember({ delivery, route }: Report): Promise<SenderKnown> {
    const { person, portal, task, bitrixUserId } = delivery;
    try {
      const identity = await findIdentity(person);
      if (!identity) {
        return {};
      }
      const title = await deps.titleOf({ person, identity }, { portal, task, bitrixUserId });
      const written = { portal, task, bitrixUserId, ...present({ title }) };
      await notes.note(person, identity.id, { task: written, place: placeOf(person, route.place) });
      return { identity, ...present({ title }) };
    } catch (error) {
      log.warn({ error, delivery: delivery.id }, 'nobody knows whose the task of a delivery is');
      return {};
    }
  }
}
