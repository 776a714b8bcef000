import type { Report, Reporter, Told } from '../../delivery/ports.ts';
import type { Person } from '../../domain/person.ts';
import { textsIn } from '../../locales/locale.ts';
import type { Message } from '../views/blocks.ts';
import { manyWaitingReply, replyTo } from '../views/delivery-replies.ts';
import type { ReplyRoutes } from './reply-routes.ts';

export type ReporterDeps = {
  readonly routes: ReplyRoutes;
  /** Told after each report. */
  readonly changed: (person: Person) => void;
};

/** Creates the reporter: what became of a delivery, in the sender's language, by the ways that reach them. */
export function createReporter({ routes, changed }: ReporterDeps): Reporter {
  return {
    report: (report, title) => send(report, replyTo(report, textsIn(report.route.locale), title)),
    reportMany: (latest, waiting) => send(latest, manyWaitingReply(waiting, textsIn(latest.route.locale))),
  };

  async function send({ delivery, route, attempts }: Report, message: Message): Promise<Told> {
    const told = await routes.send(route, { message, writtenAt: delivery.acceptedAt, attempts });
    changed(delivery.person);
    return told;
  }
}
