import type { Told } from '../../delivery/ports.ts';
import type { Clock } from '../../domain/clock.ts';
import type { Log } from '../../domain/log.ts';
import type { ReplyRoutes } from '../replies/reply-routes.ts';
import type { Responder } from '../replies/response-url.ts';
import type { Message } from '../views/blocks.ts';
import type { InteractionContext } from './interaction-runner.ts';

export type NotifierDeps = {
  readonly responder: Responder;
  readonly routes: ReplyRoutes;
  readonly clock: Clock;
  readonly log: Log;
};

/** Says what came of something that a person did, and says it again until Slack takes it. */
export type Notifier = {
  /** Resolves after the first try; `replace`: in place of the message whose button they pressed. */
  notify(context: InteractionContext, said: Message, replace?: boolean): Promise<void>;
  /** Nothing is tried again any more. */
  stop(): void;
};

/** Waits before the tries after the first. After the third of them a direct message takes the place of the rest. */
const againMs = [1_000, 5_000, 15_000, 30_000];
const replacingTries = 3;

type Notice = { readonly context: InteractionContext; readonly said: Message; readonly replace: boolean };

/** Creates the notifier. What it still has to say ends with the process: outcomes are told from the outbox. */
export function createNotifier({ responder, routes, clock, log }: NotifierDeps): Notifier {
  let stopped = false;
  return {
    notify: (context, said, replace = false) => attempt({ context, said, replace }, 0),
    stop() {
      stopped = true;
    },
  };

  async function attempt(notice: Notice, tries: number): Promise<void> {
    const told = await tell(notice, tries);
    if (told === 'made') {
      return;
    }
    const stepMs = againMs[tries];
    if (told === 'impossible' || stepMs === undefined) {
      return log.warn({ user: notice.context.actor.user, told }, 'an answer did not reach its person');
    }
    const waitMs = typeof told === 'object' ? Math.max(stepMs, told.againInMs) : stepMs;
    clock.schedule(waitMs, () => {
      if (!stopped) {
        attempt(notice, tries + 1).catch((error: unknown) => log.error({ error }, 'a person could not be told'));
      }
    });
  }

  async function tell({ context, said, replace }: Notice, tries: number): Promise<Told> {
    const { actor, route } = context;
    if (replace && actor.responseUrl && tries < replacingTries) {
      const posted = await responder.post(actor.responseUrl, said, { replace });
      if (posted !== 'gone') {
        return posted === 'late' ? 'again' : posted;
      }
    }
    return routes.send(route, { message: said, writtenAt: actor.at, attempts: tries });
  }
}
