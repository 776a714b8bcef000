import { z } from 'zod';
import { Secret } from '../../domain/secret.ts';
import type { Actor } from './actor.ts';

const present = z.string().min(1);
const maybe = z.string().nullish();

/**
 * An id of Slack, which is made of capital letters and digits: anything else would let ids of two people or places make
 * one key together. Source: docs.slack.dev, "Understanding Slack IDs".
 */
export const slackId = z.string().regex(/^[A-Z0-9]{1,64}$/);
const maybeId = slackId.or(z.literal('')).nullish();

/** What a slash command says of who typed it and where. */
export const commandOrigin = z.object({
  team_id: slackId,
  enterprise_id: maybeId,
  user_id: slackId,
  channel_id: slackId.or(z.literal('')).default(''),
  trigger_id: present,
  response_url: maybe,
});

/** What every other interaction says of that. */
export const interactionOrigin = z.object({
  team: z.object({ id: slackId, enterprise_id: maybeId, domain: maybe }).nullish(),
  enterprise: z.object({ id: slackId }).nullish(),
  user: z.object({ id: slackId, team_id: maybeId }),
  channel: z.object({ id: slackId }).nullish(),
  container: z.object({ channel_id: maybeId, thread_ts: maybe }).nullish(),
  message: z.object({ thread_ts: maybe }).nullish(),
  view: z.object({ id: present, type: maybe, app_installed_team_id: maybe }).nullish(),
  trigger_id: maybe,
  response_url: maybe,
});

/** Who typed a slash command; `at` is when it reached us, epoch ms. */
export function commandActor(origin: z.infer<typeof commandOrigin>, at: number): Actor {
  const { team_id, enterprise_id, user_id, channel_id } = origin;
  return actor({ team: team_id, enterprise: enterprise_id }, user_id, { channel: channel_id }, at, origin);
}

/**
 * Who pressed a button, used a shortcut or submitted a view; `at` as for a command. In a window of somebody of another
 * organisation (Slack Connect) `team` is theirs, where everything else that they do names the workspace with the app:
 * the view tells that one. Source: Bolt's `buildSource`, and github.com/slackapi/bolt-js, issue 1614.
 */
export function interactionActor(origin: z.infer<typeof interactionOrigin>, at: number): Actor {
  const { team, enterprise, user, channel, container, message, view } = origin;
  // With an installation for a whole organisation Slack names no team, only the user's own.
  const named = { team: team?.id ?? user.team_id ?? '', enterprise: enterprise?.id ?? team?.enterprise_id };
  const installedIn = view?.app_installed_team_id;
  const ids = installedIn && installedIn !== named.enterprise ? { ...named, team: installedIn } : named;
  const threadTs = container?.thread_ts ?? message?.thread_ts;
  const place = { channel: channel?.id ?? container?.channel_id ?? '', ...(threadTs ? { threadTs } : {}) };
  const found = actor(ids, user.id, place, at, origin);
  if (view?.type === 'home') {
    return { ...found, atHome: true };
  }
  return view?.type === 'modal' ? { ...found, modal: view.id } : found;
}

type Answerable = {
  readonly trigger_id?: string | null | undefined;
  readonly response_url?: string | null | undefined;
};

function actor(
  { team, enterprise }: { team: string; enterprise: string | null | undefined },
  user: string,
  place: Actor['place'],
  at: number,
  { trigger_id, response_url }: Answerable,
): Actor {
  return {
    person: { tenant: enterprise || team, user },
    workspace: { team, ...(enterprise ? { enterprise } : {}) },
    user,
    place,
    at,
    ...(trigger_id ? { triggerId: trigger_id } : {}),
    ...(response_url ? { responseUrl: new Secret(response_url) } : {}),
  };
}
