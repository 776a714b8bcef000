import type { Reporter } from '../../delivery/ports.ts';
import { textsIn } from '../../locales/locale.ts';
import { replyTo } from './delivery-replies.ts';
import type { ReplyRoutes } from './reply-routes.ts';

/** Creates the reporter: what became of a delivery, in the sender's language, by the ways that reach them. */
export function createReporter(routes: ReplyRoutes): Reporter {
  return {
    async report(report, title) {
      const message = replyTo(report, textsIn(report.route.locale), title);
      return routes.send(report.route, { message, writtenAt: report.delivery.acceptedAt });
    },
  };
}
