import type { webApi } from '@slack/bolt';
import type { Clock } from '../../domain/clock.ts';
import type { ReplyRoute } from '../../domain/delivery.ts';
import type { Log } from '../../domain/log.ts';
import { textsIn } from '../../locales/locale.ts';
import { recentMs } from '../receiving/actor.ts';
import { context, type Message } from '../views/blocks.ts';
import { mentionChannel, mrkdwn } from '../views/mrkdwn.ts';
import type { Clients } from '../web-api/clients.ts';
import { faultOf } from '../web-api/slack-fault.ts';
import type { Responder } from './response-url.ts';

/** A reply and when the person wrote what it is about (epoch ms). */
type Reply = { readonly message: Message; readonly writtenAt: number };

/** The ways to reach a person who did something in Slack. */
export type ReplyRoutes = {
  /**
   * In the place where they acted while that is recent: the thread or channel where the app is a member, else the
   * response URL. Later, or when those fail, as a direct message: an ephemeral one might never be seen.
   */
  send(route: ReplyRoute, reply: Reply): Promise<Sent>;
};

type Sent = 'made' | 'again' | 'impossible';

export type ReplyRoutesDeps = {
  readonly clients: Clients;
  readonly responder: Responder;
  readonly clock: Clock;
  readonly log: Log;
};

/** Creates the ways to reach people. */
export function createReplyRoutes({ clients, responder, clock, log }: ReplyRoutesDeps): ReplyRoutes {
  return {
    async send(route, reply) {
      const isRecent = clock.now() < (route.responseUrlUntil ?? reply.writtenAt + recentMs);
      const there = isRecent ? await sendThere(route, reply.message) : 'next';
      return there === 'next' ? sendDirectly(route, reply) : there;
    },
  };

  async function sendThere(route: ReplyRoute, message: Message): Promise<Sent | 'next'> {
    const { place, responseUrl } = route;
    if (place.channel !== '' && (place.threadTs || !responseUrl)) {
      const posted = await sendAsMember(route, message);
      if (posted !== 'next') {
        return posted;
      }
    }
    if (!responseUrl) {
      return 'next';
    }
    const posted = await responder.post(responseUrl, namingThread(route, message));
    return posted === 'gone' ? 'next' : posted;
  }

  async function sendAsMember(route: ReplyRoute, message: Message): Promise<Sent | 'next'> {
    const { user, place } = route;
    const { channel, threadTs } = place;
    const posted = await attempt('chat.postEphemeral', route, (client) =>
      client.chat.postEphemeral({ channel, user, ...message, ...(threadTs ? { thread_ts: threadTs } : {}) }),
    );
    return posted === 'impossible' ? 'next' : posted;
  }

  async function sendDirectly(route: ReplyRoute, reply: Reply): Promise<Sent> {
    const { text, blocks } = namingPlace(route, reply);
    return attempt('chat.postMessage', route, (client) =>
      client.chat.postMessage({ channel: route.user, text, blocks, unfurl_links: false, unfurl_media: false }),
    );
  }

  async function attempt(
    method: string,
    route: ReplyRoute,
    call: (client: webApi.WebClient) => Promise<unknown>,
  ): Promise<Sent> {
    try {
      await call(await clients.patient(route));
      return 'made';
    } catch (error) {
      const fault = faultOf(error);
      const reason = fault.kind === 'refused' ? fault.code : fault.reason;
      log.info({ method, reason }, 'a reply was not taken by Slack');
      return fault.kind === 'refused' ? 'impossible' : 'again';
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
function namingPlace({ place, locale }: ReplyRoute, { message, writtenAt }: Reply): Message {
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
