import type { Report, Reporter, Told } from '../../delivery/ports.ts';
import type { Person } from '../../domain/person.ts';
import { present } from '../../domain/present.ts';
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
    report(report, title) {
      const texts = textsIn(report.route.locale);
      const told = { ...report, ...present({ title }) };
      return send(report, replyTo(told, texts), replyTo({ ...told, elsewhere: true }, texts));
    },
    reportMany: (latest, waiting) => send(latest, manyWaitingReply(waiting, textsIn(latest.route.locale))),
  };

  async function send({ delivery, route, attempts }: Report, message: Message, direct = message): Promise<Told> {
    const told = await routes.send(route, { message, direct, writtenAt: delivery.acceptedAt, attempts });
    changed(delivery.person);
    return told;
  }
}
