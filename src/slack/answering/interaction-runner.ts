import { createWorkSet } from '../../delivery/in-flight.ts';
import type { Clock } from '../../domain/clock.ts';
import type { ReplyRoute } from '../../domain/delivery.ts';
import type { Locale } from '../../domain/locale.ts';
import type { Log } from '../../domain/log.ts';
import { type Person, personKey } from '../../domain/person.ts';
import type { Texts } from '../../locales/en.ts';
import { textsIn } from '../../locales/locale.ts';
import { logFault } from '../../observability/fault.ts';
import { type Admission, wordsFor } from '../directory/access-policy.ts';
import type { People } from '../directory/people.ts';
import { type Actor, routeOf } from '../receiving/actor.ts';
import type { ReplyRoutes } from '../replies/reply-routes.ts';
import type { Responder } from '../replies/response-url.ts';
import type { Message } from '../views/blocks.ts';
import type { Clients } from '../web-api/clients.ts';

/** Who acted, and the language and the way to answer them. */
export type Scene = {
  readonly actor: Actor;
  readonly locale: Locale;
  readonly texts: Texts;
  readonly route: ReplyRoute;
};

/** Bolt's acknowledgement: at most once for a gesture. */
export type Ack<Body> = (body?: Body) => Promise<void>;

export type FrameDeps = {
  readonly people: People;
  readonly clients: Clients;
  readonly responder: Responder;
  readonly routes: ReplyRoutes;
  readonly admission: Admission;
  /** Told after each interaction of a person, whatever came of it. */
  readonly changed: (person: Person) => void;
  readonly clock: Clock;
  readonly log: Log;
};

/** What every gesture is worked on with, so that Slack is answered in time and the person always. */
export type Frame = Pick<FrameDeps, 'clients' | 'changed' | 'clock' | 'log'> & {
  /** Counts the work of a gesture until it has ended. */
  run(work: () => Promise<void>): Promise<void>;
  /** Resolves when no gesture is being worked on. */
  settled(): Promise<void>;
  sceneOf(actor: Actor): Promise<Scene>;
  /** Works for somebody whom the administrator's rules admit; anybody else gets `refused`, with the reason in mrkdwn. */
  admitted<Value>(
    scene: Promise<Scene>,
    work: (scene: Scene) => Promise<Value>,
    refused: (scene: Scene, words: string) => Value,
  ): Promise<Value>;
  /** A bug or a broken storage becomes an answer with a reference that is in the log as well. */
  unbroken<Value>(work: Promise<Value>, answer: (reference: string) => Promise<Value>): Promise<Value>;
  /** Acknowledges; a message in `body` that could not be handed over this way is told otherwise. */
  acknowledge<Body>(scene: Promise<Scene>, ack: Ack<Body>, body?: Body): Promise<void>;
  /** Tells the person. `replace`: in place of the message whose button they pressed. */
  tell(scene: Scene, said: Message, replace?: boolean): Promise<void>;
};

/** Creates the frame in which the listeners work. */
export function createFrame(deps: FrameDeps): Frame {
  const { people, responder, routes, clients, changed, clock, log } = deps;
  const going = createWorkSet();
  const settled = () => going.settled();
  return { clients, changed, clock, log, run, settled, sceneOf, admitted, unbroken, acknowledge, tell };

  function run(work: () => Promise<void>): Promise<void> {
    const running = work();
    going.add(running.catch(() => {}));
    return running;
  }

  async function sceneOf(actor: Actor): Promise<Scene> {
    const locale = await people.localeFor(actor.workspace, actor.user);
    return { actor, locale, texts: textsIn(locale), route: routeOf(actor, locale) };
  }

  async function admitted<Value>(
    scene: Promise<Scene>,
    work: (scene: Scene) => Promise<Value>,
    refused: (scene: Scene, words: string) => Value,
  ): Promise<Value> {
    const known = await scene;
    const turned = await deps.admission.refusalFor(known.actor);
    if (!turned) {
      return work(known);
    }
    log.info({ person: personKey(known.actor.person), turned }, 'a gesture was turned away');
    return refused(known, wordsFor(turned, known.texts));
  }

  async function unbroken<Value>(work: Promise<Value>, answer: (reference: string) => Promise<Value>): Promise<Value> {
    try {
      return await work;
    } catch (error) {
      return answer(logFault(log, { error }, 'a gesture in Slack failed'));
    }
  }

  async function acknowledge<Body>(scene: Promise<Scene>, ack: Ack<Body>, body?: Body): Promise<void> {
    try {
      await ack(body);
    } catch (error) {
      // Over a socket that has just closed, an acknowledgement is lost.
      log.warn({ error }, 'Slack could not be acknowledged');
      if (isMessage(body)) {
        await tell(await scene, body);
      }
    }
  }

  async function tell({ actor, route }: Scene, said: Message, replace = false): Promise<void> {
    const posted = actor.responseUrl && replace ? await responder.post(actor.responseUrl, said, { replace }) : 'gone';
    if (posted === 'made') {
      return;
    }
    const sent = await routes.send(route, { message: said, writtenAt: actor.at });
    if (sent !== 'made') {
      log.warn({ user: actor.user, sent }, 'an answer did not reach its person');
    }
  }
}

/** How long work may take before Slack is acknowledged without its result: Slack gives up after 3 s. */
export const acknowledgeWithinMs = 2_500;

function isMessage(body: unknown): body is Message {
  return typeof body === 'object' && body !== null && 'text' in body && 'blocks' in body;
}
