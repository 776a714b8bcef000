import type { Report, Reporter, Told } from '../../delivery/ports.ts';
import type { TakingBack } from '../../delivery/take-back.ts';
import type { Person } from '../../domain/person.ts';
import { present } from '../../domain/present.ts';
import { textsIn } from '../../locales/locale.ts';
import type { Message } from '../views/blocks.ts';
import { manyWaitingReply, replyTo } from '../views/delivery-replies.ts';
import type { Announce } from './announcer.ts';
import type { ReplyRoutes } from './reply-routes.ts';

/** What reporting deliveries to their senders needs. */
export type ReporterDeps = {
  readonly routes: ReplyRoutes;
  readonly announce: Announce;
  /** Whether the author of what was delivered could delete it again. */
  readonly canTakeBack: TakingBack['isOffered'];
  /** Told after each report. */
  readonly changed: (person: Person) => void;
};

/** Creates the reporter: what became of a delivery, in the sender's language, by the ways that reach them. */
export function createReporter({ routes, announce, canTakeBack, changed }: ReporterDeps): Reporter {
  return {
    async report(report, { title, identity } = {}) {
      const texts = textsIn(report.route.locale);
      const announced = await announce(report, title);
      if (announced?.kind === 'again') {
        return announced.afterMs === undefined ? 'again' : { againInMs: announced.afterMs };
      }
      const takesBack = canTakeBack(report.delivery, identity);
      const told = { ...report, takesBack, ...present({ title, announced }) };
      return send(report, replyTo(told, texts), () => replyTo({ ...told, elsewhere: true }, texts));
    },
    reportMany: (latest, waiting) => send(latest, manyWaitingReply(waiting, textsIn(latest.route.locale))),
  };

  async function send({ delivery, route, attempts }: Report, message: Message, direct?: () => Message): Promise<Told> {
    const told = await routes.send(route, {
      message,
      ...present({ direct }),
      writtenAt: delivery.acceptedAt,
      attempts,
    });
    changed(delivery.person);
    return told;
  }
}
