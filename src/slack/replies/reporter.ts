import type { Reporter } from '../../delivery/ports.ts';
import type { Person } from '../../domain/person.ts';
import { textsIn } from '../../locales/locale.ts';
import { replyTo } from '../views/delivery-replies.ts';
import type { ReplyRoutes } from './reply-routes.ts';

export type ReporterDeps = {
  readonly routes: ReplyRoutes;
  /** Told after each report. */
  readonly changed: (person: Person) => void;
};

/** Creates the reporter: what became of a delivery, in the sender's language, by the ways that reach them. */
export function createReporter({ routes, changed }: ReporterDeps): Reporter {
  return {
    async report(report, title) {
      const { delivery, route } = report;
      const message = replyTo(report, textsIn(route.locale), title);
      const sent = await routes.send(route, { message, writtenAt: delivery.acceptedAt });
      changed(delivery.person);
      return sent;
    },
  };
}
