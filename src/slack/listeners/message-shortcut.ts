import type { Author } from '../../domain/author.ts';
import { within } from '../../domain/clock.ts';
import { present } from '../../domain/present.ts';
import type { DraftContent } from '../../tasks/ports.ts';
import { presumedAuthor, readPosted } from '../../translation/read-author.ts';
import { privatePlaceOf } from '../../translation/reading/read-place.ts';
import { answerPress } from '../answering/answer-press.ts';
import type { ListenerDeps } from '../answering/listener-deps.ts';
import { openComposer } from '../composing/open-composer.ts';
import type { Actor } from '../receiving/actor.ts';
import type { MessageShortcut } from '../receiving/interaction.ts';
import { reasonOf } from '../web-api/slack-fault.ts';
import type { Listener } from './dispatch.ts';

/** The listener of the message shortcut: opens the window with the message in it. */
export function onMessageShortcut(deps: ListenerDeps): Listener<MessageShortcut> {
  return (shortcut, ack) =>
    answerPress(deps.runner, {
      actor: onMessage(shortcut),
      ack,
      sends: false,
      work: async (context) => {
        const problem = await openComposer(deps, context, () => contentOf(deps, shortcut));
        return problem && { message: problem, replace: false };
      },
    });
}

/** A message without a thread may get one: then that thread is known. */
function onMessage({ actor, messageTs }: MessageShortcut): Actor {
  const { place } = actor;
  return place.threadTs === undefined ? { ...actor, place: { ...place, rootTs: messageTs } } : actor;
}

async function contentOf(deps: ListenerDeps, shortcut: MessageShortcut): Promise<DraftContent> {
  const { channel, message } = shortcut;
  const [permalink, author] = await Promise.all([permalinkOf(deps, shortcut), authorOf(deps, shortcut)]);
  return {
    kind: 'message',
    message,
    permalink,
    ...present({ author }),
    ...placeOf(channel),
  };
}

/** Only the names of public channels go along. */
function placeOf({ id, name }: MessageShortcut['channel']): Pick<MessageContent, 'channelName' | 'privatePlace'> {
  const privatePlace = privatePlaceOf(id, name);
  const isNamed = privatePlace === undefined && id.startsWith('C') && name !== '';
  return present({ privatePlace, channelName: isNamed ? name : undefined });
}

type MessageContent = Extract<DraftContent, { kind: 'message' }>;

const askedWithinMs = 1_000;

function authorOf({ authors, runner }: ListenerDeps, { message, actor }: MessageShortcut): Promise<Author | undefined> {
  const posted = readPosted(message);
  const asked = authors.find(posted, actor.person, actor.workspace);
  return within(runner.clock, askedWithinMs, asked, () => presumedAuthor(posted));
}

/** Slack tells it only where the app may look; elsewhere it is built as Slack builds it. */
async function permalinkOf({ runner, log }: ListenerDeps, shortcut: MessageShortcut): Promise<string> {
  const asking = async () => {
    const client = await runner.clients.prompt(shortcut.actor.workspace);
    const { permalink } = await client.chat.getPermalink({
      channel: shortcut.channel.id,
      message_ts: shortcut.messageTs,
    });
    return permalink;
  };
  const asked = asking().catch((error: unknown) => {
    log.info({ reason: reasonOf(error) }, 'Slack does not tell the link of a message');
    return undefined;
  });
  const told = await within(runner.clock, askedWithinMs, asked, () => undefined);
  return told ?? builtPermalink(shortcut);
}

function builtPermalink({ teamDomain, channel, messageTs, threadTs }: MessageShortcut): string {
  if (teamDomain === undefined || !/^[a-z0-9-]+$/i.test(teamDomain)) {
    return `https://slack.com/app_redirect?channel=${channel.id}&message_ts=${messageTs}`;
  }
  const link = `https://${teamDomain}.slack.com/archives/${channel.id}/p${messageTs.replace('.', '')}`;
  return threadTs === undefined || threadTs === messageTs ? link : `${link}?thread_ts=${threadTs}&cid=${channel.id}`;
}
