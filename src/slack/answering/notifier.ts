import type { types } from '@slack/bolt';
import { z } from 'zod';
import type { Told } from '../../delivery/ports.ts';
import type { Clock } from '../../domain/clock.ts';
import type { Log } from '../../domain/log.ts';
import { type KeptAnswer, type OwedAnswer, type OwedAnswers, owedForMs } from '../../domain/owed-answer.ts';
import type { ReplyRoutes } from '../replies/reply-routes.ts';
import type { Responder } from '../replies/response-url.ts';
import type { Message } from '../views/blocks.ts';
import type { InteractionContext } from './interaction-runner.ts';

/** What telling a person the result of what they did needs. */
export type NotifierDeps = {
  readonly responder: Responder;
  readonly routes: ReplyRoutes;
  readonly owedAnswers: OwedAnswers;
  /** Counts what is being told, so that the storage stays open for it. */
  readonly run: (work: () => Promise<void>) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
};

/** Says what came of something that a person did, and says it again until Slack takes it. */
export type Notifier = {
  /** Resolves after the first try; `replace`: in place of the message whose button they pressed. */
  notify(context: InteractionContext, said: Message, replace?: boolean): Promise<void>;
  /** Takes up what this process or another one has left, now and again and again. */
  start(): Promise<void>;
  /** Nothing is tried again any more: what is kept waits for another process. */
  stop(): void;
};

/** Waits before the tries after the first; the last one repeats. After the third a direct message takes its place. */
const againMs = [1_000, 5_000, 15_000, 30_000, 60_000];
const replacingTries = 3;
const lookEveryMs = 5 * 60_000;

/**
 * Creates the notifier. What Slack does not take at once is kept like the reports of deliveries, for an hour. Each
 * process plans whatever it sees there: who takes an answer tells it.
 */
export function createNotifier(deps: NotifierDeps): Notifier {
  const { owedAnswers, clock, log } = deps;
  const planned = new Map<string, () => void>();
  let isStopped = false;
  let cancelLook = () => {};
  return {
    async notify({ actor, route }, said, replace = false) {
      const { person, at: actedAt, responseUrl } = actor;
      const replaces = replace && responseUrl ? { replaces: responseUrl } : {};
      await attempt({ person, route, said, ...replaces, actedAt, tries: 0, dueAt: clock.now() }, said);
    },
    start: look,
    stop() {
      isStopped = true;
      cancelLook();
      for (const cancel of planned.values()) {
        cancel();
      }
    },
  };

  async function attempt(answer: OwedAnswer, said: Message): Promise<void> {
    const told = await tell(deps, answer, said);
    if (told === 'made') {
      return;
    }
    if (told === 'impossible' || clock.now() - answer.actedAt > owedForMs) {
      return log.warn({ user: answer.route.user, told }, 'an answer did not reach its person');
    }
    const { tries } = answer;
    const stepMs = againMs[Math.min(tries, againMs.length - 1)] ?? 0;
    const waitMs = typeof told === 'object' ? Math.max(stepMs, told.againInMs) : stepMs;
    await owe({ ...answer, tries: tries + 1, dueAt: clock.now() + waitMs }, said);
  }

  /** Where the storage does not take it, it is owed as long as this process lives. */
  async function owe(answer: OwedAnswer, said: Message): Promise<void> {
    try {
      plan(await owedAnswers.keep(answer));
    } catch (error) {
      log.error({ error }, 'an answer could not be kept; it ends with this process');
      planTo({ id: `unkept ${crypto.randomUUID()}`, dueAt: answer.dueAt }, () => attempt(answer, said));
    }
  }

  function plan(kept: KeptAnswer): void {
    planTo(kept, async () => {
      const answer = await owedAnswers.take(kept.id);
      if (answer) {
        await attempt(answer, message.parse(answer.said));
      }
    });
  }

  function planTo({ id, dueAt }: KeptAnswer, work: () => Promise<void>): void {
    if (isStopped || planned.has(id)) {
      return;
    }
    const cancel = clock.schedule(Math.min(Math.max(0, dueAt - clock.now()), owedForMs), () => {
      planned.delete(id);
      deps.run(work).catch((error: unknown) => log.error({ error }, 'a person could not be told'));
    });
    planned.set(id, cancel);
  }

  async function look(): Promise<void> {
    try {
      for (const kept of await owedAnswers.list()) {
        plan(kept);
      }
    } catch (error) {
      log.error({ error }, 'owed answers could not be read; trying again');
    }
    if (!isStopped) {
      cancelLook = clock.schedule(lookEveryMs, () => void look());
    }
  }
}

/** What this process or an older release of it has written. */
const message = z.object({ text: z.string(), blocks: z.custom<types.KnownBlock[]>(Array.isArray) });

async function tell({ responder, routes }: NotifierDeps, answer: OwedAnswer, said: Message): Promise<Told> {
  const { route, replaces, actedAt, tries } = answer;
  if (replaces && tries < replacingTries) {
    const posted = await responder.post(replaces, said, { replace: true });
    if (posted !== 'gone') {
      return posted === 'late' ? 'again' : posted;
    }
  }
  return routes.send(route, { message: said, writtenAt: actedAt, attempts: tries });
}
