import type { TaskFinding } from '../../delivery/find-task.ts';
import type { Report, Reporter } from '../../delivery/ports.ts';
import { textsIn } from '../../locales/locale.ts';
import { replyTo } from './delivery-replies.ts';
import type { ReplyRoutes } from './reply-routes.ts';

/** Creates the reporter: what became of a delivery, in the sender's language, by the ways that reach them. */
export function createReporter(routes: ReplyRoutes, tasks: Pick<TaskFinding, 'titleOf'>): Reporter {
  return {
    async report(report) {
      const message = replyTo(report, textsIn(report.route.locale), await titleOf(report));
      return routes.send(report.route, { message, writtenAt: report.delivery.acceptedAt });
    },
  };

  async function titleOf({ delivery }: Report): Promise<string | undefined> {
    return delivery.outcome?.kind === 'delivered' ? tasks.titleOf(delivery.person, delivery) : undefined;
  }
}
