import type { webApi } from '@slack/bolt';
import type { Told } from '../../delivery/ports.ts';
import { createCache } from '../../domain/cache.ts';
import type { Clock } from '../../domain/clock.ts';
import type { ReplyRoute } from '../../domain/delivery.ts';
import type { Log } from '../../domain/log.ts';
import { textsIn } from '../../locales/locale.ts';
import { recentMs } from '../receiving/actor.ts';
import { context, inPieces, type Message } from '../views/blocks.ts';
import { mentionChannel, mrkdwn } from '../views/mrkdwn.ts';
import type { Clients } from '../web-api/clients.ts';
import { faultOf, isOfTheApp } from '../web-api/slack-fault.ts';
import type { Responder } from './response-url.ts';

/** A reply, when the person wrote what it is about (epoch ms), and how often it was tried before. */
type Reply = {
  readonly message: Message;
  /** Makes what comes in place of it as a direct message. */
  readonly direct?: () => Message;
  readonly writtenAt: number;
  readonly attempts?: number;
};

/** The ways to reach a person who did something in Slack. */
export type ReplyRoutes = {
  /**
   * In the place where they acted while that is recent: the thread or channel where the app is a member, else the
   * response URL. Later, or when those fail, as a direct message: an ephemeral one might never be seen.
   */
  send(route: ReplyRoute, reply: Reply): Promise<Told>;
};

/** What choosing the way of a reply needs. */
export type ReplyRoutesDeps = {
  readonly clients: Clients;
  readonly responder: Responder;
  readonly clock: Clock;
  readonly log: Log;
};

/** A response URL that failed so often gives way to a direct message. */
const patientAttempts = 3;

/** Where Slack refuses the app itself, it is asked again this often, and not for every reply that waits. */
const refusedForMs = 10_000;
const againWhenRefusedMs = 20_000;

/** Creates the ways to reach people. */
export function createReplyRoutes({ clients, responder, clock, log }: ReplyRoutesDeps): ReplyRoutes {
  const refused = createCache<true>({ capacity: 10_000, keepMs: () => refusedForMs, now: () => clock.monotonic() });
  return {
    async send(route, reply) {
      const isRecent = clock.now() < (route.responseUrlUntil ?? reply.writtenAt + recentMs);
      const there = isRecent ? await sendThere(route, reply) : 'next';
      return there === 'next' ? sendDirectly(route, reply) : there;
    },
  };

  async function sendThere(route: ReplyRoute, { message, attempts = 0 }: Reply): Promise<Told | 'next'> {
    const { place, responseUrl } = route;
    if (place.channel !== '' && (place.threadTs || !responseUrl)) {
      const posted = await sendAsMember(route, message);
      const isLimited = typeof posted === 'object';
      // What is limited for a while does not hold up a reply that another way takes at once.
      if (posted !== 'impossible' && !(isLimited && responseUrl)) {
        return posted;
      }
    }
    if (!responseUrl) {
      return 'next';
    }
    const posted = await responder.post(responseUrl, namingThread(route, message));
    switch (posted) {
      case 'made':
        return posted;
      case 'gone':
        return 'next';
      case 'late':
        return 'again';
      default:
        return attempts < patientAttempts ? posted : 'next';
    }
  }

  async function sendAsMember(route: ReplyRoute, message: Message): Promise<Told> {
    const { user, place } = route;
    const { channel, threadTs } = place;
    return attempt('chat.postEphemeral', route, (client) =>
      client.chat.postEphemeral({ channel, user, ...message, ...(threadTs ? { thread_ts: threadTs } : {}) }),
    );
  }

  async function sendDirectly(route: ReplyRoute, reply: Reply): Promise<Told> {
    if (refused.peek(route.team)) {
      return { againInMs: againWhenRefusedMs };
    }
    const told = await attempt('chat.postMessage', route, async (client) => {
      for (const { text, blocks } of inPieces(namingPlace(route, reply))) {
        await client.chat.postMessage({
          channel: route.user,
          text,
          blocks,
          unfurl_links: false,
          unfurl_media: false,
        });
      }
    });
    return told === 'impossible' && refused.peek(route.team) ? { againInMs: againWhenRefusedMs } : told;
  }

  /** `impossible`: this way does not lead to the person. */
  async function attempt(
    method: string,
    route: ReplyRoute,
    call: (client: webApi.WebClient) => Promise<unknown>,
  ): Promise<Told> {
    try {
      await call(await clients.patient(route));
      return 'made';
    } catch (error) {
      const fault = faultOf(error);
      const reason = fault.kind === 'refused' ? fault.code : fault.reason;
      log.info({ method, reason }, 'a reply was not taken by Slack');
      if (fault.kind === 'again') {
        return fault.afterMs === undefined ? 'again' : { againInMs: fault.afterMs };
      }
      if (isOfTheApp(fault)) {
        refused.put(route.team, true);
      }
      return 'impossible';
    }
  }
}

/** A response URL posts to the conversation, so the reader is told which thread is meant. */
function namingThread({ place, locale }: ReplyRoute, message: Message): Message {
  if (!place.threadTs) {
    return message;
  }
  return withLine(message, textsIn(locale).replies.aboutThread(mrkdwn.time(Number(place.threadTs) * 1_000)));
}

/** What was done on the Home tab was not done in a conversation that could be named. */
function namingPlace(
  { place, locale }: ReplyRoute,
  { message: there, direct = () => there, writtenAt }: Reply,
): Message {
  const message = direct();
  if (place.channel === '') {
    return message;
  }
  const channel = mentionChannel(place.channel);
  const at = mrkdwn.time(writtenAt);
  return withLine(message, textsIn(locale).replies.writtenElsewhere({ at, ...(channel ? { channel } : {}) }));
}

function withLine({ text, blocks }: Message, line: string): Message {
  return { text, blocks: [...blocks, context([line])] };
}
