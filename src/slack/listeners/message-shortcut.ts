import { z } from 'zod';
import type { DraftContent } from '../../delivery/target-ports.ts';
import { within } from '../../domain/clock.ts';
import { type Actor, readInteractionActor } from '../actor.ts';
import { answerPress } from '../answering/answer-press.ts';
import type { Ack } from '../answering/frame.ts';
import { openComposer } from '../composing/open-composer.ts';
import { reasonOf } from '../slack-fault.ts';
import type { Toolbox } from './toolbox.ts';

const body = z.object({
  message_ts: z.string(),
  message: z.record(z.string(), z.unknown()),
  channel: z.object({ id: z.string(), name: z.string().default('') }),
  team: z.object({ domain: z.string().optional() }).nullish(),
});

type Shortcut = z.infer<typeof body>;

/** The listener of the message shortcut: opens the window with the message in it. */
export function onMessageShortcut(tools: Toolbox): (call: { body: unknown; ack: Ack<never> }) => Promise<void> {
  return ({ body: received, ack }) => {
    const shortcut = body.parse(received);
    const actor = onMessage(readInteractionActor(received, tools.clock.now()), shortcut);
    return answerPress(tools.frame, {
      actor,
      ack,
      sends: false,
      work: async (scene) => {
        const problem = await openComposer(tools, scene, () => contentOf(tools, actor, shortcut));
        return problem && { message: problem, replace: false };
      },
    });
  };
}

/** A message without a thread may get one: then that thread is known. */
function onMessage(actor: Actor, { message_ts }: Shortcut): Actor {
  const { place } = actor;
  return place.threadTs === undefined ? { ...actor, place: { ...place, rootTs: message_ts } } : actor;
}

async function contentOf(tools: Toolbox, actor: Actor, shortcut: Shortcut): Promise<DraftContent> {
  const { channel, message } = shortcut;
  return {
    kind: 'message',
    message,
    permalink: await permalinkOf(tools, actor, shortcut),
    ...(isPublic(channel) ? { channelName: channel.name } : {}),
  };
}

/** Slack gives private conversations names that only say what they are. Source: message_action payloads. */
function isPublic({ id, name }: Shortcut['channel']): boolean {
  return id.startsWith('C') && name !== '' && !/^(?:directmessage|privategroup|mpdm-.*)$/.test(name);
}

const permalinkWithinMs = 1_000;

/** Slack tells it only where the app may look; elsewhere it is built as Slack builds it. */
async function permalinkOf({ frame, log }: Toolbox, { workspace }: Actor, shortcut: Shortcut): Promise<string> {
  const asking = async () => {
    const client = await frame.clients.prompt(workspace);
    const { permalink } = await client.chat.getPermalink({
      channel: shortcut.channel.id,
      message_ts: shortcut.message_ts,
    });
    return permalink;
  };
  const asked = asking().catch((error: unknown) => {
    log.info({ reason: reasonOf(error) }, 'Slack does not tell the link of a message');
    return undefined;
  });
  const told = await within(frame.clock, permalinkWithinMs, asked, () => undefined);
  return told ?? builtPermalink(shortcut);
}

const parentTs = z.string().optional().catch(undefined);

function builtPermalink({ team, channel, message_ts, message }: Shortcut): string {
  const domain = team?.domain;
  if (domain === undefined || !/^[a-z0-9-]+$/i.test(domain)) {
    return `https://slack.com/app_redirect?channel=${channel.id}&message_ts=${message_ts}`;
  }
  const thread = parentTs.parse(message['thread_ts']);
  const link = `https://${domain}.slack.com/archives/${channel.id}/p${message_ts.replace('.', '')}`;
  return thread === undefined || thread === message_ts ? link : `${link}?thread_ts=${thread}&cid=${channel.id}`;
}
