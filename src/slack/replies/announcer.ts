import type { webApi } from '@slack/bolt';
import type { Report } from '../../delivery/ports.ts';
import type { Announcement, ReplyRoute } from '../../domain/delivery.ts';
import type { Log } from '../../domain/log.ts';
import { createLru } from '../../domain/lru.ts';
import { textsIn } from '../../locales/locale.ts';
import { message } from '../views/blocks.ts';
import type { Announced } from '../views/delivery-replies.ts';
import { mentionPerson } from '../views/mrkdwn.ts';
import { showTask } from '../views/show-task.ts';
import type { Clients } from '../web-api/clients.ts';
import { faultOf, type SlackFault } from '../web-api/slack-fault.ts';

/** To be tried again, in `afterMs` where Slack says when. */
type AnnounceLater = { readonly kind: 'again'; readonly afterMs?: number };

/** Tells the readers of a message in Slack that it was passed on. */
export type Announce = (report: Report, title?: string) => Promise<Announced | AnnounceLater | undefined>;

/** What marking a message that was passed on needs. */
export type AnnouncerDeps = { readonly clients: Clients; readonly log: Log };

const mark = 'white_check_mark';

/** The sender waits for their reply meanwhile. */
const maxTries = 3;

const maxRemembered = 10_000;

/** Slack's words for a conversation that the app is not in, or may not see. */
const outside: ReadonlySet<string> = new Set(['not_in_channel', 'channel_not_found']);

/**
 * Creates the announcements of delivered messages. They belong to the report about the delivery, which the outbox keeps
 * until it was made, so a crash between delivery and mark loses no mark: Slack answers a second one with
 * `already_reacted`. A second reply would stand there twice, and to look for the first needs scopes to read channels
 * that the app does without. So a reply is posted at most once: the outbox counts a try of a report before it begins,
 * and only the first try posts, or one after Slack has surely refused the one before.
 */
export function createAnnouncer({ clients, log }: AnnouncerDeps): Announce {
  const known = createLru<Announced | AnnounceLater>(maxRemembered);

  return async (report, title) => {
    const { delivery, route, attempts } = report;
    const { announce } = route;
    if (!announce || report.kind !== 'final' || delivery.outcome?.kind !== 'delivered') {
      return undefined;
    }
    const before = known.get(delivery.id);
    if (before && before.kind !== 'again') {
      return before;
    }
    if (announce.as === 'reply' && attempts > 0 && !before) {
      return { kind: 'unsure' };
    }
    const came = await attempt(announce, route, (client) => tell(client, announce, report, title));
    const result = came.kind === 'again' && attempts + 1 >= maxTries ? refused : came;
    known.set(delivery.id, result);
    return result;
  };

  async function attempt(
    { as }: Announcement,
    route: ReplyRoute,
    call: (client: webApi.WebClient) => Promise<unknown>,
  ): Promise<Announced | AnnounceLater> {
    try {
      await call(await clients.patient(route));
      return { kind: 'made' };
    } catch (error) {
      const fault = faultOf(error);
      log.info({ as, reason: fault.kind === 'refused' ? fault.code : fault.reason }, 'an announcement was not taken');
      return as === 'reply' ? afterReply(fault) : afterMark(fault);
    }
  }
}

function tell(
  client: webApi.WebClient,
  { as, channel, ts, threadTs = ts }: Announcement,
  { delivery, route }: Report,
  title: string | undefined,
): Promise<unknown> {
  if (as === 'reaction') {
    return client.reactions.add({ channel, timestamp: ts, name: mark });
  }
  const { replies } = textsIn(route.locale);
  const said = message(replies.announced({ task: showTask(delivery, title), by: mentionPerson(route.user) }));
  return client.chat.postMessage({
    channel,
    thread_ts: threadTs,
    ...said,
    unfurl_links: false,
    unfurl_media: false,
  });
}

const refused = { kind: 'not', why: 'refused' } as const;

/** Source of the codes: docs.slack.dev, reactions.add. */
function afterMark(fault: SlackFault): Announced | AnnounceLater {
  if (fault.kind === 'again') {
    return later(fault);
  }
  return fault.code === 'already_reacted' ? { kind: 'made' } : notTaken(fault.code, 'no-mark-scope');
}

/** Only a limit says for sure that nothing was posted; a fault or a lost answer may come after it was. */
function afterReply(fault: SlackFault): Announced | AnnounceLater {
  if (fault.kind === 'again') {
    return fault.afterMs === undefined ? { kind: 'unsure' } : later(fault);
  }
  return notTaken(fault.code, 'no-reply-scope');
}

function later({ afterMs }: Extract<SlackFault, { kind: 'again' }>): AnnounceLater {
  return afterMs === undefined ? { kind: 'again' } : { kind: 'again', afterMs };
}

function notTaken(code: string, withoutScope: 'no-mark-scope' | 'no-reply-scope'): Announced {
  if (outside.has(code)) {
    return { kind: 'not', why: 'no-member' };
  }
  return code === 'missing_scope' ? { kind: 'not', why: withoutScope } : refused;
}
