import { createInFlight } from '../../delivery/in-flight.ts';
import type { Clock } from '../../domain/clock.ts';
import type { ReplyRoute } from '../../domain/delivery.ts';
import type { Locale } from '../../domain/locale.ts';
import type { Log } from '../../domain/log.ts';
import type { OwedAnswers } from '../../domain/owed-answer.ts';
import { type Person, personKey } from '../../domain/person.ts';
import type { Texts } from '../../locales/en.ts';
import { textsIn } from '../../locales/locale.ts';
import { logFault } from '../../observability/fault.ts';
import { type AccessPolicy, isForNow, wordsFor } from '../directory/access-policy.ts';
import type { People } from '../directory/people.ts';
import { type Actor, routeOf } from '../receiving/actor.ts';
import type { ReplyRoutes } from '../replies/reply-routes.ts';
import type { Responder } from '../replies/response-url.ts';
import type { Message } from '../views/blocks.ts';
import type { Clients } from '../web-api/clients.ts';
import { createNotifier } from './notifier.ts';

/** Who acted, and the language and the way to answer them. */
export type InteractionContext = {
  readonly actor: Actor;
  readonly locale: Locale;
  readonly texts: Texts;
  readonly route: ReplyRoute;
};

/** Bolt's acknowledgement: at most once for an interaction. */
export type Ack<Body> = (body?: Body) => Promise<void>;

/** What running an interaction needs. */
export type InteractionRunnerDeps = {
  readonly people: People;
  readonly clients: Clients;
  readonly responder: Responder;
  readonly routes: ReplyRoutes;
  readonly accessPolicy: AccessPolicy;
  readonly owedAnswers: OwedAnswers;
  /**
   * Told after each interaction of a person, whatever came of it. `orElse` follows where their Home tab cannot tell it.
   */
  readonly changed: (person: Person, orElse?: () => void) => void;
  readonly clock: Clock;
  readonly log: Log;
};

/** Runs the work of every interaction, so that Slack is answered in time, and the person in any case. */
export type InteractionRunner = Pick<InteractionRunnerDeps, 'clients' | 'changed' | 'clock' | 'log'> & {
  /** Counts the work of an interaction until it has ended. */
  run(work: () => Promise<void>): Promise<void>;
  /** Resolves when no interaction is being worked on. */
  settled(): Promise<void>;
  /** Takes up what could not be said before the start. Never rejects. */
  start(): Promise<void>;
  /** What could not be said yet is left to another process. */
  stop(): void;
  contextOf(actor: Actor): Promise<InteractionContext>;
  /**
   * Works for somebody whom the administrator's rules admit; anybody else gets `refused`, with the reason in mrkdwn.
   * `helps`: it changes nothing, and works as well where only Slack does not tell who somebody is.
   */
  allowed<Value>(
    context: Promise<InteractionContext>,
    work: (context: InteractionContext) => Promise<Value>,
    refused: (context: InteractionContext, words: string) => Value,
    helps?: boolean,
  ): Promise<Value>;
  /** A bug or a broken storage becomes an answer with a reference that is in the log as well. */
  unbroken<Value>(work: Promise<Value>, answer: (reference: string) => Promise<Value>): Promise<Value>;
  /** Acknowledges; a message in `body` that could not be handed over this way is told otherwise. */
  acknowledge<Body>(context: Promise<InteractionContext>, ack: Ack<Body>, body?: Body): Promise<void>;
  /** Tells the person. `replace`: in place of the message whose button they pressed. */
  notify(context: InteractionContext, said: Message, replace?: boolean): Promise<void>;
};

/** Creates the runner. */
export function createInteractionRunner(deps: InteractionRunnerDeps): InteractionRunner {
  const { people, clients, changed, clock, log } = deps;
  const going = createInFlight();
  const settled = () => going.settled();
  const { notify, start, stop } = createNotifier({ ...deps, run });
  return { clients, changed, clock, log, run, settled, start, stop, contextOf, allowed, unbroken, acknowledge, notify };

  function run(work: () => Promise<void>): Promise<void> {
    const running = work();
    going.add(running.catch(() => {}));
    return running;
  }

  async function contextOf(actor: Actor): Promise<InteractionContext> {
    const locale = await people.localeFor(actor.workspace, actor.person);
    return { actor, locale, texts: textsIn(locale), route: routeOf(actor, locale) };
  }

  async function allowed<Value>(
    context: Promise<InteractionContext>,
    work: (context: InteractionContext) => Promise<Value>,
    refused: (context: InteractionContext, words: string) => Value,
    helps = false,
  ): Promise<Value> {
    const known = await context;
    const denial = await deps.accessPolicy.denialFor(known.actor);
    if (!denial || (helps && isForNow(denial))) {
      return work(known);
    }
    log.info({ person: personKey(known.actor.person), denial }, 'an interaction was denied');
    return refused(known, wordsFor(denial, known.texts));
  }

  async function unbroken<Value>(work: Promise<Value>, answer: (reference: string) => Promise<Value>): Promise<Value> {
    try {
      return await work;
    } catch (error) {
      return answer(logFault(log, { error }, 'an interaction in Slack failed'));
    }
  }

  async function acknowledge<Body>(context: Promise<InteractionContext>, ack: Ack<Body>, body?: Body): Promise<void> {
    try {
      await ack(body);
    } catch (error) {
      // Over a socket that has just closed, an acknowledgement is lost.
      log.warn({ error }, 'Slack could not be acknowledged');
      if (isMessage(body)) {
        await notify(await context, body);
      }
    }
  }
}

/** How long work may take before Slack is acknowledged without its result: Slack gives up after 3 s. */
export const acknowledgeWithinMs = 2_500;

function isMessage(body: unknown): body is Message {
  return typeof body === 'object' && body !== null && 'text' in body && 'blocks' in body;
}
